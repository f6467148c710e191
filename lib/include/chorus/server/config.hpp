// config.hpp — everything a server can be told, in one struct whose defaults are ready for production.
#pragma once

#include <chorus/hub/limits.hpp>
#include <chorus/session/jwt_options.hpp>
#include <chorus/session/limiter.hpp>
#include <chorus/wire/deflate_parameters.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace chorus {

// The numbers a service starts with. Each states the relation it has to keep; the assertions below hold us to them,
// and validate() holds a changed config to the same.
namespace defaults {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

inline constexpr unsigned threads = 1;
inline constexpr std::size_t max_message = 512 * kib;
inline constexpr std::size_t max_fragments = 131'072; // 512 KiB in fragments of four bytes, the smallest anyone sends

inline constexpr std::size_t max_connections = 100'000;
inline constexpr std::size_t max_per_ip = 256;  // an office behind one address, not a flood
inline constexpr std::size_t max_per_user = 16; // some devices, each with some tabs

inline constexpr std::size_t rate = 10;
inline constexpr std::size_t burst = 20;
inline constexpr std::size_t byte_rate = 1 * mib;  // ten messages a second of 100 KiB
inline constexpr std::size_t byte_burst = 4 * mib; // eight messages of the largest size
inline constexpr std::size_t strikes = 100;        // as many refusals no program reads and goes on by mistake
inline constexpr std::size_t max_rooms_per_client = 128;
inline constexpr std::size_t join_burst = max_rooms_per_client; // a reconnecting client rejoins all its rooms at once
inline constexpr std::size_t commands_in_flight = 128;
inline constexpr std::size_t max_queued_bytes = 1024 * mib; // a thousand clients whose outboxes are full
inline constexpr std::size_t recycled_sessions = 256;       // some 400 KiB for a shard
inline constexpr std::size_t control_rate = 20;             // a client that pings every second is 20 times below
inline constexpr std::size_t control_burst = 1000;          // what may come at once after we have not read for a while

inline constexpr milliseconds handshake_wait = seconds{10};
inline constexpr milliseconds keep_alive_wait = seconds{10};
inline constexpr milliseconds write_wait = seconds{10};
inline constexpr milliseconds pong_wait = seconds{60};
inline constexpr milliseconds ping_period = pong_wait * 9 / 10; // 54 s: the answer has a tenth of the wait to arrive
inline constexpr milliseconds message_wait = seconds{60};       // max_message at 70 kbit/s
inline constexpr milliseconds token_grace = seconds{25};        // longer than most take to fetch a fresh token
inline constexpr milliseconds close_wait = seconds{5};
inline constexpr milliseconds slow_close_wait = seconds{2}; // a client that does not read will hardly read a Close
inline constexpr milliseconds drain_timeout = seconds{30};
inline constexpr milliseconds room_linger = seconds{60}; // as long as a dead connection may go unnoticed

static_assert(max_queued_bytes >= 2 * outbox_limits{}.bytes, "one full outbox must not close anybody");
static_assert(ping_period < pong_wait, "a ping must go out before its pong is overdue");
static_assert(join_burst >= max_rooms_per_client, "a reconnecting client must be able to rejoin all its rooms");
static_assert(message_wait >= handshake_wait, "a message gets no less time than the head of a request");
static_assert(slow_close_wait <= close_wait, "a slow client gets no more patience than a well-behaved one");
static_assert(close_wait <= drain_timeout * 2 / 3,
              "Close goes out within a third of the drain; the rest is for answers");

} // namespace defaults

// A plain value: copied at the start of a server. What one that runs can take of another is in live_update.hpp.
struct config
{
    // HOST:PORT, [::1]:8080 or unix:/path; port 0 picks a free one. "systemd": the socket that a socket unit has
    // opened. Loopback, because going public is a decision.
    std::string listen = "127.0.0.1:8080";

    // Whether what the server counts is served at /metrics, for Prometheus; and where: at HOST:PORT, in plain HTTP and
    // together with all else that is for operators, or, empty, where everything is. It says nothing of anybody, but it
    // says how busy the server is, so it is off until somebody decides who may know.
    bool metrics = false;
    std::string admin_listen = {};

    // Files in PEM form with the server's certificate, followed by those that vouch for it, and with its private key:
    // then it speaks TLS and nothing else (wss, https). Both are read again at SIGHUP. Empty: no TLS.
    std::string tls_cert = {}, tls_key = {};

    // TLS for development: a certificate that nobody vouches for, made at the start and good for 30 days.
    bool tls_self_signed = false;

    // Shards, each a thread with an event loop. One serves tens of thousands of clients.
    unsigned threads = defaults::threads;

    // The largest message a client may send, in bytes after inflating; longer ones end with 1009. 0: no limit.
    std::size_t max_message = defaults::max_message;

    // Fragments a message may come in, empty ones included, which cost work but no bytes; more end with 1008.
    // 0: no limit.
    std::size_t max_fragments = defaults::max_fragments;

