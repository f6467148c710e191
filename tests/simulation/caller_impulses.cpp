// caller_impulses.cpp — What a caller may feel like doing in the middle of a call.
#include "simulation/caller.hpp"

#include <chorus/hub/relay.hpp>

#include <algorithm>

namespace chorus::simulation {
namespace {

constexpr std::size_t longest_text_allowed = 4096;

// What each of it is answered with, by the protocol page.
struct nonsense
{
    const char* bytes;
    const char* code;
    const char* id = "";
    bool counts_as_join = false;
};

constexpr nonsense known_nonsense[] = {
    {"Hello?", "invalid_json"},
    {R"({"type":"dance"})", "unknown_type"},
    {R"({"type":"dance","id":"d"})", "unknown_type", R"("d")"},
    {R"({"type":"chat","payload":{"text":7},"id":1})", "malformed", "1"},
    {R"({"type":"chat","payload":{"room":"a","text":""}})", "malformed"},
    {R"({"type":"join","payload":{"room":"everyone"},"id":2})", "bad_room", "2", true},
    {R"({"type":"join","payload":{"room":" a"}})", "bad_room", "", true},
    {R"({"type":"join","payload":{}})", "malformed", "", true},
    {R"({"type":"leave","payload":{"room":"never joined"}})", "not_in_room"},
    {"[1,2,3]", "malformed"},
};

} // namespace

// --- speaking --------------------------------------------------------------------------------------------------------

// Now and then in several frames.
void caller::speak(saying what)
{
    if (what.bytes.empty()) what.bytes = in_words(what);
    std::vector<std::size_t> cuts;
    if (chance_.one_in(10) && what.bytes.size() > 1)
        for (auto left = chance_.between(1, 4); left > 0; --left)
            cuts.push_back(chance_.below(what.bytes.size()));
    std::ranges::sort(cuts);
    const auto with_pings = !cuts.empty() && chance_.one_in(3);
    current_->say(std::move(what), cuts, with_pings);
}

// Says who says it, and how many it said before.
std::string caller::new_text()
{
    auto text = std::to_string(current_->where().number) + "-" + std::to_string(++sayings_);
    auto size = chance_.below(world_.rules.longest_text);
    if (chance_.one_in(60)) size = longest_text_allowed - text.size() - 1 + chance_.below(3);
    if (size > 0) text += " " + std::string(size, "abcdefgh"[chance_.below(8)]);
    return text;
}

std::string caller::new_id()
{
    const auto number = std::to_string(++ids_);
    return chance_.one_in(3) ? "" : chance_.one_in(2) ? number : "\"" + number + "\"";
}

std::string caller::room_it_is_in()
{
    const auto& rooms = current_->rooms_asked_for();
    if (rooms.empty() || chance_.one_in(10)) return any_room();
    return *std::next(rooms.begin(), static_cast<std::ptrdiff_t>(chance_.below(rooms.size())));
}

std::optional<stream_position> caller::where_it_was(const std::string& room)
{
    const auto known = memory_.find(room);
    if (known == memory_.end() || chance_.one_in(3)) return {};
    auto since = known->second;
    const auto wrongly = chance_.one_in(5);
    world_.told.count(wrongly ? deed::resumes_wrongly : deed::resumes);
    if (!wrongly) return since;
    if (chance_.one_in(3))
        since.epoch = "no such epoch";
    else
        since.offset = chance_.below(since.offset + 5); // earlier than it was, or later than there is
    return since;
}

void caller::join()
{
    if (!current_->may_speak()) return;
    saying what{.what = saying::kind::join, .room = any_room(), .id = new_id()};
    world_.told.count(current_->rooms_asked_for().contains(what.room) ? deed::joins_again : deed::joins);
    what.since = where_it_was(what.room);
    what.counts_as_join = true;
    speak(std::move(what));
}

void caller::leave()
{
    if (!current_->may_speak()) return;
    world_.told.count(deed::leaves);
    speak({.what = saying::kind::leave, .room = room_it_is_in(), .id = new_id()});
}

// Several messages in one breath, so that a round has more than one.
void caller::say()
{
    if (!current_->may_speak()) return;
    if (current_->rooms_asked_for().empty() && !chance_.one_in(10)) return join();
    for (auto left = chance_.between(1, world_.rules.longest_breath); left > 0 && current_->may_speak(); --left)
        say_in_a_room();
}

void caller::say_in_a_room()
{
    world_.told.count(deed::says);
    saying what{.what = saying::kind::say, .room = room_it_is_in(), .text = new_text(), .id = new_id()};
    if (what.text.size() > longest_text_allowed) what.refused_with = "too_long";
    speak(std::move(what));
}

void caller::say_to_everyone()
{
    if (!current_->may_speak()) return;
    world_.told.count(deed::says_to_everyone);
    saying what{
        .what = saying::kind::say_to_everyone, .room = std::string(everyone), .text = new_text(), .id = new_id()};
    if (what.text.size() > longest_text_allowed) what.refused_with = "too_long";
    speak(std::move(what));
}

void caller::say_nonsense()
{
    if (!current_->may_speak()) return;
    world_.told.count(deed::sends_nonsense);
    if (chance_.one_in(5)) return speak({.refused_with = "malformed", .op = opcode::binary, .bytes = "binary"});
    const auto& chosen = known_nonsense[chance_.below(std::size(known_nonsense))];
    speak(
        {.id = chosen.id, .refused_with = chosen.code, .counts_as_join = chosen.counts_as_join, .bytes = chosen.bytes});
}

void caller::ping()
{
    if (current_->may_speak()) current_->ping(std::to_string(++ids_) + std::string(chance_.one_in(5) ? 100 : 0, 'p'));
}

// More than a strict server allows.
void caller::flood()
{
    if (!current_->may_speak()) return;
    world_.told.count(deed::floods);
    for (auto left = chance_.between(5, 30); left > 0; --left)
        current_->ping("flood " + std::to_string(++ids_));
}

// --- misbehaving -----------------------------------------------------------------------------------------------------

void caller::break_the_protocol()
{
    if (!current_->may_speak()) return;
    std::string bytes;
    const auto frame = [&](opcode op, std::string_view payload, bool fin = true, std::uint8_t reserved = 0) {
        append_masked_frame(bytes, op, payload, 0x01020304, fin, reserved);
    };
    switch (chance_.below(7)) {
    case 0: append_frame(bytes, opcode::text, "unmasked"); break;
    case 1: frame(opcode::text, "reserved bit", true, 2); break;
    case 2: frame(static_cast<opcode>(3), "reserved opcode"); break;
    case 3: frame(opcode::continuation, "of nothing"); break;
    case 4: frame(opcode::ping, "in fragments", false); break;
    case 5: frame(opcode::close, "\x03"); break;
    default:
        frame(opcode::text, "\xc3\x28");
        return current_->break_the_protocol(bytes, close_code::invalid_payload, "a text that is not UTF-8");
    }
    current_->break_the_protocol(bytes, close_code::protocol_error, "a frame that must not be");
}

// From now on every byte is hard to get out.
void caller::dribble()
{
    if (!std::exchange(dribbles_, true)) {
        world_.told.count(deed::dribbles);
        world_.told.tell("caller ", number_, " begins to dribble");
    }
    current_->push(1);
}

void caller::change_attention()
{
    if (dribbles_ && chance_.one_in(4)) dribbles_ = false;
    reads_ = !reads_;
    world_.told.count(reads_ ? deed::reads_on : deed::stops_reading);
    world_.told.tell("caller ", number_, reads_ ? " reads on" : " stops reading");
}

// --- leaving ---------------------------------------------------------------------------------------------------------

void caller::say_goodbye()
{
    if (!current_->may_speak() || !current_->is_open()) return;
    world_.told.count(deed::says_goodbye);
    current_->say_goodbye(chance_.one_in(2) ? close_code::normal : close_code::going_away);
}

void caller::hang_up()
{
    world_.told.count(deed::hangs_up);
    current_->hang_up();
    leave_behind();
}

// It never reads nor says anything again, and calls anew.
void caller::vanish()
{
    world_.told.count(deed::vanishes);
    world_.told.tell("caller ", number_, " vanishes from line ", current_->where().number);
    leave_behind();
}

void caller::be_cut()
{
    if (!current_->is_over()) current_->be_cut_after(chance_.below(400), chance_.one_in(2));
}

} // namespace chorus::simulation
