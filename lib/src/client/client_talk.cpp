// client_talk.cpp — What a client says and hears: envelopes, questions and answers, rooms.
#include <chorus/client/client.hpp>

#include <chorus/core/random.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace chorus {
namespace {

struct room_payload
{
    std::string room;
};
BOOST_DESCRIBE_STRUCT(room_payload, (), (room))

struct token_payload
{
    std::string token;
};
BOOST_DESCRIBE_STRUCT(token_payload, (), (token))

// Of a server that would say yes at another time. Ours grants ten a second in the long run, and forgives whoever rests
// for ten seconds; so many at a time, a while after the last refusal, are never thought a flood.
constexpr std::size_t joins_at_a_time = 16;
constexpr std::chrono::milliseconds pause_before_joins{11'000}, at_most_more{4'000};

// So many may all be refused, and are no flood yet: ours ends a session at a hundred refusals.
constexpr std::size_t rejoins_under_way = 64;

bool is_for_the_moment(const event::refused& no) { return no.code == "rate_limited" || no.code == "busy"; }

// Ours are numbers; whatever else is no answer to us.
std::optional<std::uint64_t> number_of(const std::optional<json>& id)
{
    if (!id || !id->is_int64() || id->get_int64() < 0) return {};
    return static_cast<std::uint64_t>(id->get_int64());
}

} // namespace

// --- saying ----------------------------------------------------------------------------------------------------------

send_answer client::send_raw(opcode op, std::string payload) { return put({.op = op, .payload = std::move(payload)}); }

// A connection that is ending takes nothing more; the queue keeps it for the next.
send_answer client::put(send_queue::entry what)
{
    if (!going()) return send_answer::closed;
    if (what.kept && socket_ && queue_.kept() >= most_room_commands) {
        socket_->cut(); // the next connection is told where we want to be
        return send_answer::dropped;
    }
    if (socket_ && !socket_->closing()) return socket_->send(std::move(what));
    return queue_.put(std::move(what));
}

task<result<answered>> client::ask_envelope(std::uint64_t id, std::string envelope)
{
    if (replies_.size() >= options_.most_questions) co_return fault{"busy", "too many questions are open"};
    const auto answer = put({.payload = std::move(envelope), .tag = id});
    if (answer == send_answer::dropped) co_return fault{"queue_full", "more waits to be sent than may"};
    if (answer == send_answer::closed) co_return fault{"closed", "goodbye has been said"};
    auto said = co_await replies_.wait(id, shard_.clock(), shard_.clock().now() + options_.reply_wait);
    const auto was_sent =
        said || !queue_.take_back(id); // what waits for a connection still is not to be asked any more
    if (!was_sent && said.error().code == "too_late") co_return fault{"not_sent", "there was no connection in time"};
    co_return said;
}

task<result<duration>> client::ping()
{
    if (!socket_ || socket_->closing()) co_return fault{"not_sent", "there is no connection"};
    if (pings_.size() >= options_.most_questions) co_return fault{"busy", "too many pings are open"};
    const auto number = ++last_ping_;
    const auto asked = shard_.clock().now();
    socket_->ping(std::to_string(number));
    const auto said = co_await pings_.wait(number, shard_.clock(), asked + options_.reply_wait);
    if (!said) co_return said.error();
    co_return shard_.clock().now() - asked;
}

void client::join(const std::string& room)
{
    if (going() && places_.want(room) && socket_) put(make_join(room));
}

void client::leave(const std::string& room)
{
    if (!places_.forget(room) || !socket_) return;
    put({.payload = make_envelope("leave", room_payload{room}), .tag = room_command, .kept = true});
}

send_queue::entry client::make_join(const std::string& room)
{
    const json id = ++last_id_;
    joins_.emplace(last_id_, room);
    return {.payload = make_envelope("join", places_.join_payload(room), &id), .tag = room_command, .kept = true};
}

task<bool> client::room_to_send()
{
    while (!end_ && queue_.half_full())
        co_await queue_.moved().wait();
    co_return !end_;
}

task<bool> client::all_sent()
{
    while (!end_ && !(socket_ ? socket_->all_written() : queue_.empty()))
        co_await queue_.moved().wait();
    co_return all_left_;
}

// --- hearing ---------------------------------------------------------------------------------------------------------

// Ends with the connection.
task<> client::read_loop()
{
    for (;;) {
        co_await inbox_.room();
        auto message = co_await socket_->read();
        if (!message) co_return;
        if (options_.envelopes && is_batch(*message))
            co_await hear_batch(std::move(message->payload));
        else
            hear(std::move(*message));
    }
}

// No envelope of ours has a newline of its own. One that was written by somebody else may, and is whole.
bool client::is_batch(const incoming& message)
{
    if (message.op != opcode::text) return false;
    const auto newline = message.payload.find('\n');
    return newline != std::string::npos &&
           read_envelope(std::string_view(message.payload).substr(0, newline)).has_value();
}

