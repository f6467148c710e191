// session.cpp — One client, from the upgrade to the goodbye: a read loop around its seat in the hub, and a writer when
// there is something that the socket did not take.
#include <chorus/session/session.hpp>

#include <chorus/core/random.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <limits>

namespace chorus {
namespace {

// After so much of one client the others of its shard have their turn: one read can hold 20,000 pings, or a hundred
// messages that inflate to half a megabyte. Large ones count as several events, by what has come or by what it inflates
// to, so that a turn is one message, or no more than a read can hold of what is not compressed.
constexpr std::size_t events_per_turn = 256, bytes_per_event = 512;
static_assert(events_per_turn * bytes_per_event == shard::read_buffer_size);

// The first ping comes at a random moment of the second half of its period: ten thousand clients that came back
// together shall not be pinged together for ever.
duration first_ping_after(std::chrono::milliseconds period)
{
    const auto whole = static_cast<std::uint64_t>(period.count());
    return std::chrono::milliseconds{random_between(whole / 2, whole)};
}

} // namespace

bool session_ref::post(shared_frame message) const { return hub_->post(answer::direct{id_, std::move(message)}); }

session::session(shard& where, chorus::hub& rooms, transport_ptr to, client who, const session_limits& limits,
                 const session_handlers& handlers)
    : shard_(where), hub_(rooms), transport_(std::move(to)), limits_(limits), handlers_(handlers),
      compression_(who.deflate, rooms.compression()), parser_(role::server, limits.parsing, compression_.incoming()),
      member_(rooms, who.id, std::move(who.user), *transport_, *this, limits.outbox),
      own_allowance_(who.may ? nullptr : new allowance(limits.by_type.size())),
      may_(who.may ? who.may : own_allowance_.get()),
      opening_(new opening{std::move(who.greeting), std::move(who.early)}), trace_(std::move(who.trace)),
      writer_(where.get_executor()), deadline_(where.clock(), [this] { on_deadline(); }), is_guest_(who.is_guest)
{
    if (auto* const deflater = compression_.outgoing()) member_.out().compress_with(*deflater);
    if (who.speaks_binary) member_.out().speak_binary();
    if (!who.peer.empty() && who.peer != transport_->peer())
        behind_proxy_ = std::make_unique<const std::string>(std::move(who.peer));
    expires_ = expiry(who.expires);
}

session::~session() = default;

std::string session::id() const { return to_hex(member_.id()); }

send_result session::send_latest(std::string key, shared_frame message)
{
    return member_.out().send_latest(std::move(key), std::move(message));
}

// Whoever ends first, the read loop or the writer, closes or cuts the transport, or rings the other.
task<session_end> session::run()
{
    last_heard_ = shard_.clock().now();
    next_ping_ = last_heard_ + first_ping_after(limits_.ping_period);
    wait_at_most(time_point::max());
    member_.out().block();
    co_await hub_.enter(member_); // before the client knows that it is in: nothing that is said from then on is missed
    co_await greet();
    open();
    writer_.spawn(write());
    try {
        co_await read_loop();
    } catch (...) {
        fail();
    }
    reading_ended_ = true;
    changed_.ring();
    co_await writer_.join();
    hang_up();
    deadline_.clear();
    co_await hub_.leave(member_);
    end_->cut = was_cut_;
    co_return std::move(*end_);
}

// Not even a lack of memory may leave the hub with a member that is gone.
void session::fail()
{
    handler_failed();
    give_up(end_reason::failed, "internal error");
    conclude({end_reason::failed, close_code::internal_error, "internal error"});
}

// Nothing is written any more, and nobody waits for that. What is not known better has ended as the outbox says.
void session::hang_up()
{
    member_.out().end();
    member_.settled().ring();
    transport_->close();
    end_judging();
    conclude_by_outbox();
}

void session::open()
{
    try {
        if (handlers_.on_open && !member_.out().ended()) handlers_.on_open(*this);
    } catch (...) {
        handler_failed();
    }
}

// --- reading ---------------------------------------------------------------------------------------------------------

// Waits until the client has sent something, reads it into the shard's buffer and works through it. Before it awaits a
// handler in between, it moves what is left to a buffer of its own, once: the shard's is everybody's.
task<> session::read_loop()
{
    auto& out = member_.out();
    auto kept = std::move(opening_->early);
    opening_.reset();
    std::span<char> bytes = kept;
    count_heard(bytes.size());
    bool shared = false; // whether they lie in the shard's buffer
    while (!heard_all_ && !out.ended()) {
        out.hold(); // what the handlers send goes out together
        auto pending = work_through(bytes);
        out.release();
        hub_.keep_bound();
        if (pending) {
            if (std::exchange(shared, false)) bytes = kept.assign(bytes.begin(), bytes.end());
            co_await finish_work(std::move(*pending));
            continue;
        }
        std::string().swap(kept); // who is idle owns no buffer
        parser_.forget_told();
        auto [error] = co_await transport_->readable();
        if (!error) bytes = read(error);
        if (error && error != asio::error::would_block) break;
        shared = true;
    }
    if (heard_all_) co_await discard_until_end();
    conclude_by_outbox();
}

std::span<char> session::read(error_code& error)
{
    const auto buffer = shard_.read_buffer();
    const auto count = transport_->read_some(buffer, error);
    if (count > 0) last_heard_ = shard_.clock().now(); // any data is a sign of life
    count_heard(count);
    return buffer.first(count);
}

void session::count_heard(std::size_t bytes)
{
    heard_bytes_ += bytes;
    hub_.measures().heard_bytes += bytes;
}

void session::count_message()
{
    ++heard_messages_;
    ++hub_.measures().heard_messages;
}

// Handles what is in `in` until all is used up, or until something has to be awaited before the next message.
work session::work_through(std::span<char>& in)
{
    auto& out = member_.out();
    for (std::size_t heard = 0; !in.empty() && !heard_all_ && !out.ended();) {
        if (is_paused()) out.release(), out.hold(); // perhaps the socket takes what the handlers have sent
        if (!may_read_on()) return wait_for_room();
        if (heard >= events_per_turn) return yield();
        const auto before = in.size();
        const auto event = parser_.next(in);
        heard += std::max<std::size_t>(1, std::max(event.payload.size(), before - in.size()) / bytes_per_event);
        watch_message();
        switch (event.what) {
        case parser::kind::need_more: return {};
        case parser::kind::ping:
        case parser::kind::pong: on_ping_or_pong(event); break;
        case parser::kind::close: on_close(event); break;
        case parser::kind::error: refuse(event.code, event.why); break;
        case parser::kind::message:
            count_message();
            if (out.closing()) break; // we have said goodbye: what still comes is not heard
            if (auto pending = handle({event.op, event.payload})) return pending;
        }
    }
    return {};
}

// What has begun and not ended is on the clock; the bytes that begin it have just been read.
void session::watch_message()
{
    if (!parser_.unfinished()) {
        message_began_ = time_point::max();
    } else if (message_began_ == time_point::max()) {
        message_began_ = last_heard_;
        wait_at_most(patience_);
    }
}

void session::on_ping_or_pong(const parser::event& event)
{
    auto& out = member_.out();
    if (out.closing()) return;
    if (!control_.take(limits_.control, last_heard_))
        return refuse(close_code::policy_violation, "too many control frames");
    if (event.what == parser::kind::ping) out.pong(event.payload);
}

bool session::may_send(limiter& bucket, const rate& allowed, std::size_t bytes)
{
    const auto now = shard_.clock().now();
    const auto size =
        static_cast<std::uint32_t>(std::min<std::size_t>(bytes, std::numeric_limits<std::uint32_t>::max()));
    if (bucket.take(allowed, now) && may_->bytes.take(limits_.bytes, now, size)) return true;
    strike();
    return false;
}

// Whoever sends too much is told so each time, and after many times thought to be beyond words.
void session::strike()
{
    const auto count = strikes_.add(shard_.clock().now(), limits_.strikes_forgiven);
    if (limits_.strikes > 0 && count >= limits_.strikes && !heard_all_) // the limit may have become lower meanwhile
        refuse(close_code::policy_violation, "too often over the rate limit");
}

// The client has broken a rule: that is the reason why the session ends, and nothing more of it is heard.
void session::refuse(close_code code, std::string_view why)
{
    heard_all_ = true;
    conclude({end_reason::refused, code, std::string(why)});
    close_now(code, why);
}

// Either the answer to our Close, or the first, which we answer with its own code.
void session::on_close(const parser::event& event)
{
    auto& out = member_.out();
    heard_all_ = peer_closed_ = true;
    if (out.closing())
        conclude(our_goodbye());
    else
        conclude({end_reason::closed_by_peer, event.code, std::string(event.payload)});
    out.close(event.code, {});
    wake_writer();
}

work session::handle(const message& what)
{
    try {
        return handlers_.on_message(*this, what);
    } catch (...) {
        handler_failed();
        return {};
    }
}

task<> session::finish_work(task<> pending)
{
    const auto began = shard_.clock().now();
    working_ = true;
    try {
        co_await std::move(pending);
    } catch (...) {
        handler_failed();
    }
    working_ = false;
    last_heard_ = shard_.clock().now(); // nobody can be blamed for what we did not read
    if (message_began_ == time_point::max()) co_return;
    message_began_ += last_heard_ - began;
    wait_at_most(patience_); // an alarm that went off meanwhile has looked no further than the next ping
}

// Says goodbye ahead of what the client has not taken yet; what it can take at once, it gets.
void session::close_now(close_code code, std::string_view reason)
{
    auto& out = member_.out();
    out.release();
    out.end_wait(); // no batch waits for more before a goodbye
    out.close_now(code, reason);
}

// A client that has to take its answers before it may ask on, so that its own questions never fill its outbox.
bool session::is_paused()
{
    auto& out = member_.out();
    return !out.closing() && (limits_.outbox.slow == slow_policy::pause ? out.full() : out.half_full());
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
    error_code error;
    while (!error || error == asio::error::would_block) {
        std::tie(error) = co_await transport_->readable();
        if (!error) read(error);
    }
}

// --- writing ---------------------------------------------------------------------------------------------------------

// Answers the handshake. Only then does the outbox begin to write.
task<> session::greet()
{
    for (std::string_view rest = opening_->greeting; !rest.empty();) {
        error_code error;
        const auto buffer = asio::buffer(rest.data(), rest.size());
        rest.remove_prefix(transport_->write_some({&buffer, 1}, error));
        if (error && error != asio::error::would_block) co_return member_.out().end();
        if (!rest.empty()) co_await room_to_write();
    }
    member_.out().unblock();
}

// What the outbox cannot do by itself is done by a coroutine that begins with it and ends when nothing is left: who is
// idle has none. Before the handshake is answered nobody writes; after the last byte is read there is nothing to write.
void session::wake_writer()
{
    if (std::exchange(writing_, true)) return changed_.ring();
    if (!reading_ended_) writer_.spawn(write());
}

// Writes what the socket did not take at once, and sees a goodbye through.
task<> session::write()
{
    auto& out = member_.out();
    try {
        for (auto flushed = out.flush(); flushed == flush_result::blocked && !reading_ended_; flushed = out.flush()) {
            co_await room_to_write();
            out.unblock();
        }
        member_.settled().ring(); // a reader may wait for the outbox
        writing_ = out.close_sent() || out.ended() || reading_ended_;
        if (!writing_) co_return;
        if (out.close_sent()) co_await see_close_through();
    } catch (...) {
        fail();
    }
    hang_up();
}

// If it ends because the connection has ended, the next flush will find that out.
task<> session::room_to_write()
{
    wait_at_most(write_deadline());
    co_await transport_->writable();
    wait_at_most(time_point::max());
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
        if (patience_ != time_point::max()) wait_at_most(write_deadline());
    }
    wake_writer();
}

// Our Close is out. When the client's has come too, or nothing sensible can come any more, we end our direction, and
// the client ends its own; all of it while our patience lasts.
task<> session::see_close_through()
{
    wait_at_most(slow_since_ ? write_deadline() : shard_.clock().now() + limits_.close_wait);
    while (!close_answered())
        co_await changed_.wait();
    transport_->finish();
    while (!reading_ended_)
        co_await changed_.wait();
}

} // namespace chorus
