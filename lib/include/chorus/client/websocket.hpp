// websocket.hpp — One open WebSocket from the client's end, as a value and coroutines: read, send, ping, close.
#pragma once

#include <chorus/client/opener.hpp>
#include <chorus/client/send_queue.hpp>
#include <chorus/core/bell.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/core/shard.hpp>
#include <chorus/wire/close_code.hpp>
#include <chorus/wire/parser.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chorus {

struct websocket_limits
{
    parser_limits parsing = {};
    // From the first byte of a message to its last.
    std::chrono::milliseconds message_wait = std::chrono::seconds{60};
    // How long the kernel may take nothing from us.
    std::chrono::milliseconds write_wait = std::chrono::seconds{10};
    // A server that has been silent for `ping_period` is asked whether it is there, and given up after `pong_wait`.
    // Shorter than a server's own: the routers between forget after half a minute, and a person waits.
    std::chrono::milliseconds ping_period = std::chrono::seconds{25};
    std::chrono::milliseconds pong_wait = std::chrono::seconds{35};
    // How long the server has to answer a Close, and then to hang up. Before its answer it may go on with what it was
    // saying, for so long in all.
    std::chrono::milliseconds close_wait = std::chrono::seconds{5};
    std::chrono::milliseconds backlog_wait = std::chrono::seconds{60};
};

struct incoming
{
    opcode op;
    std::string payload;
};

// Why a connection ended.
enum class parting : std::uint8_t {
    closed_by_peer, // its Close came first
    closed_by_us,   // ours came first
    cut_by_peer,    // the connection ended without a Close
    cut_by_us,
    broken,  // the server broke the protocol or a limit
    silent,  // no sign of life within pong_wait, while we listened
    stalled, // it took nothing within write_wait, or did not answer a Close
};
std::string_view to_string(parting why);

struct connection_end
{
    parting why = parting::cut_by_peer;
    close_code code = close_code::abnormal; // the first that was said, by either side
    std::string detail = {};                // the reason in words
    bool clean = false;                     // both sides have said goodbye
};

// Threads: its shard only. At most one coroutine reads. There is one writer, the write loop inside run(), so frames
// never interleave, and nothing follows a Close. Pings are answered while somebody reads.
class websocket
{
public:
    // `out` may hold what an earlier connection has not taken; it must outlive the socket.
    websocket(shard& where, opened open, send_queue& out, const websocket_limits& limits = {});
    ~websocket();

    // The whole life of the connection. `work` is the coroutine that reads and sends; when it returns, goodbye is said
    // (1000), and what still comes is not heard. Ends when both sides have hung up, or the patience with the other has.
    // An exception that escapes the work cuts the connection, and comes out of here.
    task<connection_end> run(task<> work);

    // The next message, whole. Nothing: the connection is over. After our own Close messages come until the server's.
    task<std::optional<incoming>> read();

    // At once; see send_queue.hpp.
    send_answer send(send_queue::entry what);
    send_answer send_text(std::string text) { return send({opcode::text, std::move(text)}); }

    // The Pong has the same payload, of at most 125 bytes. Of pings that wait to go out only the last does, and a
    // server may answer only the last that came (RFC 6455, 5.5.3).
    void ping(std::string payload = {});
    // `heard` is called with the payload of each Pong, while somebody reads.
    void on_pong(std::function<void(std::string_view payload)> heard) { pong_heard_ = std::move(heard); }

    // Says goodbye behind what is queued. The first goodbye counts.
    void close(close_code code = close_code::normal, std::string_view reason = {});
    // Ends the connection at once.
    void cut() { give_up(parting::cut_by_us, "cut"); }

    const upgrade& agreed() const { return agreed_; }
    bool closing() const { return closing_ || ended_; }                    // nothing that is sent from now on goes out
    bool all_written() const { return unsent_.empty() && queue_.empty(); } // as far as the kernel takes it
    // Whether something without a tag is on its way, and the kernel has not taken all of it: once it is over, lost.
    bool holds_some() const { return written_ < untagged_; }

private:
    enum class flushed : std::uint8_t { all, blocked, ended };
    struct codec;

    task<> carry_out(task<> work);
    std::optional<incoming> take_message();
    std::optional<incoming> hear(const parser::event& event);
    void pong(std::string_view payload);
    void on_close(const parser::event& event);
    void refuse(close_code code, std::string_view why);
    task<> discard_until_end();
    std::span<char> read_some(error_code& error);
    task<error_code> wait_readable();

    task<> write_loop();
    task<> see_reading_through();
    flushed flush();
    bool encode_some();
    void append_message(const send_queue::entry& what);
    void append(opcode op, std::string_view payload, std::uint8_t reserved = 0);
    void close_now(close_code code, std::string_view reason);

    time_point next_check() const;
    time_point message_deadline() const;
    time_point close_deadline() const;
    void watch() { deadline_.set(next_check()); }
    void on_deadline();
    void ping_if_due();
    void conclude(connection_end found);
    void give_up(parting why, std::string_view detail);
    void end();

    shard& shard_;
    transport_ptr transport_;
    upgrade agreed_;
    send_queue& queue_;
    const websocket_limits limits_;
    std::unique_ptr<codec> codec_; // null: messages go as they are
    parser parser_;

    std::string kept_;     // bytes that were read and not yet looked at...
    std::span<char> left_; // ...from here on, or in the shard's buffer

    std::string unsent_;       // frames on their way to the kernel...
    std::size_t written_ = 0;  // ...which has taken so much of them...
    std::size_t untagged_ = 0; // ...and messages that nobody would take back lie ahead of here
    std::optional<std::string> pong_, ping_, close_;
    std::function<void(std::string_view)> pong_heard_;
    bool close_ahead_ = false; // whether the Close goes out ahead of the queue
    bool closing_ = false, close_sent_ = false, write_failed_ = false;

    bell changed_;   // what the write loop waits at
    alarm deadline_; // the next time to look after the server
    time_point last_heard_, next_ping_;
    time_point write_deadline_ = time_point::max();
    time_point closing_since_ = time_point::max(); // max: we do not wait for the server's goodbye
    time_point message_began_ = time_point::max(); // max: none has begun and not ended
    std::optional<connection_end> end_;            // written by the first who finds a reason
    std::exception_ptr escaped_;
    bool listening_ = false; // somebody reads, so silence counts
    bool heard_all_ = false; // no further message counts: the server has said Close, or broken the protocol
    bool peer_closed_ = false, reading_ended_ = false, ended_ = false;
};

} // namespace chorus
