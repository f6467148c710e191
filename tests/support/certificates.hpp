// certificates.hpp — certificates and keys for tests, made on the spot: good ones, and ones with any fault.
#pragma once

#include "support/scratch_file.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace chorus::test {

// In PEM form.
struct key_and_certificate
{
    std::string certificate, key;
};

struct certificate_wish
{
    std::string names = "DNS:localhost,IP:127.0.0.1"; // as subjectAltName spells them; none for an authority
    int from_day = -1, until_day = 1;
    const key_and_certificate* issuer = nullptr; // nobody: it vouches for itself
    std::string subject = "chorus test";
};

namespace detail {

template <class Write> std::string pem_of(Write write)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    write(out.get());
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

using key = std::shared_ptr<EVP_PKEY>;
using certificate = std::shared_ptr<X509>;

inline std::shared_ptr<BIO> bio_of(const std::string& pem)
{
    return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}
inline key key_of(const key_and_certificate& from)
{
    return {PEM_read_bio_PrivateKey(bio_of(from.key).get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}
inline certificate certificate_of(const key_and_certificate& from)
{
    return {PEM_read_bio_X509(bio_of(from.certificate).get(), nullptr, nullptr, nullptr), X509_free};
}

inline void extend(X509* to, int what, const std::string& value)
{
    X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
    if (!made) throw std::runtime_error("no such extension: " + value);
    X509_add_ext(to, made, -1);
    X509_EXTENSION_free(made);
}

} // namespace detail

inline key_and_certificate make_credentials(const certificate_wish& wish = {})
{
    static long serial = 0;
    const detail::key own(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const detail::certificate made(X509_new(), X509_free);
    const auto issuer = wish.issuer ? detail::certificate_of(*wish.issuer) : made;
    const auto issuer_key = wish.issuer ? detail::key_of(*wish.issuer) : own;
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_time_adj_ex(X509_getm_notBefore(made.get()), wish.from_day, 0, nullptr);
    X509_time_adj_ex(X509_getm_notAfter(made.get()), wish.until_day, 0, nullptr);
    const auto* const subject = reinterpret_cast<const unsigned char*>(wish.subject.c_str());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8, subject, -1, -1, 0);
    X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.get()));
    X509_set_pubkey(made.get(), own.get());
    detail::extend(made.get(), NID_basic_constraints, wish.names.empty() ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!wish.names.empty()) detail::extend(made.get(), NID_subject_alt_name, wish.names);
    X509_sign(made.get(), issuer_key.get(), EVP_sha256());
    return {detail::pem_of([&](BIO* out) { PEM_write_bio_X509(out, made.get()); }), detail::pem_of([&](BIO* out) {
                PEM_write_bio_PrivateKey(out, own.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
}

inline key_and_certificate make_authority(const std::string& subject = "chorus test authority")
{
    return make_credentials({.names = "", .issuer = nullptr, .subject = subject});
}

} // namespace chorus::test