task<> client::hear_batch(std::string lines)
{
    for (std::size_t at = 0; at < lines.size();) {
        const auto end = std::min(lines.find('\n', at), lines.size());
        if (end > at) hear({opcode::text, lines.substr(at, end - at)});
        at = end + 1;
        co_await inbox_.room();
    }
}

void client::hear(incoming message)
{
    if (options_.envelopes && message.op == opcode::text && hear_envelope(message.payload)) return;
    const auto size = message.payload.size();
    inbox_.put(event::raw{message.op, std::move(message.payload)}, size);
}

// It answers those before it, too. One that answers nothing we asked is only a sign of life.
void client::hear_pong(std::string_view payload)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(payload.data(), payload.data() + payload.size(), number);
    if (error != std::errc{} || end != payload.data() + payload.size() || number > last_ping_) return;
    pings_.settle_up_to(number);
}

bool client::hear_envelope(std::string_view text)
{
    auto heard = read_envelope(text);
    if (!heard) return false;
    const auto id = number_of(heard->id);
    const bool answered = id && hear_answer(*heard, *id);
    if (!answered) hear_told(*heard, text.size());
    return true;
}

// False: it answers no question, but may still be something to be told.
bool client::hear_answer(envelope& heard, std::uint64_t id)
{
    std::optional<event::refused> no;
    if (heard.type == "error")
        if (auto said = heard.payload.as<event::refused>()) no = std::move(*said);
    if (auto join = joins_.extract(id)) {
        if (no && is_for_the_moment(*no)) return postpone_join(std::move(join.mapped())), true;
        if (!resting_) join_postponed(1);
        if (!no) return false;
        places_.forget(join.mapped());
        inbox_.put(event::not_joined{std::move(join.mapped()), std::move(no->code), std::move(no->message)});
        return true;
    }
    if (no) return replies_.settle(id, fault{no->code, no->message});
    auto payload = heard.payload.as<json>();
    return payload && replies_.settle(id, answered{heard.type, std::move(*payload)});
}

// On a new connection, ahead of what waits. Of many rooms the others follow, one with each answer, or by and by if the
// server gives none.
void client::join_again()
{
    places_.for_each([this](const std::string& room) { postponed_.push_back(room); });
    while (!postponed_.empty() && joins_.size() < rejoins_under_way)
        queue_.put_ahead(make_join(*next_postponed()));
    if (!postponed_.empty()) ask_again_later();
}

void client::postpone_join(std::string room)
{
    postponed_.push_back(std::move(room));
    resting_ = true;
    ask_again_later();
}

void client::join_postponed(std::size_t at_most)
{
    for (; at_most > 0; --at_most)
        if (const auto room = next_postponed()) put(make_join(*room));
}

// Nothing: none is left that is still wanted.
std::optional<std::string> client::next_postponed()
{
    while (!postponed_.empty()) {
        auto room = std::move(postponed_.front());
        postponed_.pop_front();
        if (places_.wants(room)) return room;
    }
    return {};
}

void client::on_next_join()
{
    join_postponed(joins_at_a_time);
    resting_ = !postponed_.empty();
    if (resting_) ask_again_later();
}

// At a random moment, so that clients that were refused together do not come together.
void client::ask_again_later()
{
    const auto more = random_between(0, static_cast<std::uint64_t>(at_most_more.count()));
    next_join_.set(shard_.clock().now() + pause_before_joins + std::chrono::milliseconds{more});
}

// A token has expired, and there is time to show another one. Without one the connection ends, and that is told then.
void client::renew_token()
{
    if (!has_a_new_token()) return;
    token_ = *std::exchange(next_token_, {});
    put({.payload = make_envelope("token", token_payload{token_}), .tag = room_command, .kept = true});
}

void client::hear_told(envelope& heard, std::size_t size)
{
    if (heard.type == "joined") {
        if (auto told = heard.payload.as<event::joined>()) {
            places_.on_joined(*told);
            return inbox_.put(std::move(*told), size);
        }
    } else if (heard.type == "gap") {
        if (auto told = heard.payload.as<event::gap>()) {
            places_.on_gap(*told);
            return inbox_.put(std::move(*told), size);
        }
    } else if (heard.type == "error") {
        if (auto told = heard.payload.as<event::refused>()) return inbox_.put(std::move(*told), size);
    }
    auto payload = heard.payload.as<json>(); // first: what the application does may read envelopes
    if (heard.type == "token_expired") renew_token();
    if (heard.type != "ok") places_.on_message(*payload); // an ok may come ahead of the message it is about
    inbox_.put(event::heard{std::move(heard.type), std::move(*payload)}, size);
}

} // namespace chorus
