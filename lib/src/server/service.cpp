// service.cpp — Turns the config into what each part of a server wants to know.
#include <chorus/server/service.hpp>

#include "tls_settings.hpp"

#include <chorus/core/log.hpp>
#include <chorus/server/live_update.hpp>
#include <chorus/server/renewal.hpp>
#include <chorus/session/jwt.hpp>
#include <chorus/session/router.hpp>
#include <chorus/session/token_file.hpp>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace chorus {
namespace {

session_limits session_limits_of(const config& from)
{
    const std::size_t most = std::numeric_limits<std::uint32_t>::max();
    const auto count = [most](std::size_t number) { return static_cast<std::uint32_t>(std::min(number, most)); };
    session_limits limits;
    limits.parsing = {.max_message = from.max_message, .max_fragments = from.max_fragments};
    limits.outbox = from.outbox;
    limits.messages = {.per_second = count(from.rate), .burst = count(from.burst)};
    limits.joins = {.per_second = count(from.rate), .burst = count(from.join_burst)};
    limits.bytes = {.per_second = count(from.byte_rate), .burst = count(from.byte_burst)};
    limits.strikes = count(from.strikes);
    limits.control = {.per_second = count(from.control_rate), .burst = count(from.control_burst)};
    limits.message_wait = from.message_wait;
    limits.write_wait = from.write_wait;
    limits.pong_wait = from.pong_wait;
    limits.ping_period = from.ping_period;
    limits.close_wait = from.close_wait;
    limits.slow_close_wait = from.slow_close_wait;
    limits.token_grace = from.token_grace;
    for (const auto& [type, allowed] : from.rates)
        limits.by_type.push_back(allowed);
    return limits;
}

hub_limits hub_limits_of(const config& from)
{
    hub_limits limits;
    limits.history = from.history;
    limits.rooms_per_member = from.max_rooms_per_client;
    limits.room_names = from.room_names;
    limits.commands_in_flight = from.commands_in_flight;
    limits.queued_bytes = from.max_queued_bytes;
    limits.room_linger = from.room_linger;
    return limits;
}

// Whether somebody's buckets have to be filled when one follows the other; see limiter.hpp.
bool have_same_rates(const config& some, const config& others)
{
    const auto left = session_limits_of(some), right = session_limits_of(others);
    return left.messages == right.messages && left.joins == right.joins && left.bytes == right.bytes &&
           left.by_type == right.by_type;
}

gate_options gate_options_of(const config& from)
{
    gate_options options;
    options.max_connections = from.max_connections;
    options.max_per_ip = from.max_per_ip;
    options.require_origin = from.require_origin;
    for (const auto& each : from.origins)
        if (auto pattern = origin_pattern::parse(each)) options.origins.push_back(std::move(*pattern));
    for (const auto& each : from.trusted_proxies)
        options.proxies.add(each);
    return options;
}

// Those who operate the server are few, and come from few addresses.
gate_options admin_gate_options()
{
    gate_options options;
    options.max_connections = 128;
    options.max_per_ip = 0;
    return options;
}

void log_failure(std::string_view what, const trace& called)
{
    std::vector<field> fields{{"request", called.request_id}, {"what", what}};
    if (!called.parent.empty()) fields.emplace_back("traceparent", called.parent);
    log(log_level::error, "authenticator_failed", fields);
}

task<verdict> known_at_once(verdict found) { co_return found; }

// Both are asked for a token and know at once; what they read is read anew when the server is told to.
authenticator ask_file(service& all)
{
    const auto tokens = std::make_shared<token_file>(all.settings.tokens);
    all.reloads.emplace_back([tokens] { tokens->reload(); });
    return [tokens](credentials shown) { return known_at_once(tokens->judge(shown.token)); };
}

authenticator ask_key(service& all)
{
    const auto verifier = std::make_shared<jwt_verifier>(all.settings.jwt);
    if (verifier->has_short_secret())
        log(log_level::warning, "jwt_secret_is_short", {{"file", all.settings.jwt.key_file}});
    all.reloads.emplace_back([verifier] { verifier->reload(); });
    return [verifier](credentials shown) { return known_at_once(verifier->judge(shown.token, shown.now)); };
}

} // namespace

shard_limits shard_limits_of(const config& from) { return {session_limits_of(from), hub_limits_of(from)}; }

service::service(const config& from)
    : settings(from), max_per_user(from.max_per_user), drain_timeout(from.drain_timeout), gate(gate_options_of(from)),
      admin_gate(admin_gate_options()), site(gate), admin_site(gate), tls(identity_of(from)), in_force_(from)
{
    admin_site.close_to_sessions();
    if (tls) log_identity(*tls);
    if (tls && !from.tls_self_signed)
        reloads.emplace_back([this] {
            tls->reload();
            log_identity(*tls);
        });
    site.compress(from.deflate);
    names.limit_types(from.rates.size());
    if (!from.tokens.empty()) authenticate = ask_file(*this);
    if (!from.jwt.key_file.empty()) authenticate = ask_key(*this);
}

void service::send_through(router& routes)
{
    handlers.on_message = [&routes](session& from, const message& what) { return routes.route(from, what); };
    site.speak(std::string(json_subprotocol));
    site.speak(std::string(binary_subprotocol));
    std::size_t number = 0; // in the order of the limits' `by_type`
    for (const auto& [type, allowed] : settings.rates)
        routes.limit(type, number++);
    if (authenticate) teach_renewal(routes, *this);
}

const config& service::change(const config& wished)
{
    auto to = live_update(in_force_, wished);
    if (const auto wrong = validate_values(to)) throw std::invalid_argument(*wrong);
    const auto is_same_pace = have_same_rates(in_force_, to);
    in_force_ = std::move(to);
    gate.change(gate_options_of(in_force_));
    max_per_user = in_force_.max_per_user;
    drain_timeout = in_force_.drain_timeout;
    if (!is_same_pace) names.fill_allowances();
    return in_force_;
}

task<verdict> service::identify(credentials shown, trace called)
{
    if (!authenticate) co_return identity{};
    std::string wrong;
    try {
        auto found = co_await authenticate(std::move(shown));
        const auto* const who = std::get_if<identity>(&found);
        if (!who || who->user.empty() || is_identified_name(who->user)) co_return found;
        wrong = "a user's name that is none: " + who->user;
    } catch (...) {
        wrong = what_escaped();
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() == asio::cancellation_type::none) log_failure(wrong, called);
    co_return refusal{500, "internal", "it could not be found out who this is", {}};
}

std::variant<claimed_name, refusal> service::name_for(const identity& who, const request& asked)
{
    if (!who.user.empty()) {
        auto name = names.share(who.user, max_per_user);
        if (name) return std::move(*name);
        return refusal{
            429, "too_many_of_user", "too many connections of this user", {{"Retry-After", gate.retry_after()}}};
    }
    const auto wish = authenticate ? std::string() : asked.query_value("name").value_or("");
    if (!wish.empty() && !is_user_name(wish))
        return bad_request("bad_name", "name: 1 to 32 characters of UTF-8 without control characters");
    return names.claim(wish);
}

} // namespace chorus
