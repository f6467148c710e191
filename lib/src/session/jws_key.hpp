// jws_key.hpp — the keys that tell a true signature of a JSON Web Signature (RFC 7515) from a false one.
#pragma once

#include <chorus/session/jwt.hpp>

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chorus {

// Never changes once it is made: any thread may use it.
class jws_key
{
public:
    // `text` is what is in the file. Throws std::runtime_error that says what it should have been.
    jws_key(jwt_algorithm algorithm, std::string_view text);

    bool is_short_secret() const;
    bool has_signed(std::string_view text, std::string_view signature) const;

private:
    struct free_key
    {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    };
    using public_key = std::unique_ptr<EVP_PKEY, free_key>;

    static std::vector<public_key> read_public_keys(std::string_view text);
    static public_key read_public_key(std::string_view block);
    bool verify_hmac(std::string_view text, std::string_view signature) const;
    bool verify_with(EVP_PKEY& key, std::string_view text, std::string_view signature) const;

    jwt_algorithm algorithm_;
    std::string secret_;                  // for HS256
    std::vector<public_key> public_keys_; // for the others
};

} // namespace chorus
