// jwt.cpp — takes a token apart, and checks first who signed it, then what it claims.
#include <chorus/session/jwt.hpp>

#include "base64url.hpp"
#include "jws_key.hpp"
#include <chorus/wire/from_json.hpp>
#include <chorus/wire/strict_json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace chorus {
namespace {

constexpr double clocks_differ = 5;  // seconds
constexpr double last_second = 1e15; // far beyond any date, and exact as a double

struct header
{
    std::string alg;
    std::optional<json> crit;
};
BOOST_DESCRIBE_STRUCT(header, (), (alg, crit))

struct claims
{
    std::string sub;
    std::optional<std::string> iss;
    std::optional<json> aud;
    std::optional<double> exp, nbf;
};
BOOST_DESCRIBE_STRUCT(claims, (), (sub, iss, aud, exp, nbf))

using objection_in_words = std::optional<std::string>;

// Header, claims and signature as they stand in the token, and what is signed.
struct parts
{
    std::string_view head, body, signature, is_signed;
};

std::optional<parts> split(std::string_view token)
{
    const auto first = token.find('.');
    if (first == token.npos) return {};
    const auto second = token.find('.', first + 1);
    if (second == token.npos || token.find('.', second + 1) != token.npos) return {};
    return parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
                 token.substr(0, second)};
}

// A claim that is there must say something: null is not "never".
bool has_null(const json& value)
{
    const auto* members = value.if_object();
    return members && std::ranges::any_of(*members, [](const auto& each) { return each.value().is_null(); });
}

template <class T> std::optional<T> read_part(std::string_view encoded)
{
    const auto text = decode_base64url(encoded);
    if (!text) return {};
    const auto value = parse_strictly(*text);
    if (!value || has_null(*value)) return {};
    auto read = from_json<T>(*value, "");
    return read ? std::optional<T>(std::move(*read)) : std::nullopt;
}

objection_in_words check_header(const std::optional<header>& said, jwt_algorithm ours)
{
    if (!said) return "the token's header is not that of a JWT";
    if (said->alg != to_string(ours)) return "the token's algorithm is not the one that is accepted here";
    if (said->crit) return "the token asks for an extension that is not known here (crit)";
    return {};
}

bool is_named(const json& audience, std::string_view ours)
{
    if (const auto* one = audience.if_string()) return *one == ours;
    const auto* many = audience.if_array();
    const auto is_ours = [ours](const json& each) { return each.is_string() && each.get_string() == ours; };
    return many && std::ranges::any_of(*many, is_ours);
}

// RFC 7519, 4.1.3: who does not find itself in an `aud` that is there must refuse.
objection_in_words check_audience(const std::optional<json>& audience, const std::string& ours)
{
    if (ours.empty())
        return audience ? objection_in_words("the token is for an audience (aud) that is not named here")
                        : std::nullopt;
    if (!audience || !is_named(*audience, ours)) return "the token is for another audience (aud)";
    return {};
}

objection_in_words check_claims(const claims& said, const jwt_options& ours, double now)
{
    const auto is_date = [](double seconds) { return seconds >= 0 && seconds <= last_second; };
    if ((said.exp && !is_date(*said.exp)) || (said.nbf && !is_date(*said.nbf))) return "exp and nbf: expected dates";
    if (said.exp && now >= *said.exp) return "the token has expired";
    if (said.nbf && now + clocks_differ < *said.nbf) return "the token is not valid yet (nbf)";
    if (!ours.issuer.empty() && said.iss != ours.issuer) return "the token is of another issuer (iss)";
    if (auto wrong = check_audience(said.aud, ours.audience)) return wrong;
    if (!is_identified_name(said.sub)) return "sub: expected 1 to 128 bytes of UTF-8 without control characters";
    return {};
}

std::string read_whole(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) throw std::runtime_error("cannot be read, or is empty");
    return text.str();
}

std::shared_ptr<const jws_key> read_key(const jwt_options& from)
try {
    return std::make_shared<const jws_key>(from.algorithm, read_whole(from.key_file));
} catch (const std::exception& wrong) {
    throw std::runtime_error(from.key_file + ": " + wrong.what());
}

} // namespace

std::string_view to_string(jwt_algorithm which)
{
    switch (which) {
    case jwt_algorithm::hs256: return "HS256";
    case jwt_algorithm::rs256: return "RS256";
    case jwt_algorithm::es256: return "ES256";
    }
    return "unknown";
}

jwt_verifier::jwt_verifier(jwt_options options) : options_(std::move(options)), key_(read_key(options_)) {}

jwt_verifier::~jwt_verifier() = default;

bool jwt_verifier::has_short_secret() const { return key()->is_short_secret(); }

void jwt_verifier::reload()
{
    auto fresh = read_key(options_);
    const std::lock_guard lock(mutex_);
    key_.swap(fresh);
}

std::shared_ptr<const jws_key> jwt_verifier::key() const
{
    const std::lock_guard lock(mutex_);
    return key_;
}

verdict jwt_verifier::judge(const std::optional<std::string>& token, std::int64_t now) const
{
    if (!token) return token_missing();
    const auto found = split(*token);
    if (!found) return token_refused("expected a JWT: three parts in base64url, with dots between");
    if (const auto wrong = check_header(read_part<header>(found->head), options_.algorithm))
        return token_refused(*wrong);
    const auto signature = decode_base64url(found->signature);
    if (!signature || !key()->has_signed(found->is_signed, *signature))
        return token_refused("the token's signature is not right");
    const auto said = read_part<claims>(found->body);
    if (!said) return token_refused("the token's claims: expected an object with sub, and dates as numbers");
    if (const auto wrong = check_claims(*said, options_, static_cast<double>(now))) return token_refused(*wrong);
    auto expires = said->exp ? std::optional(static_cast<std::int64_t>(std::floor(*said->exp))) : std::nullopt;
    return identity{said->sub, expires};
}

} // namespace chorus