    // Whether messages may travel compressed (permessage-deflate, RFC 7692), for clients that offer it. `shared`: each
    // message is compressed once for all who hear it, and an idle client costs nothing. `per_connection`: messages
    // shrink further, since each may refer to those before it, but a connection that has spoken and heard keeps some
    // 300 KiB, and every message is compressed again for each who hears it. Off, because it is work: some 15 µs for a
    // message of 300 bytes, which then has 180.
    deflate_mode deflate = deflate_mode::off;

    // Connections at one time, half-open handshakes included: in total (503) and from one address (429).
    // 0: no limit.
    std::size_t max_connections = defaults::max_connections;
    std::size_t max_per_ip = defaults::max_per_ip;

    // Whose pages may connect (403): scheme://host[:port], "*." for all below a host. Empty: the pages of the host that
    // was asked. Programs send no Origin, and are welcome unless `require_origin` is set.
    std::vector<std::string> origins = {};
    bool require_origin = false;

    // Who may enter (401): the file of lines TOKEN USER, or the key that verifies JSON Web Tokens. Neither, and no
    // server::authenticate: everybody, as a guest.
    std::string tokens = {};
    jwt_options jwt = {};

    // Connections of one user at one time (429). 0: no limit.
    std::size_t max_per_user = defaults::max_per_user;

    // How long a client whose token has expired may take to send a fresh one, before it ends with 4001.
    std::chrono::milliseconds token_grace = defaults::token_grace;

    // Whose word counts about where a client comes from: addresses, ranges such as 10.0.0.0/8, or "unix". Theirs is
    // X-Forwarded-For, and, if `proxy_protocol` is set, the PROXY header (version 2) each connection of theirs then has
    // to begin with; who is not one of them cannot connect at all then.
    std::vector<std::string> trusted_proxies = {};
    bool proxy_protocol = false;

    // Messages a user may send, in all connections together: per second, and at once after a pause. Rate 0: no limit.
    std::size_t rate = defaults::rate;
    std::size_t burst = defaults::burst;

    // Joins have a bucket of their own with the same rate, so that a reconnect is not taken for a flood.
    std::size_t join_burst = defaults::join_burst;

    // Types of message with a bucket of their own, instead of that for all.
    std::map<std::string, chorus::rate> rates = {};

    // The same in bytes, over all messages. Rate 0: no limit.
    std::size_t byte_rate = defaults::byte_rate;
    std::size_t byte_burst = defaults::byte_burst;

    // Who is told so often, without a rest of ten seconds, that it sends too much, ends with 1008. 0: never.
    std::size_t strikes = defaults::strikes;

    // Pings and pongs a client may send: per second, and at once; more end with 1008. Rate 0: no limit.
    std::size_t control_rate = defaults::control_rate;
    std::size_t control_burst = defaults::control_burst;

    // Rooms one client may be in at one time. 0: no limit. And what a room may be called.
    std::size_t max_rooms_per_client = defaults::max_rooms_per_client;
    room_name_rules room_names = {};

    // Commands of one client its hub has not finished yet; then its session waits, and with it the client.
    std::size_t commands_in_flight = defaults::commands_in_flight;

    outbox_limits outbox = {};
    history_limits history = {};

    // What all clients together may leave unread, in bytes; past it those that have left the most end with 1013, until
    // it fits. 0: no limit.
    std::size_t max_queued_bytes = defaults::max_queued_bytes;

    // How long a room with nobody in it keeps its history and epoch, for those who are just reconnecting.
    std::chrono::milliseconds room_linger = defaults::room_linger;

    // Sessions whose memory each shard keeps for the next clients, for as long as so many keep coming. 0: none.
    std::size_t recycled_sessions = defaults::recycled_sessions;

    // From accept until the upgrade is answered.
    std::chrono::milliseconds handshake_wait = defaults::handshake_wait;

    // Between two plain HTTP requests of one connection.
    std::chrono::milliseconds keep_alive_wait = defaults::keep_alive_wait;

    // How long the kernel may refuse to take anything from us before the connection is cut.
    std::chrono::milliseconds write_wait = defaults::write_wait;

    // How long a client may be silent (any received data counts as life), and how often we ask.
    std::chrono::milliseconds pong_wait = defaults::pong_wait;
    std::chrono::milliseconds ping_period = defaults::ping_period;

    // How long one message may take from its first byte to its last, so that nobody holds a buffer by dribbling into
    // it; later ends with 1008. Larger messages or slower links need more. 0: no limit.
    std::chrono::milliseconds message_wait = defaults::message_wait;

    // From our Close to the client's answer; shorter for a client that was too slow to read anyway.
    std::chrono::milliseconds close_wait = defaults::close_wait;
    std::chrono::milliseconds slow_close_wait = defaults::slow_close_wait;

    // From the first signal until what is left is cut. 0: cut at once.
    std::chrono::milliseconds drain_timeout = defaults::drain_timeout;
};

// Nothing when the config holds together and the files it names are as they should be; otherwise one line that names
// the field or the relation that is wrong.
std::optional<std::string> validate(const config& settings);

// The same of the config alone: no file is looked at.
std::optional<std::string> validate_values(const config& settings);

} // namespace chorus
