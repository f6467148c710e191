// tls_context.cpp — What both ends of TLS have in common: versions, ciphers, the protocol above, and what costs memory.
#include "tls_context.hpp"

#include <chorus/core/system_message.hpp>

#include <array>
#include <cerrno>
#include <fstream>
#include <stdexcept>

namespace chorus {
namespace {

// Of TLS 1.2 only what TLS 1.3 has kept: a key of its own for each connection, and encryption that authenticates.
constexpr auto ciphers_of_tls_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";

// A peer that ends without close_notify has ended: HTTP and WebSocket know themselves whether something is missing.
constexpr auto options = SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF |
                         SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA;

constexpr std::size_t longest_pem_file = 1024 * 1024; // also of files that never end

} // namespace

std::span<const unsigned char> offered_protocols()
{
    static constexpr std::array<unsigned char, 9> list{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    return list;
}

std::shared_ptr<SSL_CTX> make_tls_context(const SSL_METHOD* method)
{
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), SSL_CTX_free);
    require_memory(context != nullptr);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context.get(), ciphers_of_tls_1_2);
    SSL_CTX_set_options(context.get(), options);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS); // who is idle owns no buffer
    SSL_CTX_set_read_ahead(context.get(), 1);                  // otherwise a record is two reads: its head, its body
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF); // tickets hold what a resumption needs
    return context;
}

std::string read_pem_file(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    std::string text(longest_pem_file, '\0');
    const auto opened = in.is_open();
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!opened || in.bad()) throw std::runtime_error("cannot read '" + file + "': " + system_message(errno));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

} // namespace chorus
