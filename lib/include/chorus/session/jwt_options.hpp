// jwt_options.hpp — which JSON Web Tokens are accepted: signed how, with what key, by whom and for whom.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chorus {

// RFC 7518, 3.1. "none" is not among them.
enum class jwt_algorithm : std::uint8_t { hs256, rs256, es256 };
std::string_view to_string(jwt_algorithm which); // "HS256"

struct jwt_options
{
    std::string key_file;                           // what is in it: see jwt_verifier
    jwt_algorithm algorithm = jwt_algorithm::hs256; // ours to say: what a token says of itself must agree
    std::string issuer = {};                        // `iss` must be this; empty: anything
    std::string audience = {};                      // `aud` must name this; empty: the token must not have one

    bool operator==(const jwt_options&) const = default;
};

} // namespace chorus
