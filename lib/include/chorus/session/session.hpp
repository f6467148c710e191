// session.hpp — One client, from the upgrade to the goodbye: a read loop around its seat in the hub, and a writer when
// there is something that the socket did not take.
#pragma once

#include <chorus/core/cancellable.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/core/hex.hpp>
#include <chorus/core/scope.hpp>
#include <chorus/core/shard.hpp>
#include <chorus/hub/hub.hpp>
#include <chorus/net/transport.hpp>
#include <chorus/session/allowance.hpp>
#include <chorus/session/strikes.hpp>
#include <chorus/wire/compression.hpp>
#include <chorus/wire/parser.hpp>
#include <chorus/wire/trace.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chorus {

class session;

// A message as it came. The payload lives until the handler's first await, and no longer than the call of a handler
// that is no coroutine.
struct message
{
    opcode op;
    std::string_view payload;
};

// What a handler leaves to be awaited before the session reads on; nothing when it is done.
using work = std::optional<task<>>;
using message_handler = std::function<work(session&, const message&)>;

// What a service does with its sessions. An exception that escapes is a bug: it is logged and ends that session (1011).
struct session_handlers
{
    message_handler on_message = {};
    std::function<void(session&)> on_open = {};   // it has entered its hub; no message has been read yet
    std::function<void(session&)> on_expiry = {}; // its token has expired, and `token_grace` begins
};

// What a session allows its client. The defaults are those of the server's config.
struct session_limits
{
    parser_limits parsing = {};
    outbox_limits outbox = {};

    // What a user may send, in all its connections together. Joins have their own bucket, so that a reconnect is not
    // taken for a flood, and so may other types of message; what a router has no number for counts among `messages`.
    chorus::rate messages{.per_second = 10, .burst = 20};
    chorus::rate joins{.per_second = 10, .burst = 128};
    chorus::rate bytes{.per_second = 1024 * 1024, .burst = 4 * 1024 * 1024};
    std::vector<chorus::rate> by_type = {};

    // Who goes on regardless: so often over a limit, with no rest of `strikes_forgiven` between, ends with 1008.
    // 0: never.
    std::uint32_t strikes = 100;
    std::chrono::milliseconds strikes_forgiven = std::chrono::seconds{10};

    // Pings and pongs, which nobody rations otherwise; more end with 1008.
    chorus::rate control{.per_second = 20, .burst = 1000};

    // From the first byte of a message to its last, whatever comes between its fragments; later ends with 1008.
    // 0: no limit.
    std::chrono::milliseconds message_wait = std::chrono::seconds{60};

    // How long the kernel may take nothing from us; how long the client may be silent; how often we ask whether it is
    // there (less than `pong_wait`, so that the answer can arrive); how long it has to answer a Close.
    std::chrono::milliseconds write_wait = std::chrono::seconds{10};
    std::chrono::milliseconds pong_wait = std::chrono::seconds{60};
    std::chrono::milliseconds ping_period = std::chrono::seconds{54};
    std::chrono::milliseconds close_wait = std::chrono::seconds{5};
    std::chrono::milliseconds slow_close_wait = std::chrono::seconds{2};

    // How long a client whose token has expired has to send a fresh one, before it is closed with 4001.
    std::chrono::milliseconds token_grace = std::chrono::seconds{25};
};

// Why a session ended.
enum class end_reason {
    closed_by_peer, // its Close came first
    closed_by_us,   // ours came first
    cut_by_peer,    // the connection ended without a Close
    refused,        // the client broke the protocol or a limit
    silent,         // no sign of life within pong_wait
    stalled,        // it took nothing within write_wait, or answered no Close in time
    failed,         // a bug here
};
std::string_view to_string(end_reason why);

struct session_end
{
    end_reason why = end_reason::cut_by_peer;
    close_code code = close_code::abnormal; // as in RFC 6455 section 7.1.5, or the one we sent
    std::string detail;                     // the reason in words, the client's or ours
    bool cut = false;                       // we had to cut the connection
};

struct session_traffic
{
    std::uint64_t messages_in = 0, messages_out = 0, bytes_in = 0, bytes_out = 0;
};

