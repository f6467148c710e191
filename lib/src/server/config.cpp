// config.cpp — says which field or relation of a config does not hold.
#include <chorus/server/config.hpp>

#include <chorus/net/address.hpp>

namespace chorus {
namespace {

struct rule
{
    bool holds;
    const char* otherwise;
};

} // namespace

std::optional<std::string> validate(const config& settings)
{
    using std::chrono::milliseconds;
    constexpr milliseconds never{0};
    const auto& outbox = settings.outbox;
    const auto& history = settings.history;

    if (!read_address(settings.listen))
        return "listen: expected HOST:PORT, [::1]:8080 or unix:/path, got '" + settings.listen + "'";

    const rule rules[] = {
        {settings.threads >= 1, "threads: at least 1"},
        {settings.rate == 0 || settings.burst >= 1, "burst: at least 1 while rate is on, or nobody could ever send"},
        {settings.rate == 0 || settings.join_burst >= 1, "join_burst: at least 1 while rate is on"},
        {settings.control_rate == 0 || settings.control_burst >= 1,
         "control_burst: at least 1 while control_rate is on"},
        {settings.commands_in_flight >= 1, "commands_in_flight: at least 1"},
        {outbox.messages >= 1 && outbox.bytes >= 1, "outbox: at least 1 message and 1 byte"},
        {history.messages < outbox.messages, "history.messages must be less than outbox.messages: a join must fit"},
        {history.bytes < outbox.bytes, "history.bytes must be less than outbox.bytes: a join must fit"},
        {settings.ping_period > never, "ping_period: more than 0"},
        {settings.ping_period < settings.pong_wait, "ping_period must be less than pong_wait"},
        {settings.slow_close_wait <= settings.close_wait, "slow_close_wait must not exceed close_wait"},
        {settings.handshake_wait > never, "handshake_wait: more than 0"},
        {settings.keep_alive_wait > never, "keep_alive_wait: more than 0"},
        {settings.write_wait > never, "write_wait: more than 0"},
        {settings.slow_close_wait >= never, "slow_close_wait: not negative"},
        {settings.message_wait >= never, "message_wait: not negative"},
        {settings.drain_timeout >= never, "drain_timeout: not negative"},
        {settings.room_linger >= never, "room_linger: not negative"},
    };
    for (const auto& rule : rules)
        if (!rule.holds) return rule.otherwise;
    return std::nullopt;
}

} // namespace chorus
