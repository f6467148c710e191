// call_hearing.cpp — What a caller hears, and whether it is what the server owes it.
#include "simulation/call.hpp"

#include <chorus/hub/relay.hpp>
#include <chorus/wire/close_frame.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace chorus::simulation {
namespace {

std::string word(const json& payload, std::string_view member)
{
    const auto& object = payload.as_object();
    const auto* const value = object.if_contains(member);
    if (!value) return {};
    return value->is_string() ? std::string(value->as_string().c_str()) : boost::json::serialize(*value);
}

} // namespace

// --- HTTP ------------------------------------------------------------------------------------------------------------

void call::on_upgraded()
{
    tell(" is let in");
    hold(is_entering_, promise::protocol, "an upgrade nobody asked for");
    hold(!began_while_draining_, promise::orderly_drain, "somebody was let in while the server drains");
    hold(!is_from_a_foreign_page_, promise::protocol, "a foreign page was let in");
    hold(world_.server.connections() <= world_.rules.server.max_connections, promise::bounded_queues,
         "more connections than are allowed");
}

void call::on_answer(const response& head, const std::string& body)
{
    tell(" is answered ", head.status);
    if (!is_entering_ && (head.status == 200 || head.status == 503)) return on_health(head);
    const auto reason = word(boost::json::parse(body), "error");
    on_refusal(head, reason);
}

void call::on_health(const response& head)
{
    const auto asked_in_peace = !world_.server.drains(), is_full = world_.rules.limits_connections();
    hold(head.status == 200 || asks_whether_ready_, promise::orderly_drain, "/healthz is not 200");
    hold(head.status == 503 || !asks_whether_ready_ || !began_while_draining_, promise::orderly_drain,
         "/readyz is 200 while the server drains");
    hold(head.status == 200 || !asked_in_peace || is_full, promise::orderly_drain,
         "/readyz is 503 though nothing is wrong");
    hold(head.status == 200 || head.field("Retry-After"), promise::orderly_drain, "503 without Retry-After");
}

void call::on_refusal(const response& head, const std::string& reason)
{
    const auto& rules = world_.rules.server;
    struct row
    {
        const char* reason;
        unsigned status;
        bool is_possible, names_a_time;
    };
    const row rows[] = {{"draining", 503, world_.server.drains(), true},
                        {"full", 503, rules.max_connections < config{}.max_connections, true},
                        {"too_many_from_ip", 429, rules.max_per_ip < config{}.max_per_ip, true},
                        {"origin_not_allowed", 403, is_from_a_foreign_page_, false},
                        {"request_timeout", 408, world_.server.now() >= line_->began + rules.handshake_wait, false}};
    const auto* const found = std::ranges::find(rows, reason, &row::reason);
    hold(found != std::end(rows) && found->is_possible, promise::protocol, "refused entry for no reason: " + reason);
    hold(found->status == head.status, promise::protocol, "refused entry with the wrong status: " + reason);
    hold(!found->names_a_time || head.field("Retry-After"), promise::protocol,
         "refused entry without saying when to come back");
    world_.told.count(reason == "request_timeout" ? news::request_timeout : news::refused_entry);
}

// --- messages --------------------------------------------------------------------------------------------------------

void call::on_message(std::string_view text)
{
    tell(" hears ", text.size() > 300 ? std::string(text.substr(0, 300)) + "..." : std::string(text));
    const auto message = boost::json::parse(text);
    const auto type = word(message, "type");
    const auto& payload = message.at("payload");
    if (type == "chat") return on_chat(payload);
    if (type == "presence") return in(word(payload, "room")).hear_presence(payload);
    if (type == "gap") {
        in(word(payload, "room")).hear_gap(payload);
        return remember(word(payload, "room"));
    }
    if (type == "note") return on_note(word(payload, "text"));
    const auto* const id = message.as_object().if_contains("id");
    on_answer_to_command(type, payload, id ? boost::json::serialize(*id) : std::string());
}

void call::on_chat(const json& payload)
{
    const auto room = word(payload, "room");
    world_.rooms.check_origin(word(payload, "text"), room.empty() ? std::string(everyone) : room,
                              word(payload, "user"));
    if (room.empty()) return on_chat_to_everyone(word(payload, "text"));
    in(room).hear_message(payload);
    remember(room);
}

// Everybody hears the same, one behind the other, from when they came; where nothing is dropped.
void call::on_chat_to_everyone(const std::string& text)
{
    world_.told.count(news::to_everyone);
    if (!world_.rules.drops() && !last_to_everyone_.empty()) world_.rooms.saw_next(last_to_everyone_, text);
    last_to_everyone_ = text;
    const auto mine = std::ranges::find(unheard_, text);
    if (mine == unheard_.end()) return;
    hold(mine == unheard_.begin() || world_.rules.drops(), promise::every_message_once, [&] {
        return "what one caller said to everyone changed its order: '" + text + "' came before '" + unheard_.front() +
               "'";
    });
    unheard_.erase(unheard_.begin(), mine + 1);
}

void call::on_note(const std::string& text)
{
    world_.told.count(news::note);
    const auto found = std::ranges::find(notes_, text);
    hold(found != notes_.end(), promise::protocol, "a note that was meant for somebody else, or heard before: " + text);
    hold(found == notes_.begin() || world_.rules.drops(), promise::protocol, "notes out of order: " + text);
    notes_.erase(notes_.begin(), found + 1);
}

