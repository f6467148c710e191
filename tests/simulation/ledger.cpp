// ledger.cpp — Compares what callers report of the rooms with what others have reported.
#include "simulation/ledger.hpp"

#include <algorithm>

namespace chorus::simulation {
namespace {

std::string at(const std::string& room, std::uint64_t offset) { return room + " at offset " + std::to_string(offset); }

} // namespace

void ledger::check_origin(const std::string& text, const std::string& room, const std::string& user) const
{
    const auto said = said_in_.find(text);
    hold(said != said_in_.end(), promise::every_message_once, [&] { return "nobody has said '" + text + "'"; });
    hold(said->second == room, promise::every_message_once,
         [&] { return "'" + text + "' was said in " + said->second + " and is heard in " + room; });
    const auto name = names_.find(speaker_of(text));
    hold(name != names_.end() && name->second == user, promise::protocol,
         [&] { return "'" + text + "' is said to come from " + user; });
}

void ledger::saw(const std::string& room, const std::string& epoch, std::uint64_t offset, const std::string& text,
                 std::size_t size)
{
    hold(offset >= 1, promise::every_message_once, "a message without an offset in " + room);
    auto& life = lives_.at(epoch);
    auto& messages = life.messages;
    if (messages.size() < offset) messages.resize(offset);
    saw_offset(epoch, offset);
    auto& there = messages[offset - 1];
    if (!there) {
        const auto [known, is_new] = known_.try_emplace(text, epoch, offset);
        hold(is_new, promise::every_message_once, [&] {
            return "one message has two places: '" + text + "' is known at offset " +
                   std::to_string(known->second.second) + " and was seen in " + at(room, offset);
        });
        there = message{text};
    }
    hold(there->text == text, promise::every_message_once, [&] {
        return "two members see different messages: '" + there->text + "' and '" + text + "' in " + at(room, offset);
    });
    if (size > 0) there->size = size;
}

std::optional<std::size_t> ledger::size_of(const std::string& epoch, std::uint64_t offset) const
{
    const auto& messages = lives_.at(epoch).messages;
    if (offset < 1 || offset > messages.size() || !messages[offset - 1] || messages[offset - 1]->size == 0) return {};
    return messages[offset - 1]->size;
}

void ledger::saw_offset(const std::string& epoch, std::uint64_t offset)
{
    auto& newest = lives_.at(epoch).newest;
    newest = std::max(newest, offset);
}

bool ledger::saw_epoch(const std::string& room, const std::string& epoch, std::uint64_t newest, const room_terms& terms)
{
    const auto [found, is_new] = lives_.try_emplace(epoch);
    auto& life = found->second;
    if (is_new) life.room = room;
    saw_offset(epoch, newest);
    hold(life.room == room, promise::exact_resume, "two rooms have one epoch: " + room + " and " + life.room);
    hold(!life.ended || terms.asked < *life.ended, promise::exact_resume,
         room + " was empty for longer than it lingers, and still has its old epoch");
    hold(!terms.must_be_in || *terms.must_be_in == epoch, promise::exact_resume,
         room + " got a new epoch though it was never empty for so long as it lingers");
    return is_new;
}

void ledger::saw_next(const std::string& before, const std::string& after)
{
    const auto check = [](const auto& entry, const std::string& expected, const char* how) {
        hold(entry.first->second == expected, promise::every_message_once, [&] {
            return "two clients disagree on what came " + std::string(how) + " '" + entry.first->first +
                   "' to everyone: '" + entry.first->second + "' or '" + expected + "'";
        });
    };
    check(next_.try_emplace(before, after), after, "after");
    check(previous_.try_emplace(after, before), before, "before");
}

void ledger::is_occupied(const std::string& room, const std::string& epoch, time_point now)
{
    places_[room] = {epoch, now, {}};
}

void ledger::is_empty(const std::string& room, time_point now)
{
    auto& since = places_[room].empty_since;
    if (!since) since = now;
}

room_terms ledger::ask_to_join(const std::string& room, time_point now, bool is_occupied)
{
    auto& place = places_[room];
    const auto is_over = place.empty_since && now >= *place.empty_since + linger_;
    if (is_over) end_lives_of(room);
    place.empty_since.reset();
    room_terms terms{++moment_, {}};
    const auto still_lasts = is_occupied || (!places_are_few_ && now < place.occupied_until + linger_);
    if (!place.occupied_in.empty() && still_lasts) terms.must_be_in = place.occupied_in;
    return terms;
}

void ledger::end_lives_of(const std::string& room)
{
    for (auto& [epoch, life] : lives_)
        if (life.room == room && !life.ended) life.ended = moment_ + 1;
}

} // namespace chorus::simulation
