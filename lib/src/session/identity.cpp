// identity.cpp — finds the token of a request in the four places where it may stand.
#include <chorus/session/identity.hpp>

#include <chorus/wire/utf8.hpp>

#include <algorithm>

namespace chorus {
namespace {

constexpr std::size_t longest_identified_name = 128;

using found = std::optional<std::string>;

// The value of a cookie among NAME=VALUE; NAME=VALUE (RFC 6265, 5.4). Names are told apart exactly.
std::optional<std::string_view> cookie_among(std::string_view cookies, std::string_view name)
{
    for (std::size_t at = 0; at <= cookies.size();) {
        const auto end = std::min(cookies.find(';', at), cookies.size());
        const auto cookie = trimmed(cookies.substr(at, end - at));
        const auto equals = cookie.find('=');
        if (equals != cookie.npos && cookie.substr(0, equals) == name) return cookie.substr(equals + 1);
        at = end + 1;
    }
    return {};
}

found in_query(const request& head) { return head.query_value("token"); }

// Another scheme is not ours: a proxy that asks for a password passes it on.
found in_authorization(const request& head)
{
    constexpr std::string_view scheme = "Bearer";
    if (head.count("Authorization") > 1) return ""; // which of them counts, another may see differently
    const auto field = head.field("Authorization").value_or("");
    const auto is_bearer = equal_ignoring_case(field.substr(0, scheme.size()), scheme) &&
                           (field.size() == scheme.size() || field[scheme.size()] == ' ');
    if (!is_bearer) return {};
    return std::string(trimmed(field.substr(scheme.size())));
}

found in_cookie(const request& head)
{
    for (const auto& [name, value] : head.fields)
        if (equal_ignoring_case(name, "Cookie"))
            if (const auto token = cookie_among(value, "token")) return std::string(*token);
    return {};
}

found in_subprotocols(const request& head)
{
    constexpr std::string_view prefix = "chorus.token.";
    for (const auto each : head.tokens("Sec-WebSocket-Protocol"))
        if (each.starts_with(prefix)) return std::string(each.substr(prefix.size()));
    return {};
}

refusal unauthorized(std::string_view reason, std::string_view detail, std::string_view challenge)
{
    return {401, std::string(reason), std::string(detail), {{"WWW-Authenticate", std::string(challenge)}}};
}

} // namespace

std::optional<std::string> token_of(const request& head)
{
    for (const auto look : {in_query, in_authorization, in_cookie, in_subprotocols})
        if (auto token = look(head)) return token;
    return {};
}

refusal token_missing()
{
    return unauthorized("token_missing",
                        "a token is needed: ?token=, Authorization: Bearer, the cookie token, or the subprotocol "
                        "chorus.token.TOKEN",
                        R"(Bearer realm="chorus")");
}

refusal token_refused(std::string_view detail)
{
    return unauthorized("token_refused", detail, R"(Bearer realm="chorus", error="invalid_token")");
}

bool is_identified_name(std::string_view name)
{
    return !name.empty() && name.size() <= longest_identified_name && is_utf8(name) && !has_control(name);
}

} // namespace chorus
