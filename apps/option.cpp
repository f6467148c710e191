// option.cpp — the table of everything our servers can be told.
#include "option.hpp"

#include "option_kinds.hpp"

#include <chorus/net/address.hpp>
#include <chorus/session/origin.hpp>
#include <chorus/session/trusted_proxies.hpp>

#include <algorithm>
#include <iterator>

namespace chorus::app {
namespace {

using std::chrono::milliseconds;

// A flag stands for "yes"; the environment and the file say which.
option deflate()
{
    const auto set = [](settings& into, const std::string& text) {
        const auto on = read_bool(text);
        if (on) into.server.deflate = *on ? into.deflate_when_on : deflate_mode::off;
        return on.has_value();
    };
    return {"deflate",
            "",
            "compress messages for clients that offer permessage-deflate",
            "true or false",
            set,
            [](const settings& from) { return write_bool(from.server.deflate != deflate_mode::off); }};
}

option listen()
{
    const auto set = [](settings& into, const std::string& text) {
        const bool proper = read_address(text).has_value();
        if (proper) into.server.listen = text;
        return proper;
    };
    return {
        "listen",
        "HOST:PORT",
        "where to listen; also [::1]:8080, unix:/path, or systemd for a socket that it passes; port 0 picks a free one",
        "HOST:PORT, [::1]:8080, unix:/path or systemd",
        set,
        [](const settings& from) { return from.server.listen; }};
}

option admin_listen()
{
    const auto set = [](settings& into, const std::string& text) {
        const bool proper = text.empty() || read_address(text).has_value();
        if (proper) into.server.admin_listen = text;
        return proper;
    };
    return {"admin-listen",
            "HOST:PORT",
            "where to serve /metrics and /status, in plain HTTP, instead of where everything is; also unix:/path",
            "HOST:PORT, [::1]:8080 or unix:/path",
            set,
            [](const settings& from) { return write_text(from.server.admin_listen); }};
}

option threads()
{
    constexpr std::size_t most = 1024; // more is a typing error
    const auto set = [](settings& into, const std::string& text) {
        const auto value = read_count(text, 1, most);
        if (value) into.server.threads = static_cast<unsigned>(*value);
        return value.has_value();
    };
    return {"threads",
            "N",
            "event loops, each on a thread of its own",
            "a whole number from 1 to 1024",
            set,
            [](const settings& from) { return write_count(from.server.threads); }};
}

bool is_origin_pattern(std::string_view text) { return origin_pattern::parse(text).has_value(); }
bool is_proxy(std::string_view text) { return trusted_proxies{}.add(text); }

bool is_rate_of(std::string_view text) { return read_rate_of(std::string(text)).has_value(); }

// In the order of --help.
const option options[] = {
    listen(),
    admin_listen(),
    text("tls-cert", "FILE", "speak TLS: the certificate and those that vouch for it, in PEM form",
         [](settings& s) -> std::string& { return s.server.tls_cert; }),
    text("tls-key", "FILE", "the private key of the certificate, in PEM form",
         [](settings& s) -> std::string& { return s.server.tls_key; }),
    flag("tls-self-signed", "speak TLS for development, with a certificate that nobody vouches for",
         [](settings& s) -> bool& { return s.server.tls_self_signed; }),
    threads(),
    bytes("max-message", "largest message a client may send, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.max_message; }),
    deflate(),
    count("max-connections", "connections in total, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.max_connections; }),
    count("max-per-ip", "connections from one address, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.max_per_ip; }),
    count("max-per-user", "connections of one user who has a token, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.max_per_user; }),
    list("origin", "PATTERN",
         "pages that may connect, besides programs: https://chat.example, https://*.example; repeatable; without it, "
         "pages of the host that is asked",
         "SCHEME://HOST[:PORT], perhaps with *. before the host", is_origin_pattern,
         [](settings& s) -> std::vector<std::string>& { return s.server.origins; }),
    flag("require-origin", "refuse programs, which send no Origin",
         [](settings& s) -> bool& { return s.server.require_origin; }),
    text("tokens", "FILE", "who may enter: lines TOKEN USER; without it everybody, as a guest",
         [](settings& s) -> std::string& { return s.server.tokens; }),
    text("jwt-key", "FILE", "who may enter: whoever has a JSON Web Token that this secret or public key verifies",
         [](settings& s) -> std::string& { return s.server.jwt.key_file; }),
    choice<jwt_algorithm>("jwt-alg", "HS256|RS256|ES256", "how these tokens are signed",
                          [](settings& s) -> jwt_algorithm& { return s.server.jwt.algorithm; }),
    text("jwt-issuer", "TEXT", "what iss must be in these tokens",
         [](settings& s) -> std::string& { return s.server.jwt.issuer; }),
    text("jwt-audience", "TEXT", "what aud must name in these tokens",
         [](settings& s) -> std::string& { return s.server.jwt.audience; }),
    seconds("token-grace", "after a token has expired, how long its client may take to send a fresh one",
            [](settings& s) -> milliseconds& { return s.server.token_grace; }),
    list("trusted-proxy", "CIDR",
         "proxies whose X-Forwarded-For counts: an address, a range such as 10.0.0.0/8, or unix; repeatable",
         "an address, a range such as 10.0.0.0/8, or unix", is_proxy,
         [](settings& s) -> std::vector<std::string>& { return s.server.trusted_proxies; }),
    flag("proxy-protocol",
         "trusted proxies begin each connection with a PROXY header, version 2; nobody else may connect",
         [](settings& s) -> bool& { return s.server.proxy_protocol; }),
    count("rate", "messages a client may send per second, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.rate; }),
    count("burst", "messages a client may send at once after a pause, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.burst; }),
    list("rate-of", "TYPE=N/BURST", "types of message with a limit of their own: chat=5/10; repeatable",
         "TYPE=N/BURST such as chat=5/10", is_rate_of,
         [](settings& s) -> std::vector<std::string>& { return s.rates; }),
    bytes("byte-rate", "bytes a user may send per second, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.byte_rate; }),
    bytes("byte-burst", "bytes a user may send at once after a pause", 1,
          [](settings& s) -> std::size_t& { return s.server.byte_burst; }),
    count("strikes", "refusals by these limits after which a client is closed, 0 for never", 0,
          [](settings& s) -> std::size_t& { return s.server.strikes; }),
    count("control-rate", "pings and pongs a client may send per second, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.control_rate; }),
    count("control-burst", "pings and pongs a client may send at once after a pause", 1,
          [](settings& s) -> std::size_t& { return s.server.control_burst; }),
    count("max-rooms", "rooms a client may be in, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.max_rooms_per_client; }),
    count("max-room-name", "longest name of a room, in bytes", 1,
          [](settings& s) -> std::size_t& { return s.server.room_names.longest; }),
    choice<room_alphabet>("room-alphabet", "any|ascii|word", "characters of the names of rooms",
                          [](settings& s) -> room_alphabet& { return s.server.room_names.alphabet; }),
    count("outbox-messages", "messages a client may leave unread", 1,
          [](settings& s) -> std::size_t& { return s.server.outbox.messages; }),
    bytes("outbox-bytes", "bytes a client may leave unread", 1,
          [](settings& s) -> std::size_t& { return s.server.outbox.bytes; }),
    bytes("max-queued-bytes", "bytes all clients together may leave unread, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.max_queued_bytes; }),
    choice<slow_policy>("slow", "close|drop_newest|drop_oldest", "what happens to a client that leaves more unread",
                        [](settings& s) -> slow_policy& { return s.server.outbox.slow; }),
    count("batch", "text messages for a client that go out as one, joined by newlines; below 2: each goes by itself", 0,
          [](settings& s) -> std::size_t& { return s.server.outbox.batch.messages; }),
    seconds("message-wait", "how long one message may take to arrive, 0 for no limit",
            [](settings& s) -> milliseconds& { return s.server.message_wait; }),
    count("recycled-sessions", "sessions whose memory each thread keeps for the next clients, 0 for none", 0,
          [](settings& s) -> std::size_t& { return s.server.recycled_sessions; }),
    seconds("drain-timeout", "after SIGTERM, how long clients have to say goodbye",
            [](settings& s) -> milliseconds& { return s.server.drain_timeout; }),
    choice<log_level>("log-level", "trace|debug|info|warning|error|off", "the least that is logged",
                      [](settings& s) -> log_level& { return s.least_level; }),
    choice<log_format>("log-format", "text|json", "the form of the log's lines",
                       [](settings& s) -> log_format& { return s.format; }),
};

} // namespace

const option* find_option(std::string_view name)
{
    const auto found = std::ranges::find(options, name, &option::name);
    return found == std::end(options) ? nullptr : &*found;
}

} // namespace chorus::app
