// tls_trust.cpp — Whom a client believes: the authorities of the system, those of a file, or everybody.
#include <chorus/net/tls.hpp>

#include "tls_context.hpp"

#include <openssl/err.h>

#include <stdexcept>

namespace chorus {
namespace {

std::shared_ptr<SSL_CTX> client_context()
{
    auto context = make_tls_context(TLS_client_method());
    const auto protocols = offered_protocols();
    SSL_CTX_set_alpn_protos(context.get(), protocols.data(), static_cast<unsigned>(protocols.size()));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    return context;
}

} // namespace

tls_trust::tls_trust() : context_(client_context())
{
    if (SSL_CTX_set_default_verify_paths(context_.get()) != 1)
        throw std::runtime_error("the system's certificate authorities cannot be read: " + take_tls_error().message());
}

tls_trust::tls_trust(const std::string& authorities_file) : context_(client_context())
{
    read_pem_file(authorities_file); // says it better if it is not there
    ERR_clear_error();
    if (SSL_CTX_load_verify_file(context_.get(), authorities_file.c_str()) != 1)
        throw std::runtime_error("'" + authorities_file + "' holds no certificate in PEM form");
}

tls_trust tls_trust::in_everybody()
{
    auto context = client_context();
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    return tls_trust(std::move(context));
}

} // namespace chorus
