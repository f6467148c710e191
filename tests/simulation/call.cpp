// call.cpp — What a caller does on the line, and what the server makes of it.
#include "simulation/call.hpp"

#include <chorus/wire/close_frame.hpp>

#include <algorithm>

namespace chorus::simulation {

call::call(world& all, std::string who, std::shared_ptr<line> to, std::unique_ptr<memory_transport> end, memory& known)
    : world_(all), who_(std::move(who)), line_(std::move(to)), phone_(std::move(end), *this, all.server.time()),
      memory_(known), model_(all.rules), began_while_draining_(all.server.drains())
{
    line_->caller = this;
    if (world_.rules.limits_control_frames()) codes_.insert(close_code::policy_violation);
}

// --- speaking --------------------------------------------------------------------------------------------------------

void call::ask_to_enter(const std::string& name, bool from_a_foreign_page)
{
    http_fields fields;
    if (from_a_foreign_page) fields.emplace_back("Origin", "http://evil.example");
    phone_.call("/ws" + (name.empty() ? "" : "?name=" + name), fields);
    is_entering_ = true;
    wish_ = name;
    is_from_a_foreign_page_ = from_a_foreign_page;
    world_.told.count(began_while_draining_ ? deed::asks_while_draining : deed::connects);
    if (from_a_foreign_page) world_.told.count(deed::has_a_foreign_origin);
    tell(" connects as '", name, "' on line ", line_->number, from_a_foreign_page ? " from a foreign page" : "");
}

void call::ask_for_health(bool ready)
{
    phone_.ask(ready ? "/readyz" : "/healthz");
    asks_whether_ready_ = ready;
    world_.told.count(deed::asks_for_health);
    tell(" asks for ", ready ? "/readyz" : "/healthz", " on line ", line_->number);
}

void call::say(saying what, const std::vector<std::size_t>& cuts, bool with_pings_between)
{
    if (!phone_.is_upgraded()) world_.told.count(deed::speaks_before_the_answer);
    tell(" says ", what.bytes.size() > 300 ? what.bytes.substr(0, 300) + "..." : what.bytes);
    auto op = what.op;
    std::size_t from = 0;
    for (const auto cut : cuts) {
        phone_.say_frame(std::exchange(op, opcode::continuation), std::string_view(what.bytes).substr(from, cut - from),
                         false);
        from = cut;
        if (with_pings_between) ping("between " + std::to_string(++pings_between_));
    }
    phone_.say_frame(op, std::string_view(what.bytes).substr(from));
    if (!cuts.empty()) world_.told.count(deed::sends_fragments);
    note_limits(what, cuts.size() + 1);
    if (!what.text.empty()) world_.rooms.was_said(what.text, what.room);
    spoken_.push_back(std::move(what));
}

// What is beyond a limit of the parser ends the talk.
void call::note_limits(saying& what, std::size_t fragments)
{
    const auto& limits = world_.rules.server;
    if (what.bytes.size() > limits.max_message) codes_.insert(close_code::message_too_big);
    if (fragments > limits.max_fragments) codes_.insert(close_code::policy_violation);
    what.ends_the_talk = what.bytes.size() > limits.max_message || fragments > limits.max_fragments;
    talk_is_ending_ |= what.ends_the_talk;
}

void call::ping(const std::string& payload)
{
    phone_.say_frame(opcode::ping, payload);
    pings_.push_back(payload);
    world_.told.count(deed::pings);
    tell(" pings '", payload, "'");
}

void call::break_the_protocol(std::string bytes, close_code answered_with, const std::string& how)
{
    phone_.say(bytes);
    codes_.insert(answered_with);
    talk_is_ending_ = true;
    saying last;
    last.ends_the_talk = true;
    spoken_.push_back(std::move(last));
    world_.told.count(deed::breaks_the_protocol);
    tell(" breaks the protocol: ", how);
}

void call::say_goodbye(close_code code)
{
    phone_.say_frame(opcode::close, close_payload(code, ""));
    said_goodbye_ = true;
    codes_.insert(code);
    tell(" says goodbye with ", static_cast<unsigned>(code));
}

void call::hang_up()
{
    line_->caller_is_gone = true;
    phone_.end().close();
    tell(" hangs up");
}

// From here on the connection may break at any time.
void call::be_cut_after(std::size_t bytes, bool incoming)
{
    line_->may_break = true;
    auto* const end = incoming ? &phone_.end() : line_->far_end;
    if (end) end->cut_after(bytes);
    world_.told.count(deed::is_cut_at_a_byte);
    tell(" will be cut after ", bytes, incoming ? " bytes more to it" : " bytes more from it");
}

// --- the server takes it ---------------------------------------------------------------------------------------------

// Its name is the one it wished for, if that was free, and nobody else's.
void call::on_opened()
{
    const auto& name = line_->user;
    world_.rooms.is_called(std::to_string(line_->number), name);
    hold(wish_.empty() ? name.starts_with("guest-") : name == wish_ || name.starts_with(wish_ + "#"), promise::protocol,
         [&] { return "who wished to be called '" + wish_ + "' is called " + name; });
}

void call::on_taken(const message& what, bool accepted)
{
    hold(!spoken_.empty(), promise::protocol, "the server takes a message that nobody has sent");
    const auto said = std::move(spoken_.front());
    spoken_.pop_front();
    hold(!said.ends_the_talk, promise::protocol, "the server takes a message behind a broken rule");
    hold(said.op == what.op && said.bytes == what.payload, promise::protocol,
         "the server takes another message than was sent");
    const auto now = line_->talk->clock().now();
    const auto was_surely_in = model_.rooms().contains(said.room) && !has_open_joins();
    const auto code = model_.judge(said, now, has_open_joins(), accepted);
    hold(accepted == code.empty(), promise::protocol, [&] {
        return "the server " + std::string(accepted ? "accepts" : "refuses") + " what it should " +
               (accepted ? "refuse with " + code : "accept") + ": " + said.bytes;
    });
    if (!accepted) return answers_.owe({.type = "error", .code = code, .id = said.id});
    if (said.what == saying::kind::join) {
        const auto is_occupied = world_.look_who_is_in(said.room);
        answers_.owe({.type = "joined",
                      .room = said.room,
                      .id = said.id,
                      .since = said.since,
                      .terms = world_.rooms.ask_to_join(said.room, now, is_occupied),
                      .may_be_refused = world_.rules.has_few_places() && !was_surely_in});
    } else if (said.what == saying::kind::leave) {
        answers_.owe({.type = "left", .room = said.room, .id = said.id, .said_before = in(said.room).said()});
    } else {
        const auto is_to_everyone = said.what == saying::kind::say_to_everyone;
        if (is_to_everyone)
            unheard_.push_back(said.text);
        else
            in(said.room).says(said.text);
        if (!said.id.empty()) answers_.owe({.type = "ok", .room = said.room, .id = said.id, .text = said.text});
    }
}

attendance& call::in(const std::string& room)
{
    return rooms_.try_emplace(room, room, line_->user, world_.rules, world_.rooms, world_.told).first->second;
}

// --- what is known of it ---------------------------------------------------------------------------------------------

bool call::has_open_joins() const
{
    return std::ranges::any_of(answers_.open(), [](const debt& each) { return each.may_be_refused; });
}

// Nothing that it asks for or that is asked of it is on its way to change that.
bool call::is_certainly_in(const std::string& room) const
{
    const auto found = rooms_.find(room);
    if (found == rooms_.end() || !found->second.inside() || !line_->is_member()) return false;
    const auto leaves = [&](const saying& each) { return each.what == saying::kind::leave && each.room == room; };
    return std::ranges::none_of(spoken_, leaves) && !answers_.owes("left", room);
}

// Nothing is on its way to it: the server has sent all, and it has read all.
bool call::has_heard_all() const
{
    return is_open() && line_->is_member() && !line_->talk->hub().out().closing() && line_->talk->hub().out().empty() &&
           !line_->talk->hub().out().blocked() && phone_.waiting() == 0;
}

} // namespace chorus::simulation
