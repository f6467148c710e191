// programs.cpp — the chat is ready for the open internet; the bare hub and the echo are instruments without limits.
#include "programs.hpp"

namespace chorus::app {
namespace {

settings without_limits()
{
    settings open;
    open.server.max_message = 0;
    open.server.max_fragments = 0;
    open.server.max_connections = 0;
    open.server.max_per_ip = 0;
    open.server.max_per_user = 0;
    open.server.rate = 0;
    open.server.byte_rate = 0;
    open.server.control_rate = 0;
    open.server.message_wait = std::chrono::milliseconds{0};
    open.server.max_rooms_per_client = 0;
    open.server.max_queued_bytes = 0;
    return open;
}

} // namespace

program chat_program()
{
    settings open;
    open.server.metrics = true;
    return {"chorus-chat",
            "the reference chat server: page at /, WebSocket at /ws, state at /healthz, /readyz, /metrics and /status",
            {"listen",
             "admin-listen",
             "tls-cert",
             "tls-key",
             "tls-self-signed",
             "threads",
             "max-message",
             "deflate",
             "max-connections",
             "max-per-ip",
             "max-per-user",
             "origin",
             "require-origin",
             "tokens",
             "jwt-key",
             "jwt-alg",
             "jwt-issuer",
             "jwt-audience",
             "token-grace",
             "trusted-proxy",
             "proxy-protocol",
             "rate",
             "burst",
             "rate-of",
             "byte-rate",
             "byte-burst",
             "strikes",
             "control-rate",
             "control-burst",
             "max-rooms",
             "max-room-name",
             "room-alphabet",
             "outbox-messages",
             "outbox-bytes",
             "max-queued-bytes",
             "slow",
             "batch",
             "message-wait",
             "recycled-sessions",
             "drain-timeout",
             "log-level",
             "log-format"},
            open};
}

program broadcast_program()
{
    return {"chorus-broadcast",
            "the bare hub: each message goes, same opcode, to every client, the sender included",
            {"listen", "tls-cert", "tls-key", "tls-self-signed", "threads", "outbox-messages", "outbox-bytes", "slow",
             "drain-timeout", "log-level", "log-format"},
            without_limits()};
}

program echo_program()
{
    settings open = without_limits();
    open.server.outbox.slow = slow_policy::pause;        // an echo that does not read on cannot be made to hoard
    open.deflate_when_on = deflate_mode::per_connection; // nobody else hears what it sends
    return {"chorus-echo",
            "sends each message back to where it came from",
            {"listen", "tls-cert", "tls-key", "tls-self-signed", "threads", "max-message", "deflate", "drain-timeout",
             "log-level", "log-format"},
            open};
}

} // namespace chorus::app