void call::on_answer_to_command(const std::string& type, const json& payload, const std::string& id)
{
    const auto code = type == "error" ? word(payload, "code") : "";
    const auto room = type == "error" ? "" : word(payload, "room");
    pay(answers_.pay(type, code, room, id), payload, code);
}

void call::pay(const debt& paid, const json& payload, const std::string& code)
{
    if (!code.empty()) {
        world_.told.count(code == "rate_limited"     ? news::rate_limited
                          : code == "too_many_rooms" ? news::no_place_for_a_room
                                                     : news::error);
        if (paid.type == "joined" && !answers_.owes("joined", paid.room)) model_.was_refused_by_home(paid.room);
    } else if (paid.type == "joined") {
        in(paid.room).hear_joined(payload, paid);
        remember(paid.room);
    } else if (paid.type == "left") {
        in(paid.room).hear_left(paid);
    } else {
        world_.told.count(news::ok);
        const auto offset = payload.at("offset").to_number<std::uint64_t>();
        if (paid.room == everyone)
            return hold(offset == 0, promise::protocol, "an offset of what was said to everyone");
        auto& room = in(paid.room);
        hold(room.inside(), promise::protocol, "an ok of a room before it was joined");
        world_.rooms.saw(paid.room, room.epoch(), offset, paid.text);
    }
}

void call::remember(const std::string& room) { memory_[room] = {in(room).epoch(), in(room).last()}; }

// --- control frames and the end --------------------------------------------------------------------------------------

void call::on_ping(std::string_view payload)
{
    world_.told.count(news::ping);
    tell(" is pinged");
    if (said_goodbye_ || heard_goodbye_ || talk_is_ending_) return;
    if (answers_pings)
        phone_.say_frame(opcode::pong, payload);
    else
        world_.told.count(deed::ignores_pings);
}

// A pong may stand for several pings, but not for one that is younger.
void call::on_pong(std::string_view payload)
{
    world_.told.count(news::pong);
    tell(" hears the pong for '", payload, "'");
    const auto asked = std::ranges::find(pings_, payload);
    hold(asked != pings_.end(), promise::protocol, "a pong for no ping: " + std::string(payload));
    if (asked != pings_.begin()) world_.told.count(news::pong_for_several);
    pings_.erase(pings_.begin(), asked + 1);
}

void call::on_close(close_code code, std::string_view reason)
{
    tell(" is told goodbye: ", static_cast<unsigned>(code), " ", reason);
    check_goodbye(code, reason);
    heard_goodbye_ = true;
    if (said_goodbye_) return;
    if (!answers_goodbyes) return world_.told.count(deed::ignores_a_goodbye);
    said_goodbye_ = true;
    phone_.say_frame(opcode::close, close_payload(code));
}

void call::check_goodbye(close_code code, std::string_view reason) const
{
    hold(may_be_closed_with(code, reason), promise::protocol, [&] {
        return "closed for no reason with " + std::to_string(static_cast<unsigned>(code)) + " " + std::string(reason);
    });
    const auto count = [&](news what) { world_.told.count(what); };
    switch (code) {
    case close_code::going_away: return count(news::going_away);
    case close_code::try_again_later: return count(news::too_slow);
    case close_code::policy_violation: return count(news::policy_violation);
    case close_code::message_too_big: return count(news::too_big);
    case close_code::protocol_error:
    case close_code::invalid_payload: return count(news::protocol_error);
    default: return;
    }
}

bool call::may_be_closed_with(close_code code, std::string_view reason) const
{
    if (codes_.contains(code)) return true;
    if (code == close_code::going_away) return world_.server.drains() && reason == "server shutting down";
    if (code == close_code::try_again_later) return !world_.rules.drops() && reason == "too slow";
    if (code == close_code::policy_violation)
        return reason == "message took too long" && phone_.longest_delay() >= world_.rules.server.message_wait;
    return false;
}

void call::on_end(bool was_cut)
{
    tell(was_cut ? " finds the connection cut" : " hears the end");
    const auto may_end =
        !phone_.is_upgraded() || heard_goodbye_ || line_->caller_is_gone || line_->may_break || line_->was_cut;
    hold(may_end, promise::every_message_once, "the connection ended without a word");
    line_->caller_is_gone = true;
    phone_.end().close();
}

// When nothing moves any more: whatever was owed has come.
void call::check_that_all_is_heard() const
{
    hold(answers_.empty(), promise::protocol, [&] {
        const auto& missed = answers_.open().front();
        return who_ + " was never answered: " + missed.type + " " + missed.code + " " + missed.room + " " + missed.id;
    });
    hold(pings_.empty(), promise::protocol, who_ + " has pinged and heard no pong");
    if (world_.rules.drops()) return;
    hold(notes_.empty(), promise::protocol, who_ + " never heard a note");
    hold(unheard_.empty(), promise::every_message_once, who_ + " never heard its own message to everyone");
    hold(last_to_everyone_.empty() || world_.rooms.is_last_to_everyone(last_to_everyone_), promise::every_message_once,
         who_ + " missed what was said to everyone behind '" + last_to_everyone_ + "'");
    for (const auto& [name, room] : rooms_)
        hold(!room.inside() || room.has_heard_itself(), promise::every_message_once,
             [&] { return who_ + " never heard all that it said itself in " + name; });
}

} // namespace chorus::simulation