// A name by which any thread can send to a session; the session may be gone.
class session_ref
{
public:
    session_ref(hub& where, std::uint64_t id) : hub_(&where), id_(id) {}

    // From any thread, as long as the server runs. False: too much waits already.
    bool post(shared_frame message) const;
    bool post_text(std::string_view text) const { return post(make_frame(opcode::text, text)); }

private:
    hub* hub_;
    std::uint64_t id_;
};

// Threads: its shard only; from others use `ref()`.
// Messages are handled one at a time, in order: the session reads on when the handler's work is done.
class session final : private outbox_owner
{
public:
    struct client // what the handshake has found out
    {
        std::uint64_t id = 0;
        std::string user;
        std::string greeting = {}; // what it must be sent first: the answer to its handshake
        std::string early = {};    // bytes that came behind its request
        std::optional<deflate_parameters> deflate = {};
        std::string peer = {};                    // its address, where a proxy speaks for it
        bool is_guest = true;                     // nobody has shown a token
        bool speaks_binary = false;               // chorus.binary.v1 was agreed on
        std::optional<std::int64_t> expires = {}; // its token, in seconds since 1970
        allowance* may = nullptr; // what its user may send, together with its other connections; null: its own
        std::unique_ptr<const chorus::trace> trace = {}; // how its handshake was called by whoever sent it
    };

    session(shard& where, hub& rooms, transport_ptr to, client who, const session_limits& limits,
            const session_handlers& handlers);
    ~session();

    // The whole life of the session: ends when its handler and both loops have ended and the hub has let go of it.
    task<session_end> run();

    // Who it is: the user's name, a number of 16 hex digits, the address.
    const std::string& user() const { return member_.user(); }
    bool is_guest() const { return is_guest_; }
    bool speaks_binary() const { return member_.out().speaks_binary(); }
    std::string id() const;
    std::uint64_t key() const { return member_.id(); }
    // How others call it: the id of its handshake, which is its own unless the client brought one, and the traceparent
    // of it, if there was one.
    std::string request_id() const { return trace_ && !trace_->request_id.empty() ? trace_->request_id : id(); }
    std::string_view traceparent() const { return trace_ ? std::string_view(trace_->parent) : std::string_view(); }
    std::string peer() const { return behind_proxy_ ? *behind_proxy_ : transport_->peer(); }

    // Its seat in the hub: join, leave, publish, broadcast.
    member& hub() { return member_; }

    // Sends to this client alone. The answer is immediate; see outbox.hpp.
    send_result send(shared_frame message) { return member_.out().send(std::move(message)); }
    send_result send_text(std::string_view text) { return send(make_frame(opcode::text, text)); }
    send_result send_latest(std::string key, shared_frame message);
    // Sends what a message of this client is owed: never dropped, whatever the policy.
    send_result answer(shared_frame message) { return member_.out().answer(std::move(message)); }
    send_result answer_text(std::string_view text) { return answer(make_frame(opcode::text, text)); }

    // Says goodbye after what is queued.
    void close(close_code code, std::string_view reason) { member_.out().close(code, reason); }
    // Ends the connection at once.
    void cut() { give_up(end_reason::closed_by_us, "cut"); }

    // Whether its user may send another message of so many bytes now; each yes is used up, each no is a strike. The
    // bucket is that for all messages, for joins, or that of one type.
    bool may_send(std::size_t bytes) { return may_send(may_->messages, limits_.messages, bytes); }
    bool may_join(std::size_t bytes) { return may_send(may_->joins, limits_.joins, bytes); }
    bool may_send_type(std::size_t type, std::size_t bytes)
    {
        return may_send(may_->by_type[type], limits_.by_type[type], bytes);
    }

    // It has shown a token again, which is good and expires then (in seconds since 1970; nothing: never).
    void renew(std::optional<std::int64_t> expires);

    // While it lives, a token that has been shown again is judged: the old one does not expire meanwhile. Judging that
    // takes longer than `at_most`, or than the client stays, is cancelled; what is found out then counts for nothing.
    class judgement
    {
    public:
        judgement(session& of, cancellable& judging, duration at_most);
        ~judgement();
        judgement(const judgement&) = delete;
        judgement& operator=(const judgement&) = delete;

