// jws_signer.cpp — signs JSON Web Tokens as an issuer would, with OpenSSL.
#include "jws_signer.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace chorus::test {
namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using bio_ptr = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string text_of(BIO& from)
{
    char* text = nullptr;
    const auto length = BIO_get_mem_data(&from, &text);
    return {text, static_cast<std::size_t>(length)};
}

key_pair pem_of(key_ptr key)
{
    const bio_ptr secret(BIO_new(BIO_s_mem()), &BIO_free_all), open(BIO_new(BIO_s_mem()), &BIO_free_all);
    PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    PEM_write_bio_PUBKEY(open.get(), key.get());
    return {text_of(*secret), text_of(*open)};
}

std::string sign_with(std::string_view private_pem, std::string_view text)
{
    const bio_ptr from(BIO_new_mem_buf(private_pem.data(), static_cast<int>(private_pem.size())), &BIO_free_all);
    const key_ptr key(PEM_read_bio_PrivateKey(from.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
    std::string signature(1024, '\0');
    auto length = signature.size();
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes_of(text),
                       text.size()) != 1)
        throw std::runtime_error("cannot sign");
    signature.resize(length);
    return signature;
}

// DER to r and s behind each other, 32 bytes each.
std::string to_jose(std::string_view der)
{
    const auto* at = bytes_of(der);
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), &ECDSA_SIG_free);
    std::array<unsigned char, 64> raw{};
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw.data(), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw.data() + 32, 32);
    return {raw.begin(), raw.end()};
}

std::string unsigned_part(std::string_view header, std::string_view claims)
{
    return base64url(header) + "." + base64url(claims);
}

} // namespace

std::string base64url(std::string_view bytes)
{
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const auto length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    text.erase(std::min(text.find('='), text.size()));
    return text;
}

std::string from_base64(std::string_view text)
{
    std::string bytes(text.size() / 4 * 3 + 1, '\0');
    const auto length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text), static_cast<int>(text.size()));
    bytes.resize(static_cast<std::size_t>(length));
    return bytes;
}

key_pair make_rsa_pair(unsigned bits) { return pem_of({EVP_RSA_gen(bits), &EVP_PKEY_free}); }

key_pair make_ec_pair(const char* curve) { return pem_of({EVP_EC_gen(curve), &EVP_PKEY_free}); }

std::string sign_hs256(std::string_view header, std::string_view claims, std::string_view secret)
{
    const auto text = unsigned_part(header, claims);
    std::array<unsigned char, 32> mac{};
    unsigned length = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(), mac.data(),
         &length);
    return text + "." + base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

std::string sign_rs256(std::string_view header, std::string_view claims, std::string_view private_pem)
{
    const auto text = unsigned_part(header, claims);
    return text + "." + base64url(sign_with(private_pem, text));
}

std::string sign_es256(std::string_view header, std::string_view claims, std::string_view private_pem)
{
    const auto text = unsigned_part(header, claims);
    return text + "." + base64url(to_jose(sign_with(private_pem, text)));
}

} // namespace chorus::test
