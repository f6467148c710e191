// tls_self_signed.cpp — A key and a certificate that nobody vouches for, made in memory.
#include "tls_self_signed.hpp"

#include <chorus/core/random.hpp>

#include <boost/asio/ip/address.hpp>

#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace chorus {
namespace {

constexpr long hour = 60 * 60; // in seconds
constexpr long lifetime = 30 * 24 * hour;

void add_extension(X509* to, int what, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, to, to, nullptr, nullptr, 0);
    const extension_ptr extension(X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str()));
    if (!extension || X509_add_ext(to, extension.get(), -1) != 1)
        throw std::runtime_error("no certificate can be made for " + value);
}

// What clients compare with the host they wanted.
std::string names_of(const std::string& host)
{
    std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
    if (host.empty() || host == "localhost") return names;
    error_code no_number;
    asio::ip::make_address(host, no_number);
    return names.append(no_number ? ",DNS:" : ",IP:").append(host);
}

void set_name(X509* of)
{
    auto* const name = X509_get_subject_name(of);
    const auto* const text = reinterpret_cast<const unsigned char*>("chorus, self-signed");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(of, name);
}

} // namespace

self_signed make_self_signed(const std::string& host)
{
    self_signed made{key_ptr(EVP_EC_gen("P-256")), certificate_ptr(X509_new())};
    require_memory(made.key && made.certificate);
    auto* const certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), random_bits() >> 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -hour); // for clients whose clocks are late
    X509_gmtime_adj(X509_getm_notAfter(certificate), lifetime);
    set_name(certificate);
    X509_set_pubkey(certificate, made.key.get());
    add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate, NID_key_usage, "critical,digitalSignature");
    add_extension(certificate, NID_ext_key_usage, "serverAuth");
    add_extension(certificate, NID_subject_alt_name, names_of(host));
    require_memory(X509_sign(certificate, made.key.get(), EVP_sha256()) > 0);
    return made;
}

} // namespace chorus
