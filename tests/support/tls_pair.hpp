// tls_pair.hpp — both ends of a TLS connection over one in memory, and OpenSSL by itself for an end that misbehaves.
#pragma once

#include "support/certificates.hpp"

#include <chorus/net/memory_transport.hpp>
#include <chorus/net/tls.hpp>

#include <boost/asio/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace chorus::test {

// A server's and a client's settings that fit each other. Made once: keys take their time.
struct tls_world
{
    scratch_folder folder;
    key_and_certificate authority = make_authority();
    std::string authority_file = folder.write("authority.pem", authority.certificate);
    tls_identity identity = identity_for({.names = "DNS:localhost,IP:127.0.0.1"}, "server");
    tls_trust trust{authority_file};

    tls_identity identity_for(certificate_wish wish, std::string_view name)
    {
        wish.issuer = &authority;
        const auto made = make_credentials(wish);
        return {folder.write(std::string(name) + ".pem", made.certificate),
                folder.write(std::string(name) + ".key", made.key)};
    }
};

inline tls_world& the_tls_world()
{
    static tls_world only;
    return only;
}

// One end: what it has heard, and what became of it.
struct tls_end
{
    transport_ptr transport;
    std::string heard = {};
    error_code error = {}; // the last that was more than "not yet"

    void listen()
    {
        std::array<char, 8192> bytes;
        for (std::size_t count = 1; count > 0;) {
            error_code now;
            count = transport->read_some(bytes, now);
            heard.append(bytes.data(), count);
            if (now && now != asio::error::would_block) error = now;
        }
    }
    std::size_t say(std::string_view bytes)
    {
        error_code now;
        const std::array<asio::const_buffer, 1> buffers{asio::buffer(bytes.data(), bytes.size())};
        const auto count = transport->write_some(buffers, now);
        if (now && now != asio::error::would_block) error = now;
        return count;
    }
    std::string take_heard() { return std::exchange(heard, {}); }
};

struct tls_pair
{
    explicit tls_pair(std::size_t capacity = 64 * 1024, const tls_identity& identity = the_tls_world().identity,
                      const tls_trust& trust = the_tls_world().trust, const std::string& host = "localhost")
        : tls_pair(make_memory_pair(capacity), identity, trust, host)
    {
    }

    // Lets both listen, and with that shake hands, until nothing moves any more.
    void settle()
    {
        for (int idle = 0; idle < 50; ++idle) { // as much may come as went in between
            const auto before = state();
            server.listen();
            client.listen();
            if (state() != before) idle = 0;
        }
    }

    memory_transport *server_line, *client_line; // what they speak over
    tls_end server, client;

private:
    tls_pair(memory_transport::pair line, const tls_identity& identity, const tls_trust& trust, const std::string& host)
        : server_line(line.first.get()), client_line(line.second.get()),
          server{make_tls_transport(std::move(line.first), identity)},
          client{make_tls_transport(std::move(line.second), trust, host)}
    {
    }

    std::array<std::size_t, 4> state() const
    {
        return {server_line->waiting().size(), client_line->waiting().size(), server.heard.size(), client.heard.size()};
    }
};

// OpenSSL with its own memory BIOs at one end of a connection in memory.
class raw_tls
{
public:
    using context = std::shared_ptr<SSL_CTX>;

    static context client_context() { return {SSL_CTX_new(TLS_client_method()), SSL_CTX_free}; }

    raw_tls(std::unique_ptr<memory_transport> end, const context& as) : end_(std::move(end)), ssl_(SSL_new(as.get()))
    {
        SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_connect_state(ssl_);
    }
    ~raw_tls() { SSL_free(ssl_); }
    raw_tls(const raw_tls&) = delete;
    raw_tls& operator=(const raw_tls&) = delete;

    SSL* ssl() { return ssl_; }
    memory_transport& line() { return *end_; }

    // Moves bytes in and out, and works with them.
    void move()
    {
        ERR_clear_error();
        receive();
        if (SSL_in_init(ssl_)) note(SSL_do_handshake(ssl_));
        std::array<char, 4096> bytes;
        for (int count = 1; count > 0 && !SSL_in_init(ssl_);) {
            count = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
            if (count > 0)
                heard.append(bytes.data(), static_cast<std::size_t>(count));
            else
                note(count);
        }
        send();
    }
    void say(std::string_view bytes)
    {
        SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
        send();
    }
    // What was sealed goes onto the line, as far as there is room.
    void send()
    {
        unsent_ += drain(SSL_get_wbio(ssl_));
        error_code error;
        const std::array<asio::const_buffer, 1> buffers{asio::buffer(unsent_)};
        unsent_.erase(0, end_->write_some(buffers, error));
    }

    std::string heard;
    std::string failure; // why OpenSSL gave up

private:
    void receive()
    {
        std::array<char, 4096> bytes;
        for (std::size_t count = 1; count > 0;) {
            error_code error;
            count = end_->read_some(bytes, error);
            BIO_write(SSL_get_rbio(ssl_), bytes.data(), static_cast<int>(count));
        }
    }
    static std::string drain(BIO* from)
    {
        std::string bytes(static_cast<std::size_t>(BIO_pending(from)), '\0');
        BIO_read(from, bytes.data(), static_cast<int>(bytes.size()));
        return bytes;
    }
    void note(int result)
    {
        if (result > 0 || SSL_get_error(ssl_, result) != SSL_ERROR_SSL || !failure.empty()) return;
        const auto* const why = ERR_reason_error_string(ERR_peek_error());
        failure = why ? why : "unknown";
    }

    std::unique_ptr<memory_transport> end_;
    SSL* ssl_;
    std::string unsent_;
};

} // namespace chorus::test
