// session.cpp — One client, from the upgrade to the goodbye: a read loop and a write loop around its seat in the hub.
#include <chorus/session/session.hpp>

#include <chorus/core/log.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <random>

namespace chorus {
namespace {

// The first ping comes at a random moment of the second half of its period: ten thousand clients that came back
// together shall not be pinged together for ever.
duration first_ping_after(std::chrono::milliseconds period)
{
    static thread_local std::minstd_rand random{std::random_device{}()};
    return std::chrono::milliseconds{
        std::uniform_int_distribution<std::int64_t>{period.count() / 2, period.count()}(random)};
}

} // namespace

std::string_view to_string(end_reason why)
{
    switch (why) {
    case end_reason::closed_by_peer: return "closed_by_peer";
    case end_reason::closed_by_us: return "closed_by_us";
    case end_reason::cut_by_peer: return "cut_by_peer";
    case end_reason::refused: return "refused";
    case end_reason::silent: return "silent";
    case end_reason::stalled: return "stalled";
    case end_reason::failed: return "failed";
    }
    return "unknown";
}

std::string to_hex(std::uint64_t id)
{
    std::string text(16, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, id >>= 4)
        *digit = "0123456789abcdef"[id & 0xf];
    return text;
}

bool session_ref::post(shared_frame message) const { return hub_->post(answer::direct{id_, std::move(message)}); }

session::session(shard& where, chorus::hub& rooms, transport_ptr to, client who, const session_limits& limits,
                 const message_handler& handler)
    : shard_(where), hub_(rooms), transport_(std::move(to)), limits_(limits), handler_(handler),
      parser_(role::server, limits.parsing),
      member_(rooms, who.id, std::move(who.user), *transport_, *this, limits.outbox),
      messages_(limits.messages), joins_(limits.joins), greeting_(std::move(who.greeting)),
      early_(std::move(who.early)), deadline_(where.clock(), [this] { on_deadline(); })
{
}

session::~session() = default;

std::string session::id() const { return to_hex(member_.id()); }

send_result session::send_latest(std::string key, shared_frame message)
{
    return member_.out().send_latest(std::move(key), std::move(message));
}

// Each loop ends by returning a reason; neither ends without the other, because whoever ends first closes or cuts the
// transport, or rings the other.
task<session_end> session::run()
{
    using namespace asio::experimental::awaitable_operators;
    last_heard_ = shard_.clock().now();
    next_ping_ = last_heard_ + first_ping_after(limits_.ping_period);
    member_.out().block();
    co_await hub_.enter(member_); // before the client knows that it is in: nothing that is said from then on is missed
    const auto greeted = co_await greet(); // named: GCC 12 miscompiles `if (co_await ...)` in some coroutines
    if (!greeted) member_.out().end();
    auto [reading, writing] = co_await (read_loop() && write_loop());
    co_await hub_.leave(member_);
    const auto peer_just_vanished = reading.why == end_reason::cut_by_peer;
    auto end = peer_just_vanished && writing ? std::move(*writing) : std::move(reading);
    end.cut = was_cut_;
    co_return end;
}

// --- reading ---------------------------------------------------------------------------------------------------------

// Waits until the client has sent something, reads it into the shard's buffer and works through it. Before it awaits
// anything in between, it moves what is left to a buffer of its own: the shard's is everybody's.
task<session_end> session::read_loop()
{
    auto& out = member_.out();
    std::string kept = std::exchange(early_, {});
    std::span<char> bytes = kept;
    for (;;) {
        out.hold(); // what the handlers send goes out together
        auto pending = work_through(bytes);
        if (pending && !bytes.empty()) bytes = kept = std::string(bytes.begin(), bytes.end());
        out.release();
        if (pending) {
            co_await finish_work(std::move(*pending));
            if (!out.ended()) continue;
        }
        if (reading_ || out.ended()) break;
        if (!kept.empty()) kept = {};
        if (const auto [error] = co_await transport_->readable(); error) break;
        error_code error;
        bytes = read(error);
        if (error && error != asio::error::would_block) break;
    }
    if (reading_) co_await discard_until_end();
    reading_ended_ = true;
    changed_.ring();
    co_return reading_.value_or(session_end{});
}

std::span<char> session::read(error_code& error)
{
    const auto buffer = shard_.read_buffer();
    const auto count = transport_->read_some(buffer, error);
    if (count > 0) last_heard_ = shard_.clock().now(); // any data is a sign of life
    return buffer.first(count);
}

// Handles what is in `in` until all is used up, or until something has to be awaited before the next message.
work session::work_through(std::span<char>& in)
{
    auto& out = member_.out();
    while (!in.empty() && !reading_) {
        if (!may_read_on()) return wait_for_room();
        const auto event = parser_.next(in);
        switch (event.what) {
        case parser::kind::need_more: return {};
        case parser::kind::pong: break;
        case parser::kind::ping: out.pong(event.payload); break;
        case parser::kind::close: on_close(event); break;
        case parser::kind::error:
            reading_ = session_end{end_reason::refused, event.code, std::string(event.why)};
            out.close_now(event.code, event.why);
            break;
        case parser::kind::message:
            if (out.closing()) break; // we have said goodbye: what still comes is not heard
            if (auto pending = handle({event.op, event.payload})) return pending;
        }
    }
    return {};
}

// Either the answer to our Close, or the first, which we answer with its own code.
void session::on_close(const parser::event& event)
{
    auto& out = member_.out();
    peer_closed_ = true;
    if (out.closing()) reading_ = session_end{end_reason::closed_by_us, out.closed_with(), out.close_reason()};
    else reading_ = session_end{end_reason::closed_by_peer, event.code, std::string(event.payload)};
    out.close(event.code, {});
    changed_.ring();
}

// Handlers answer for their own errors; what escapes one is a bug, and ends this session only.
work session::handle(const message& what)
{
    try {
        return handler_(*this, what);
    } catch (const std::exception& escaped) {
        handler_failed(escaped.what());
        return {};
    }
}

task<> session::finish_work(task<> pending)
{
    try {
        co_await std::move(pending);
    } catch (const std::exception& escaped) {
        handler_failed(escaped.what());
    }
}

void session::handler_failed(std::string_view what)
{
    log(log_level::error, "handler_failed", {{"session", id()}, {"user", user()}, {"what", what}});
    member_.out().close_now(close_code::internal_error, "internal error");
}

bool session::may_read_on()
{
    if (!member_.may_command()) return false;
    auto& out = member_.out();
    if (limits_.outbox.slow != slow_policy::pause || !out.full() || out.closing()) return true;
    out.release();
    out.hold();
    return !out.full() || out.ended();
}

// The client waits with us: its bytes stay in the kernel until the hub, or the client itself, has caught up.
task<> session::wait_for_room()
{
    while (!may_read_on() && !member_.out().ended())
        co_await member_.settled().wait();
}

// After the last message the client's bytes are taken but not looked at, so that its end, not a reset, follows ours.
task<> session::discard_until_end()
{
    for (error_code error; !error || error == asio::error::would_block; read(error))
        if (const auto [broken] = co_await transport_->readable(); broken) co_return;
}

// --- writing ---------------------------------------------------------------------------------------------------------

// Answers the handshake. Only then does the outbox begin to write.
task<bool> session::greet()
{
    for (std::string_view rest = greeting_; !rest.empty();) {
        error_code error;
        const auto buffer = asio::buffer(rest.data(), rest.size());
        rest.remove_prefix(transport_->write_some({&buffer, 1}, error));
        if (error && error != asio::error::would_block) co_return false;
        if (rest.empty()) break;
        const auto writable = co_await room_to_write();
        if (!writable) co_return false;
    }
    greeting_ = {};
    member_.out().unblock();
    co_return true;
}

// Writes what the outbox could not hand over at once, sees after the client's life, and sees a goodbye through.
task<std::optional<session_end>> session::write_loop()
{
    auto& out = member_.out();
    while (!reading_ended_) {
        const auto flushed = out.flush();
        if (flushed == flush_result::ended) break;
        if (flushed == flush_result::blocked) {
            const auto writable = co_await room_to_write();
            if (!writable) break;
            out.unblock();
            continue;
        }
        member_.settled().ring(); // a reader may wait for the outbox
        if (out.close_sent()) {
            co_await see_close_through();
            break;
        }
        deadline_.set(next_check());
        co_await changed_.wait();
        check_life();
    }
    out.end();
    member_.settled().ring();
    transport_->close();
    co_return writing_;
}

task<bool> session::room_to_write()
{
    waits_for_socket_ = true;
    deadline_.set(write_deadline());
    const auto [error] = co_await transport_->writable();
    waits_for_socket_ = false;
    co_return !error;
}

time_point session::write_deadline() const
{
    return slow_since_ ? *slow_since_ + limits_.slow_close_wait : shard_.clock().now() + limits_.write_wait;
}

// A client that has just been found too slow gets less time than it had: it hardly reads, so it will hardly read a
// Close.
void session::outbox_changed()
{
    if (member_.out().too_slow() && !slow_since_) {
        slow_since_ = shard_.clock().now();
        if (waits_for_socket_) deadline_.set(write_deadline());
    }
    changed_.ring();
}

// Our Close is out. When the client's has come too, or nothing sensible can come any more, we end our direction; then
// the client has `close_wait` to end its own.
task<> session::see_close_through()
{
    const auto deadline = slow_since_ ? write_deadline() : shard_.clock().now() + limits_.close_wait;
    const auto answered = [this] { return peer_closed_ || reading_.has_value() || reading_ended_; };
    const auto too_late = [this, deadline] { return shard_.clock().now() >= deadline; };
    deadline_.set(deadline);
    while (!answered() && !too_late())
        co_await changed_.wait();
    if (answered()) transport_->finish();
    while (!reading_ended_ && !too_late())
        co_await changed_.wait();
    if (!reading_ended_) give_up(end_reason::stalled, "no answer to Close");
}

time_point session::next_check() const { return std::min(next_ping_, last_heard_ + limits_.pong_wait); }

void session::check_life()
{
    const auto now = shard_.clock().now();
    if (now >= last_heard_ + limits_.pong_wait) return give_up(end_reason::silent, "no sign of life");
    if (now < next_ping_) return;
    member_.out().ping();
    next_ping_ = now + limits_.ping_period;
}

// A socket that takes nothing keeps the loop from looking for itself; any other wait it ends by looking again.
void session::on_deadline()
{
    if (waits_for_socket_) give_up(end_reason::stalled, "write timeout");
    else changed_.ring();
}

// The client did not do its part in time. If we were saying goodbye, that stays the reason.
void session::give_up(end_reason why, std::string_view detail)
{
    auto& out = member_.out();
    if (out.closing()) writing_ = session_end{end_reason::closed_by_us, out.closed_with(), out.close_reason()};
    else writing_ = session_end{why, close_code::abnormal, std::string(detail)};
    was_cut_ = true;
    transport_->cut();
    out.end();
}

} // namespace chorus
