// websocket.cpp — A read side and a write loop around one transport; both end by leaving a reason.
#include <chorus/client/websocket.hpp>

#include <chorus/core/random.hpp>
#include <chorus/wire/close_frame.hpp>
#include <chorus/wire/deflater.hpp>
#include <chorus/wire/inflater.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <utility>

namespace chorus {
namespace {

// Frames are laid one behind the other up to this size, so that many small messages are one write.
constexpr std::size_t write_size = 64 * 1024;

// A masking key nobody can predict (RFC 6455, 10.3).
std::uint32_t masking_key() { return static_cast<std::uint32_t>(random_bits()); }

} // namespace

// What this end compresses and inflates with: each direction as the server has chosen.
struct websocket::codec
{
    explicit codec(const deflate_parameters& agreed)
        : incoming(inflated, agreed.server_takeover(), agreed.server_window()),
          outgoing(deflated, agreed.client_takeover(), agreed.client_window())
    {
    }

    scratch_buffer inflated, deflated;
    inflater incoming;
    deflater outgoing;
};

std::string_view to_string(parting why)
{
    switch (why) {
    case parting::closed_by_peer: return "closed_by_peer";
    case parting::closed_by_us: return "closed_by_us";
    case parting::cut_by_peer: return "cut_by_peer";
    case parting::cut_by_us: return "cut_by_us";
    case parting::broken: return "broken";
    case parting::silent: return "silent";
    case parting::stalled: return "stalled";
    }
    return "unknown";
}

websocket::websocket(shard& where, opened open, send_queue& out, const websocket_limits& limits)
    : shard_(where), transport_(std::move(open.transport)), agreed_(std::move(open.agreed)), queue_(out),
      limits_(limits), codec_(agreed_.deflate ? std::make_unique<codec>(*agreed_.deflate) : nullptr),
      parser_(role::client, limits.parsing, codec_ ? &codec_->incoming : nullptr), kept_(std::move(open.early)),
      left_(kept_), deadline_(where.clock(), [this] { on_deadline(); }), last_heard_(where.clock().now()),
      next_ping_(last_heard_ + limits.ping_period)
{
}

websocket::~websocket() = default;

task<connection_end> websocket::run(task<> work)
{
    using namespace asio::experimental::awaitable_operators;
    watch();
    co_await (carry_out(std::move(work)) && write_loop());
    deadline_.clear();
    transport_->close();
    end_->clean = peer_closed_ && close_sent_;
    if (escaped_) std::rethrow_exception(escaped_);
    co_return std::move(*end_);
}

// The work, and then whatever the server says until it has hung up.
task<> websocket::carry_out(task<> work)
{
    try {
        co_await std::move(work);
    } catch (...) {
        escaped_ = std::current_exception();
    }
    if (escaped_) cut();
    close();
    for (bool going_on = true; going_on;) {
        const auto unheard = co_await read();
        going_on = unheard.has_value();
    }
}

// --- reading ---------------------------------------------------------------------------------------------------------

task<std::optional<incoming>> websocket::read()
{
    last_heard_ = shard_.clock().now(); // nobody can be blamed for what we did not read
    if (!parser_.unfinished()) message_began_ = last_heard_;
    while (!heard_all_ && !ended_) {
        auto message = take_message();
        if (message) co_return message;
        if (heard_all_) break;
        const auto error = co_await wait_readable();
        if (error) break;
    }
    if (heard_all_) co_await discard_until_end();
    reading_ended_ = true;
    conclude({}); // unless something better is known: cut by the server
    changed_.ring();
    co_return std::nullopt;
}

// Looks through what has been read. What is left behind a message is moved out of the shard's buffer, which is
// everybody's.
std::optional<incoming> websocket::take_message()
{
    while (!left_.empty() && !heard_all_) {
        auto message = hear(parser_.next(left_));
        if (!message) continue;
        if (kept_.empty()) left_ = kept_.assign(left_.begin(), left_.end());
        return message;
    }
    left_ = {};
    std::string().swap(kept_);
    parser_.forget_told();
    return {};
}

std::optional<incoming> websocket::hear(const parser::event& event)
{
    switch (event.what) {
    case parser::kind::need_more: break;
    case parser::kind::pong:
        if (pong_heard_) pong_heard_(event.payload);
        break;
    case parser::kind::ping: pong(event.payload); break;
    case parser::kind::close: on_close(event); break;
    case parser::kind::error: refuse(event.code, event.why); break;
    case parser::kind::message:
        message_began_ = last_heard_; // of the next, if part of it is there
        return incoming{event.op, std::string(event.payload)};
    }
    return {};
}

// Each ping is answered, unless so much waits to be written that the last one has to do (RFC 6455, 5.5.3).
void websocket::pong(std::string_view payload)
{
    if (close_sent_) return;
    if (unsent_.size() < write_size)
        append(opcode::pong, payload);
    else
        pong_ = payload;
    changed_.ring();
}

// Either the answer to our Close, or the first, which we answer with its own code, ahead of what is queued.
void websocket::on_close(const parser::event& event)
{
    heard_all_ = peer_closed_ = true;
    if (close_sent_) closing_since_ = last_heard_;
    conclude({parting::closed_by_peer, event.code, std::string(event.payload)});
    close_now(event.code, {});
}

void websocket::refuse(close_code code, std::string_view why)
{
    heard_all_ = true;
    conclude({parting::broken, code, std::string(why)});
    close_now(code, why);
}

// After the last message the server's bytes are taken but not looked at, so that its end, not a reset, follows ours.
task<> websocket::discard_until_end()
{
    error_code error;
    left_ = {};
    while (!error && !ended_)
        error = co_await wait_readable();
    left_ = {};
}

// Waits until something has come, and reads it.
task<error_code> websocket::wait_readable()
{
    listening_ = true;
    watch();
    auto [error] = co_await transport_->readable();
    listening_ = false;
    if (!error) left_ = read_some(error);
    if (error == asio::error::would_block) error = {};
    if (!parser_.unfinished()) message_began_ = last_heard_;
    co_return error;
}

std::span<char> websocket::read_some(error_code& error)
{
    const auto buffer = shard_.read_buffer();
    const auto count = transport_->read_some(buffer, error);
    if (count > 0) last_heard_ = shard_.clock().now(); // any data is a sign of life
    return buffer.first(count);
}

// --- writing ---------------------------------------------------------------------------------------------------------

send_answer websocket::send(send_queue::entry what)
{
    if (closing()) return send_answer::closed;
    if (!queue_.fits(what.payload.size())) flush(); // the bound is judged on what the kernel does not take
    const auto answer = queue_.put(std::move(what));
    changed_.ring();
    if (answer != send_answer::dropped || queue_.limits().when_full != overflow::close) return answer;
    queue_.clear();
    conclude({parting::closed_by_us, close_code::try_again_later, "too slow"});
    close_now(close_code::try_again_later, "too slow");
    return send_answer::closed;
}

void websocket::ping(std::string payload)
{
    ping_ = std::move(payload);
    changed_.ring();
}

void websocket::close(close_code code, std::string_view reason)
{
    if (closing()) return;
    closing_ = true;
    close_ = close_payload(code, reason);
    conclude({parting::closed_by_us, code, std::string(reason)});
    changed_.ring();
}

// What the server can take at once, it gets before.
void websocket::close_now(close_code code, std::string_view reason)
{
    flush();
    if (close_sent_) return;
    closing_ = close_ahead_ = true;
    close_ = close_payload(code, reason);
    changed_.ring();
}

// Hands the kernel what it takes, waits for the rest, and sees a goodbye through.
task<> websocket::write_loop()
{
    while (!reading_ended_) {
        const auto came_to = flush();
        const bool is_over = came_to == flushed::ended || (came_to == flushed::all && close_sent_);
        if (is_over) {
            co_await see_reading_through();
            break;
        }
        if (came_to == flushed::blocked) {
            write_deadline_ = shard_.clock().now() + limits_.write_wait;
            watch();
            auto [error] = co_await transport_->writable();
            write_deadline_ = time_point::max();
            if (!error) last_heard_ = shard_.clock().now(); // who takes something is there
        } else {
            co_await changed_.wait();
        }
    }
    end();
}

// Our Close is out, or nothing goes out any more. The server hangs up first (RFC 6455, 7.1.1), and may have told us why
// before; all of it while our patience lasts.
task<> websocket::see_reading_through()
{
    closing_since_ = shard_.clock().now();
    watch();
    while (!reading_ended_ && !ended_)
        co_await changed_.wait();
}

websocket::flushed websocket::flush()
{
    while (!ended_ && !write_failed_) {
        if (unsent_.empty() && !encode_some()) return flushed::all;
        error_code error;
        const asio::const_buffer buffer(unsent_.data() + written_, unsent_.size() - written_);
        written_ += transport_->write_some({&buffer, 1}, error);
        if (written_ == unsent_.size()) {
            unsent_.clear();
            written_ = untagged_ = 0;
            if (unsent_.capacity() > 2 * write_size) std::string().swap(unsent_);
        }
        queue_.moved().ring();
        if (error == asio::error::would_block) return flushed::blocked;
        if (error) closing_ = write_failed_ = true;
        if (error) break;
    }
    return flushed::ended;
}

// The next frames, at most `write_size` bytes and one message. Pong and ping go first, a Close last.
bool websocket::encode_some()
{
    if (close_sent_) return false;
    if (pong_) append(opcode::pong, *std::exchange(pong_, {}));
    if (ping_) append(opcode::ping, *std::exchange(ping_, {}));
    while (!close_ahead_ && !queue_.empty() && unsent_.size() < write_size)
        append_message(queue_.pop());
    if (close_ && (close_ahead_ || queue_.empty())) {
        append(opcode::close, *close_);
        close_sent_ = true;
    }
    return !unsent_.empty();
}

void websocket::append_message(const send_queue::entry& what)
{
    const auto compressed = codec_ ? codec_->outgoing.deflate(what.payload) : std::nullopt;
    append(what.op, compressed.value_or(what.payload), compressed ? rsv1 : 0);
    if (what.tag == 0) untagged_ = unsent_.size();
}

void websocket::append(opcode op, std::string_view payload, std::uint8_t reserved)
{
    append_masked_frame(unsent_, op, payload, masking_key(), true, reserved);
}

} // namespace chorus
