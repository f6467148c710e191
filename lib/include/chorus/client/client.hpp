// client.hpp — A client that lives on: connects, comes back as the close code allows, rejoins its rooms where it left
// them.
#pragma once

#include <chorus/client/backoff.hpp>
#include <chorus/client/event.hpp>
#include <chorus/client/inbox.hpp>
#include <chorus/client/opener.hpp>
#include <chorus/client/places.hpp>
#include <chorus/client/replies.hpp>
#include <chorus/client/send_queue.hpp>
#include <chorus/client/tcp_dialler.hpp>
#include <chorus/client/websocket.hpp>

#include <concepts>
#include <deque>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chorus {

struct client_options
{
    std::string url; // see url.hpp

    // Sent with each handshake. A token goes as `Authorization: Bearer`; it is asked for once before each attempt, and
    // when the server says that it has expired: another one then goes to the server as `token`. After it was refused
    // (401) or has expired (4001) the client comes back only if it is another one. If asking throws, the attempt has
    // failed with `no_token`; it may close or stop the client.
    http_fields fields = {};
    std::function<std::string()> token = {};
    std::vector<std::string> subprotocols = {};
    std::string proxy = {};              // see proxy.hpp; empty: none
    std::optional<tls_trust> trust = {}; // whom wss:// believes; nothing: whom the system trusts
    bool deflate = false;                // offers permessage-deflate
    bool envelopes = true;               // messages are those of wire/message.hpp; otherwise all are event::raw

    bool reconnect = true;     // after a connection ended; see "Goodbyes" in docs/protocol.md
    bool insist = true;        // also when the first attempt fails
    bool after_normal = false; // also after 1000 and a Close without a code, which say that both sides are done
    backoff_limits backoff = {};
    // A connection that lived so long was a good one: the pauses begin anew.
    std::chrono::milliseconds stable_after = std::chrono::seconds{5};

    queue_limits queue = {};
    inbox_limits inbox = {};
    websocket_limits connection = {};
    opening_limits opening = {};
    dial_limits dialling = {}; // of the client's own dialler
    // For the answer to a question, from the moment it is asked, reconnects included.
    std::chrono::milliseconds reply_wait = std::chrono::seconds{10};
    // Questions that may be open at a time.
    std::size_t most_questions = 1024;
};

// Threads: its shard only. What is sent without a connection waits for the next one, in a bounded queue. What was on
// its way when a connection ended may have arrived or not, and is not sent again.
class client
{
public:
    client(shard& where, client_options options); // over TCP and Unix sockets
    client(shard& where, client_options options, dialler& by);
    ~client();

    // The whole life of the client, beside `work`: the application's coroutine. When the work returns, what is queued
    // goes out and goodbye is said; when the client may not come back any more, next() gives nothing, and the work is
    // to return. Answers how the last connection ended. An exception that escapes the work comes out of here.
    task<disconnection> run(task<> work);

    // What has happened; nothing when it is over. While 256 events wait here the server is not listened to.
    task<std::optional<client_event>> next() { return inbox_.next(); }

    bool has_next() const { return inbox_.has_next(); } // at once

    // An envelope. `payload` is a described struct or json.
    template <class T> send_answer send(std::string_view type, const T& payload)
    {
        return send_raw(opcode::text, make_envelope(type, payload));
    }
    send_answer send_raw(opcode op, std::string payload);

    // As `send`, but replaces one of the same key that still waits: the server hears the latest value, not each of
    // them.
    template <class T> send_answer send_latest(std::string key, std::string_view type, const T& payload)
    {
        return put({.payload = make_envelope(type, payload), .key = std::move(key)});
    }

    // An envelope with an id, and the answer that carries it. Faults: what the server says (`rate_limited`, ...),
    // `queue_full`, `busy`, `too_late`, `not_sent` (too late, and never on its way), `closed`, and `connection_lost`:
    // it was sent, and nobody knows whether it arrived. Await it in a coroutine of its own, which the work waits for,
    // if events may fill the inbox meanwhile: then nothing is read.
    template <class T> task<result<answered>> ask(std::string_view type, const T& payload)
    {
        const auto id = ++last_id_;
        const json wire_id = id;
        return ask_envelope(id, make_envelope(type, payload, &wire_id));
    }