        bool was_too_long() const { return of_.judging_ == nullptr; }

    private:
        session& of_;
        time_point expires_; // the old token
    };

    // Its limits have changed: deadlines are looked at anew, and when the rate of control frames is another
    // (limiter.hpp) it may send them as after a rest.
    void limits_changed(bool fill_control);

    // What has come and gone since it began. Messages count when they are whole, bytes as they travel.
    session_traffic traffic() const;

    // Called while an exception of a handler is handled: logs it, with the names by which this client is followed.
    void log_failure() const;

    session_ref ref() { return {hub_, member_.id()}; }
    chorus::clock& clock() { return shard_.clock(); }
    const session_limits& limits() const { return limits_; }

private:
    void open();
    void fail();
    void hang_up();
    task<> read_loop();
    std::span<char> read(error_code& error);
    void count_heard(std::size_t bytes);
    void count_message();
    work work_through(std::span<char>& in);
    void on_ping_or_pong(const parser::event& event);
    void on_close(const parser::event& event);
    void watch_message();
    bool may_send(limiter& bucket, const rate& allowed, std::size_t bytes);
    void strike();
    void refuse(close_code code, std::string_view why);
    work handle(const message& what);
    task<> finish_work(task<> pending);
    void handler_failed();
    void close_now(close_code code, std::string_view reason);
    bool is_paused();
    bool may_read_on() { return member_.may_command() && !member_.is_joining() && !is_paused(); }
    task<> wait_for_room();
    task<> discard_until_end();

    task<> greet();
    void wake_writer();
    task<> write();
    task<> room_to_write();
    time_point write_deadline() const;
    task<> see_close_through();
    bool close_answered() const { return heard_all_ || reading_ended_; }
    void outbox_changed() override;
    void batch_begun() override;

    void wait_at_most(time_point until);
    void on_deadline();
    void check_life();
    void check_token(time_point now);
    void end_judging();
    time_point expiry(std::optional<std::int64_t> unix_seconds) const;
    time_point message_deadline() const;
    time_point next_check() const;
    session_end our_goodbye() const;
    void conclude(session_end found);
    void conclude_by_outbox();
    void give_up(end_reason why, std::string_view detail);

    struct opening // what is needed only once
    {
        std::string greeting, early;
    };

    shard& shard_;
    chorus::hub& hub_;
    transport_ptr transport_;
    const session_limits& limits_;
    const session_handlers& handlers_;
    compression compression_;
    parser parser_;
    member member_;
    std::unique_ptr<allowance> own_allowance_; // where its user has none elsewhere
    allowance* may_;
    limiter control_;
    strikes strikes_;
    std::unique_ptr<opening> opening_;                // until the read loop begins
    std::unique_ptr<const chorus::trace> trace_;      // what its client said of that
    std::unique_ptr<const std::string> behind_proxy_; // the client's address, where the transport's is a proxy's

    scope writer_;                            // or nobody, while there is nothing that a socket did not take
    bell changed_;                            // what the writer waits at when a Close is out
    alarm deadline_;                          // the next time to look after the client, or the end of our patience
    time_point patience_ = time_point::max(); // until when the client must have taken something, or said Close
    time_point last_heard_, next_ping_;
    std::uint64_t heard_messages_ = 0, heard_bytes_ = 0;
    time_point message_began_ = time_point::max(); // max: none has begun and not ended
    time_point expires_ = time_point::max();       // its token; while in_grace_, the time in which it may send another
    time_point batch_due_ = time_point::max();     // what waits to go out with others goes then
    std::optional<time_point> slow_since_;
    cancellable* judging_ = nullptr;   // a fresh token
    std::unique_ptr<session_end> end_; // written by the first who finds a reason
    bool writing_ = true;              // there is a writer, or none may begin yet
    bool working_ = false;             // a handler is awaited: nothing is read, so nothing can be heard
    bool heard_all_ = false;           // no further message counts: the client has said Close, or broken the protocol
    bool peer_closed_ = false, reading_ended_ = false, was_cut_ = false, in_grace_ = false;
    bool is_guest_;
};

// The words of the exception that is being handled: to be called in a catch block.
std::string what_escaped();

} // namespace chorus
