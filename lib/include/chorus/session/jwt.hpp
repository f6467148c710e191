// jwt.hpp — people known by a JSON Web Token (RFC 7519) that somebody else has signed.
#pragma once

#include <chorus/session/identity.hpp>
#include <chorus/session/jwt_options.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace chorus {

class jws_key;

// Checks the signature, then `exp`, `nbf`, `iss` and `aud`; the user is `sub`. Any thread may ask.
//
// The key file holds, for HS256, the secret as it is (a line end behind it does not count; empty is refused); for RS256
// and ES256 public keys or certificates in PEM: RSA from 2048 bits, or P-256. While keys are changed it may hold the
// old and the new one: a token that any of them verifies is good.
class jwt_verifier
{
public:
    // Throws std::runtime_error that names the file and what is wrong with it. A public key is no secret: it is refused
    // for HS256, where anybody who knows it could sign.
    explicit jwt_verifier(jwt_options options);
    ~jwt_verifier();

    // Reads the file anew. Throws as above, and the key from before stays in force.
    void reload();

    bool has_short_secret() const; // fewer bytes than RFC 7518, 3.2 asks for: it can be guessed

    // `now` in seconds since 1970. A token is good from `nbf` (5 seconds earlier, since clocks differ) until before
    // `exp`.
    verdict judge(const std::optional<std::string>& token, std::int64_t now) const;

private:
    std::shared_ptr<const jws_key> key() const;

    const jwt_options options_;
    mutable std::mutex mutex_; // guards what follows
    std::shared_ptr<const jws_key> key_;
};

} // namespace chorus
