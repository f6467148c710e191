// jws_key.cpp — reads keys and checks signatures with OpenSSL.
#include "jws_key.hpp"

#include "base64url.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace chorus {
namespace {

constexpr std::size_t recommended_secret = 32; // RFC 7518, 3.2: as long as the hash; a shorter one can be guessed
constexpr int smallest_rsa_bits = 2048;        // RFC 7518, 3.3
constexpr std::size_t half_of_p256 = 32;       // RFC 7518, 3.4: r and s, each as long as the field
constexpr std::string_view pem_start = "-----BEGIN";

template <class T, void (*Free)(T*)> struct freed_by
{
    void operator()(T* each) const { Free(each); }
};
using bio = std::unique_ptr<BIO, freed_by<BIO, BIO_free_all>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX, EVP_MD_CTX_free>>;
using ecdsa_signature = std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG, ECDSA_SIG_free>>;
using certificate = std::unique_ptr<X509, freed_by<X509, X509_free>>;
using public_key = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY, EVP_PKEY_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string_view without_line_end(std::string_view text)
{
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

// What OpenSSL had to say is said by us; the next who asks it finds nothing left behind.
struct own_errors
{
    own_errors() { ERR_set_mark(); }
    ~own_errors() { ERR_pop_to_mark(); }
};

int no_passphrase(char*, int, int, void*) { return 0; } // nobody is there to be asked

// Whether this is a key in DER, of any kind that some other program could call public.
bool is_key_in_der(std::string_view text)
{
    const own_errors none;
    const auto size = static_cast<long>(text.size());
    for (const auto type : {EVP_PKEY_RSA, EVP_PKEY_EC}) {
        const auto* at = bytes_of(text);
        if (const public_key key{d2i_PublicKey(type, nullptr, &at, size)}) return true;
    }
    const auto *as_info = bytes_of(text), *as_certificate = as_info, *as_private = as_info;
    const public_key key{d2i_PUBKEY(nullptr, &as_info, size)};
    const certificate whole{d2i_X509(nullptr, &as_certificate, size)};
    const public_key pair{d2i_AutoPrivateKey(nullptr, &as_private, size)};
    return key || whole || pair;
}

// As it stands in files, in lines.
std::string from_base64(std::string_view text)
{
    std::string plain;
    std::ranges::copy_if(text, std::back_inserter(plain), [](char each) { return each > ' '; });
    return decode_base64(plain).value_or("");
}

// The spellings of keys that are handed around: PEM, OpenSSH, JWK, DER, and DER in base64.
bool is_known_to_others(std::string_view text)
{
    const auto begins = [text](std::string_view with) { return text.starts_with(with); };
    return text.find(pem_start) != text.npos || begins("ssh-") || begins("ecdsa-sha2-") ||
           text.find("\"kty\"") != text.npos || is_key_in_der(text) || is_key_in_der(from_base64(text));
}

std::string check_secret(std::string_view text)
{
    const auto secret = without_line_end(text);
    if (secret.empty()) throw std::runtime_error("HS256 needs a secret, and there is none");
    if (is_known_to_others(text))
        throw std::runtime_error("HS256 needs a secret, and this is a key that others may know");
    return std::string(secret);
}

void check_public_key(jwt_algorithm algorithm, const EVP_PKEY& key)
{
    const own_errors none;
    if (algorithm == jwt_algorithm::rs256) {
        if (EVP_PKEY_get_base_id(&key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(&key) < smallest_rsa_bits)
            throw std::runtime_error("RS256 needs RSA keys of at least 2048 bits");
        return;
    }
    std::array<char, 32> group{};
    std::size_t length = 0;
    const auto has_group = EVP_PKEY_get_group_name(&key, group.data(), group.size(), &length) == 1;
    if (!has_group || std::string_view(group.data(), length) != SN_X9_62_prime256v1)
        throw std::runtime_error("ES256 needs keys of the curve P-256");
}

// JOSE writes r and s behind each other, OpenSSL reads them in DER. Empty: this is no such signature.
std::string to_der(std::string_view signature)
{
    if (signature.size() != 2 * half_of_p256) return {};
    const ecdsa_signature pair(ECDSA_SIG_new());
    auto* const r = BN_bin2bn(bytes_of(signature), half_of_p256, nullptr);
    auto* const s = BN_bin2bn(bytes_of(signature) + half_of_p256, half_of_p256, nullptr);
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    unsigned char* der = nullptr;
    const auto length = i2d_ECDSA_SIG(pair.get(), &der);
    std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(std::max(length, 0)));
    OPENSSL_free(der);
    return text;
}

} // namespace

jws_key::jws_key(jwt_algorithm algorithm, std::string_view text) : algorithm_(algorithm)
{
    if (algorithm == jwt_algorithm::hs256) {
        secret_ = check_secret(text);
        return;
    }
    public_keys_ = read_public_keys(text);
    if (public_keys_.empty())
        throw std::runtime_error(std::string(to_string(algorithm)) + " needs a public key or a certificate in PEM");
    for (const auto& each : public_keys_)
        check_public_key(algorithm, *each);
}

bool jws_key::is_short_secret() const
{
    return algorithm_ == jwt_algorithm::hs256 && secret_.size() < recommended_secret;
}

// Block by block, so that none is passed over.
std::vector<jws_key::public_key> jws_key::read_public_keys(std::string_view text)
{
    const own_errors none;
    std::vector<public_key> keys;
    for (auto at = text.find(pem_start); at != text.npos;) {
        const auto next = text.find(pem_start, at + pem_start.size());
        const auto block = text.substr(at, next == text.npos ? text.npos : next - at);
        keys.push_back(read_public_key(block));
        if (!keys.back()) throw std::runtime_error("expected public keys or certificates in PEM, got another block");
        at = next;
    }
    return keys;
}

jws_key::public_key jws_key::read_public_key(std::string_view block)
{
    const bio from(BIO_new_mem_buf(block.data(), static_cast<int>(block.size())));
    if (!block.starts_with("-----BEGIN CERTIFICATE-----"))
        return public_key{PEM_read_bio_PUBKEY(from.get(), nullptr, no_passphrase, nullptr)};
    const certificate whole(PEM_read_bio_X509(from.get(), nullptr, no_passphrase, nullptr));
    return public_key{whole ? X509_get_pubkey(whole.get()) : nullptr};
}

bool jws_key::has_signed(std::string_view text, std::string_view signature) const
{
    if (algorithm_ == jwt_algorithm::hs256) return verify_hmac(text, signature);
    for (const auto& each : public_keys_)
        if (verify_with(*each, text, signature)) return true;
    return false;
}

// Compared in the same time wherever they differ, so that nobody finds the right one byte by byte.
bool jws_key::verify_hmac(std::string_view text, std::string_view signature) const
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> expected;
    unsigned length = 0;
    const auto* done = HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()), bytes_of(text), text.size(),
                            expected.data(), &length);
    return done && signature.size() == length && CRYPTO_memcmp(signature.data(), expected.data(), length) == 0;
}

bool jws_key::verify_with(EVP_PKEY& key, std::string_view text, std::string_view signature) const
{
    const own_errors none;
    const auto form = algorithm_ == jwt_algorithm::es256 ? to_der(signature) : std::string(signature);
    const digest_context context(EVP_MD_CTX_new());
    const auto is_right =
        !form.empty() && context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, &key) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(form), form.size(), bytes_of(text), text.size()) == 1;
    return is_right;
}

} // namespace chorus
