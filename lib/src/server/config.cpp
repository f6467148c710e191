// config.cpp — says which field or relation of a config does not hold.
#include <chorus/server/config.hpp>

#include "tls_settings.hpp"

#include <chorus/net/address.hpp>
#include <chorus/session/jwt.hpp>
#include <chorus/session/origin.hpp>
#include <chorus/session/token_file.hpp>
#include <chorus/session/trusted_proxies.hpp>

#include <exception>
#include <string_view>

namespace chorus {
namespace {

struct rule
{
    bool holds;
    const char* otherwise;
};

using complaint = std::optional<std::string>;

complaint check_spellings(const config& settings)
{
    if (!read_address(settings.listen))
        return "listen: expected HOST:PORT, [::1]:8080, unix:/path or systemd, got '" + settings.listen + "'";
    const auto admin = read_address(settings.admin_listen);
    if (!settings.admin_listen.empty() && (!admin || admin->inherited))
        return "admin_listen: expected HOST:PORT, [::1]:8080 or unix:/path, got '" + settings.admin_listen + "'";
    for (const auto& each : settings.origins)
        if (!origin_pattern::parse(each))
            return "origins: expected SCHEME://HOST[:PORT], perhaps with *. before the host, got '" + each + "'";
    for (const auto& each : settings.trusted_proxies)
        if (!trusted_proxies{}.add(each))
            return "trusted_proxies: expected an address, a range such as 10.0.0.0/8, or unix, got '" + each + "'";
    return std::nullopt;
}

// Reads what is read at the start, so that a check of the config finds all that would keep it from starting.
complaint check_files(const config& settings)
{
    std::string_view of = "tls: ";
    try {
        identity_of(settings);
        of = "";
        if (!settings.tokens.empty()) token_file{settings.tokens};
        if (!settings.jwt.key_file.empty()) jwt_verifier{settings.jwt};
        return std::nullopt;
    } catch (const std::exception& wrong) {
        return std::string(of) + wrong.what();
    }
}

} // namespace

std::optional<std::string> validate(const config& settings)
{
    auto wrong = validate_values(settings);
    return wrong ? wrong : check_files(settings);
}

std::optional<std::string> validate_values(const config& settings)
{
    using std::chrono::milliseconds;
    constexpr milliseconds never{0};
    const auto& outbox = settings.outbox;
    const auto& history = settings.history;

    if (auto wrong = check_spellings(settings)) return wrong;

    const rule rules[] = {
        {settings.tls_cert.empty() == settings.tls_key.empty(), "tls_cert and tls_key: one needs the other"},
        {settings.tls_cert.empty() || !settings.tls_self_signed, "tls_self_signed: not together with tls_cert"},
        {settings.threads >= 1, "threads: at least 1"},
        {settings.rate == 0 || settings.burst >= 1, "burst: at least 1 while rate is on, or nobody could ever send"},
        {settings.rate == 0 || settings.join_burst >= 1, "join_burst: at least 1 while rate is on"},
        {settings.byte_rate == 0 || settings.byte_burst >= 1, "byte_burst: at least 1 while byte_rate is on"},
        {settings.room_names.longest >= 1, "room_names.longest: at least 1"},
        {settings.control_rate == 0 || settings.control_burst >= 1,
         "control_burst: at least 1 while control_rate is on"},
        {settings.tokens.empty() || settings.jwt.key_file.empty(), "tokens and jwt: only one can decide who may enter"},
        {!settings.jwt.key_file.empty() || settings.jwt == jwt_options{},
         "jwt: algorithm, issuer and audience mean nothing without a key_file"},
        {!settings.proxy_protocol || !settings.trusted_proxies.empty(),
         "proxy_protocol: needs trusted_proxies, or nobody could connect"},
        {settings.token_grace >= never, "token_grace: not negative"},
        {settings.commands_in_flight >= 1, "commands_in_flight: at least 1"},
        {outbox.messages >= 1 && outbox.bytes >= 1, "outbox: at least 1 message and 1 byte"},
        {outbox.batch.messages <= outbox.messages / 2,
         "outbox.batch.messages: at most half of outbox.messages, or it would never be reached"},
        {outbox.batch.interval > never, "outbox.batch.interval: more than 0"},
        {settings.max_queued_bytes == 0 || settings.max_queued_bytes >= outbox.bytes,
         "max_queued_bytes: at least outbox.bytes, or one client could never reach its own bound"},
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
