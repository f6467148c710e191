// tls.hpp — TLS over any transport: who a server is, whom a client believes, and the connection between them.
#pragma once

#include <chorus/net/transport.hpp>

#include <chrono>
#include <memory>
#include <string>

struct ssl_ctx_st; // OpenSSL's own, which stays behind .cpp files

namespace chorus {

// Who a server is: its certificate with those that vouch for it, and its private key.
//
// Threads: any, also while another reloads it. A connection keeps what it began with, however often `reload` is called,
// and whether or not this is still there.
class tls_identity
{
public:
    using time = std::chrono::system_clock::time_point;

    // From files in PEM form. In the first the server's own certificate comes first; those that vouch for it follow.
    // Throws std::runtime_error with a sentence that names the file and what is wrong with it.
    tls_identity(std::string certificate_file, std::string key_file);
    tls_identity(tls_identity&&) noexcept;
    ~tls_identity();

    // For development: a new key, and a certificate that nobody vouches for, for `localhost`, 127.0.0.1, ::1 and
    // `host`. It is good for 30 days, and nothing of it is written anywhere.
    static tls_identity self_signed(const std::string& host);

    // Reads the files again, for the connections to come. Throws as above; then all stays as it was.
    void reload();

    // SHA-256 of the certificate, as browsers show it: "3F:0A:…".
    std::string fingerprint() const;
    // An expired certificate is none of our business, but clients will refuse it.
    time valid_from() const;
    time valid_until() const;

private:
    friend transport_ptr make_tls_transport(transport_ptr below, const tls_identity& as);

    struct current; // what the next connection begins with, under a lock

    explicit tls_identity(std::shared_ptr<ssl_ctx_st> context);
    std::shared_ptr<ssl_ctx_st> context() const;

    std::string certificate_file_, key_file_; // empty when self-signed
    std::unique_ptr<current> current_;
};

// Whom a client believes to be who they say they are. Threads: any, it never changes.
class tls_trust
{
public:
    // Those whom the system trusts, or those in a file in PEM form. Throws std::runtime_error with a sentence that
    // names the file and what is wrong with it.
    tls_trust();
    explicit tls_trust(const std::string& authorities_file);

    // Believes everybody: who stands in between can read and change all. For tests and development.
    static tls_trust in_everybody();

private:
    friend transport_ptr make_tls_transport(transport_ptr below, const tls_trust& in, const std::string& host);

    explicit tls_trust(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}

    std::shared_ptr<ssl_ctx_st> context_;
};

// The server's end of a TLS connection over another transport, and the client's end of one to `host`: a name or a
// number (without brackets), which the certificate has to be for. TLS 1.2 or later, ALPN http/1.1.
//
// The handshake happens within reads, writes and waits; whoever uses the transport does not notice it, except that what
// goes wrong is an error of the first of them. An end without a close_notify reads as an end, as with plain TCP: what
// is spoken above, HTTP and WebSocket, says itself when it is complete.
transport_ptr make_tls_transport(transport_ptr below, const tls_identity& as);
transport_ptr make_tls_transport(transport_ptr below, const tls_trust& in, const std::string& host);

// The errors of TLS, in OpenSSL's words or in those about a certificate: "certificate has expired".
const boost::system::error_category& tls_category();

} // namespace chorus
