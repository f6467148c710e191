// tls_error.cpp — The errors of TLS as error codes: what OpenSSL says as positive numbers, certificates as negative
// ones.
#include <chorus/net/tls.hpp>

#include "openssl.hpp"

#include <boost/asio/error.hpp>

#include <openssl/err.h>

#include <new>

namespace chorus {
namespace {

class category final : public boost::system::error_category
{
public:
    const char* name() const noexcept override { return "tls"; }

    using error_category::message;
    std::string message(int value) const override
    {
        if (value < 0) return X509_verify_cert_error_string(-value);
        const auto* const words = ERR_reason_error_string(static_cast<unsigned long>(value));
        return words ? words : "TLS error " + std::to_string(value);
    }
};

} // namespace

const boost::system::error_category& tls_category()
{
    static const category only;
    return only;
}

error_code take_tls_error()
{
    const auto cause = ERR_get_error();
    ERR_clear_error();
    if (cause == 0) return asio::error::connection_aborted; // it gave no reason
    if (ERR_SYSTEM_ERROR(cause)) return {ERR_GET_REASON(cause), boost::system::system_category()};
    return {static_cast<int>(cause), tls_category()};
}

error_code certificate_error(long result) { return {-static_cast<int>(result), tls_category()}; }

void require_memory(bool there)
{
    if (!there) throw std::bad_alloc();
}

} // namespace chorus