    // Asks whether the server of this connection is there; gives how long its answer took. Faults: `not_sent` (there is
    // no connection), `too_late`, `busy`, and `connection_lost`. To be awaited as `ask` is.
    task<result<duration>> ping();

    // Wants to be in a room, on this connection and all that follow; event::joined tells when. A server that is too
    // busy for the moment is asked again; a new connection has at most 64 rooms under way that it asks for by itself.
    // These commands are never dropped, and keep their order among what is sent; a server that leaves 4,096 of them
    // untaken is cut, and told anew where the client wants to be.
    void join(const std::string& room);
    void leave(const std::string& room);

    // Both for one coroutine at a time. Wait until the queue is half empty, or until the kernel has all; false, of the
    // first: it is over; of the second: a message that was `queued`, on this connection or one before, was lost ahead
    // of the kernel, had to make room, or was thrown away. Questions do not count, since each is told what became of
    // it.
    task<bool> room_to_send();
    task<bool> all_sent();

    // Says goodbye behind what is queued; without a connection there is nobody to say it to. Never reconnects after.
    void close(close_code code = close_code::normal, std::string_view reason = {});
    // Ends at once, in any state.
    void stop();

    bool online() const { return socket_ != nullptr; }
    std::size_t queued() const { return queue_.size(); }

private:
    struct setback;

    static constexpr std::size_t most_room_commands = 4096;                                  // that wait to be sent
    static constexpr std::uint64_t room_command = std::numeric_limits<std::uint64_t>::max(); // tag of joins and leaves

    client(shard& where, client_options options, std::unique_ptr<dialler> own, dialler* by);

    task<> carry_out(task<> work);
    task<> live();
    task<setback> connect_and_converse();
    task<> read_loop();
    static setback refused(const refusal& no);
    boost::system::result<approach, refusal> next_approach();
    std::optional<std::chrono::milliseconds> pause_after(const setback& what);
    bool ask_for_token();
    bool has_a_new_token();
    void renew_token();
    void greet(const upgrade& agreed);
    void connection_lost();
    void end(disconnection why);
    bool going() const { return !closing_ && !end_; }

    static bool is_batch(const incoming& message);
    task<> hear_batch(std::string lines);
    void hear(incoming message);
    void hear_pong(std::string_view payload);
    bool hear_envelope(std::string_view text);
    bool hear_answer(envelope& heard, std::uint64_t id);
    void hear_told(envelope& heard, std::size_t size);
    void join_again();
    void postpone_join(std::string room);
    void join_postponed(std::size_t at_most);
    std::optional<std::string> next_postponed();
    void on_next_join();
    void ask_again_later();
    send_answer put(send_queue::entry what);
    send_queue::entry make_join(const std::string& room);
    task<result<answered>> ask_envelope(std::uint64_t id, std::string envelope);

    shard& shard_;
    const client_options options_;
    std::unique_ptr<dialler> own_dialler_;
    opener opener_;
    backoff backoff_;
    send_queue queue_;
    inbox inbox_;
    replies replies_, pings_;
    places places_;
    std::map<std::uint64_t, std::string> joins_; // under way, by id
    std::deque<std::string> postponed_;          // rooms that are still to be asked for
    bool resting_ = false;                       // because one was refused for the moment
    alarm next_join_;
    std::uint64_t last_id_ = 0, last_ping_ = 0;
    std::string token_;                     // the last that was sent
    std::optional<std::string> next_token_; // asked for, and not sent yet

    websocket* socket_ = nullptr; // while there is a connection
    bell wake_;                   // ends a pause
    bool connected_before_ = false, closing_ = false, all_left_ = true;
    std::optional<disconnection> end_;
    std::exception_ptr escaped_;
};

} // namespace chorus
