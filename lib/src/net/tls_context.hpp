// tls_context.hpp — What both ends of TLS have in common: versions, ciphers, the protocol above, and what costs memory.
#pragma once

#include "openssl.hpp"

#include <memory>
#include <span>
#include <string>

namespace chorus {

// The only protocol we speak above TLS, as ALPN lists it (RFC 7301): a WebSocket over HTTP/2 would be another (RFC
// 8441).
std::span<const unsigned char> offered_protocols();

std::shared_ptr<SSL_CTX> make_tls_context(const SSL_METHOD* method);

// Throws std::runtime_error when it cannot be read. Whatever is longer than a mebibyte is cut.
std::string read_pem_file(const std::string& file);

} // namespace chorus
