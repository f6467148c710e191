// tls_transport.cpp — TLS over another transport: the handshake, and what is written and read behind it.
#include <chorus/net/tls.hpp>

#include "tls_records.hpp"
#include "tls_wire.hpp"

#include <chorus/core/bell.hpp>
#include <chorus/core/log.hpp>
#include <chorus/wire/refusal.hpp>

#include <boost/asio/error.hpp>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace chorus {
namespace {

bool is_plain_http(const error_code& error)
{
    const auto reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    return error.category() == tls_category() && (reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST);
}

// Whoever speaks HTTP to this port is told in HTTP that it is the wrong one.
void answer_in_plain_http(transport& to)
{
    const auto answer = refuse({400, "tls_required", "this port speaks TLS: use https:// or wss://", {}}, false);
    const asio::const_buffer buffer = asio::buffer(answer);
    error_code ignored;
    to.write_some({&buffer, 1}, ignored);
}

transport::waited at_once() { co_return error_code{}; }

// Now, but behind the others of its shard: who sends without a pause would never let them.
transport::waited in_turn()
{
    co_await yield();
    co_return error_code{};
}

// A handshake, and then reads and writes that do not concern each other: since renegotiation is off a write never
// reads, and since the wire is never full for OpenSSL a read never waits for a write. So each waits for its own
// direction of the transport below. The handshake needs both: while somebody waits for it to go on it is that waiter's
// alone, who sees it through, and the other one waits for that.
class tls_transport final : public transport
{
public:
    tls_transport(transport_ptr below, ssl_ptr ssl);

    std::size_t read_some(std::span<char> into, error_code& error) override;
    std::size_t write_some(std::span<const asio::const_buffer> from, error_code& error) override;
    waited readable() override;
    waited writable() override;
    void finish() override;
    void close() override;
    void cut() override;
    std::string peer() const override { return wire_.below().peer(); }

private:
    bool may_go_on(error_code& error);
    bool is_next(tls_records& offered);
    std::size_t write_record(std::string_view bytes, error_code& error);
    error_code shake_hands();
    waited see_handshake_through();
    waited handshake_may_go_on();
    error_code outcome(int result);
    error_code fail();
    void say_goodbye();

    tls_wire wire_;
    ssl_ptr ssl_;
    error_code broken_;            // TLS has failed: nothing more is to be had from it
    bell turn_;                    // where one waits while the other sees the handshake through
    std::optional<char> withheld_; // sent, but not said to be taken
    bool established_ = false;     // the handshake is over, and all of it has been sent
    bool driven_ = false;          // somebody sees it through
    bool more_ = false;            // a read may give something although nothing comes from below
    bool open_ = true, finished_ = false, said_goodbye_ = false;
};

tls_transport::tls_transport(transport_ptr below, ssl_ptr ssl) : wire_(std::move(below)), ssl_(std::move(ssl))
{
    auto* const bio = wire_.make_bio();
    SSL_set_bio(ssl_.get(), bio, bio);
}

// --- reading ---------------------------------------------------------------------------------------------------------

// Until all that has come is read: OpenSSL then lets go of its buffer, and only what comes from below is to be waited
// for.
std::size_t tls_transport::read_some(std::span<char> into, error_code& error)
{
    if (finished_ && wire_.has_unsent()) finish(); // perhaps there is room now
    if (!may_go_on(error)) return 0;
    wire_.look_again();
    std::size_t total = 0;
    while (!error && total < into.size()) {
        std::size_t count = 0;
        ERR_clear_error();
        const auto result = SSL_read_ex(ssl_.get(), into.data() + total, into.size() - total, &count);
        total += count;
        if (result <= 0) error = outcome(result);
    }
    more_ = error != asio::error::would_block || wire_.had_more();
    if (total > 0) error = {}; // what ended it shows itself at the next read
    return total;
}

transport::waited tls_transport::readable()
{
    if (open_ && broken_) return at_once();
    if (open_ && more_) return in_turn();
    return established_ ? wire_.below().readable() : see_handshake_through();
}

// --- writing ---------------------------------------------------------------------------------------------------------

// When the transport below is full, the record that finds it so is on its way nevertheless. All of its bytes but the
// last are said to be taken: whoever is told of a short write comes again, with that byte first, because what stands
// before it has been sent. So a record is sealed once, and nobody is left to believe that all is done.
std::size_t tls_transport::write_some(std::span<const asio::const_buffer> from, error_code& error)
{
    if (!may_go_on(error)) return 0;
    if (finished_) return error = asio::error::broken_pipe, 0;
    if (!wire_.flush(error)) return 0;
    tls_records records(from);
    std::size_t taken = 0;
    if (withheld_ && !records.empty()) {
        if (!is_next(records)) return error = asio::error::invalid_argument, 0;
        taken = 1;
    }
    while (!error && !records.empty() && !wire_.has_unsent())
        taken += write_record(records.next(), error);
    if (taken > 0)
        error = {}; // what ended it shows itself at the next write
    else if (wire_.has_unsent())
        error = asio::error::would_block;
    return taken;
}

// Any other byte than the one that was withheld would be lost, and nobody would see it.
bool tls_transport::is_next(tls_records& offered)
{
    if (offered.take(1).front() != *withheld_) return false;
    withheld_.reset();
    return true;
}

std::size_t tls_transport::write_record(std::string_view bytes, error_code& error)
{
    std::size_t count = 0;
    ERR_clear_error();
    const auto result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
    if (result <= 0) return error = outcome(result), 0;
    if (!wire_.has_unsent()) return count;
    withheld_ = bytes[count - 1];
    return count - 1;
}

transport::waited tls_transport::writable()
{
    if (open_ && broken_) return at_once();
    return established_ ? wire_.below().writable() : see_handshake_through();
}

// --- the handshake ---------------------------------------------------------------------------------------------------

bool tls_transport::may_go_on(error_code& error)
{
    error = broken_;
    if (!open_)
        error = asio::error::bad_descriptor;
    else if (!error && driven_)
        error = asio::error::would_block;
    else if (!error && !established_)
        error = shake_hands();
    return !error;
}

// One step, as far as what has come reaches. It is over only when our last words are sent: the peer may wait for them
// before it says anything that would wake us.
error_code tls_transport::shake_hands()
{
    error_code error, unsent;
    wire_.look_again();
    ERR_clear_error();
    const auto result = SSL_do_handshake(ssl_.get());
    if (result != 1) error = outcome(result);
    if ((!error || error == asio::error::would_block) && !wire_.flush(unsent)) error = unsent;
    established_ = more_ = !error; // with the last step, bytes from behind it may have been read
    return error;
}

transport::waited tls_transport::see_handshake_through()
{
    if (driven_) {
        const auto reason = co_await turn_.wait();
        co_return open_&& reason == wake::rung ? error_code{} : error_code(asio::error::operation_aborted);
    }
    driven_ = true;
    error_code gone, error = asio::error::would_block;
    if (!SSL_is_server(ssl_.get())) error = shake_hands(); // a client speaks first
    while (!gone && error == asio::error::would_block) {
        std::tie(gone) = co_await handshake_may_go_on();
        if (!gone) error = shake_hands();
    }
    driven_ = false;
    if (turn_.waiting()) turn_.ring();
    co_return gone;
}

transport::waited tls_transport::handshake_may_go_on()
{
    return wire_.has_unsent() ? wire_.below().writable() : wire_.below().readable();
}

// --- how it ends -----------------------------------------------------------------------------------------------------

error_code tls_transport::outcome(int result)
{
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN: return asio::error::eof;
    case SSL_ERROR_SYSCALL: return wire_.failure() ? wire_.failure() : asio::error::connection_aborted;
    default: return fail();
    }
}

// A client's own error is told to whoever wanted the connection; a server has nobody but its log.
error_code tls_transport::fail()
{
    broken_ = take_tls_error();
    const auto verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK && SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE)
        broken_ = certificate_error(verdict);
    if (!SSL_is_server(ssl_.get())) return broken_;
    log(log_level::info, "tls_failed", {{"peer", peer()}, {"why", broken_.message()}});
    if (is_plain_http(broken_)) answer_in_plain_http(wire_.below());
    return broken_;
}

void tls_transport::say_goodbye()
{
    if (!established_ || broken_ || std::exchange(said_goodbye_, true)) return;
    SSL_shutdown(ssl_.get()); // sends close_notify; the peer's, if it sends one, is an end that is read
    ERR_clear_error();
}

void tls_transport::finish()
{
    finished_ = true;
    say_goodbye();
    error_code unsent;
    wire_.flush(unsent);
    if (unsent != asio::error::would_block) wire_.below().finish();
}

void tls_transport::close()
{
    if (!std::exchange(open_, false)) return;
    say_goodbye();
    error_code ignored;
    wire_.flush(ignored);
    wire_.below().close();
}

void tls_transport::cut()
{
    open_ = false;
    wire_.below().cut();
}

// --- both ends -------------------------------------------------------------------------------------------------------

ssl_ptr make_ssl(SSL_CTX* context)
{
    ssl_ptr made(SSL_new(context));
    require_memory(made != nullptr);
    return made;
}

// The certificate has to be for this host, and the server is told which one is meant; numbers are not told (RFC 6066).
void expect(SSL* from, const std::string& host)
{
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(from), host.c_str()) == 1) return;
    ERR_clear_error();
    SSL_set_hostflags(from, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT); // RFC 9525
    const auto taken =
        !host.empty() && SSL_set1_host(from, host.c_str()) == 1 && SSL_set_tlsext_host_name(from, host.c_str()) == 1;
    if (!taken) throw std::invalid_argument("no host that a certificate could be for: '" + host + "'");
}

} // namespace

transport_ptr make_tls_transport(transport_ptr below, const tls_identity& as)
{
    auto ssl = make_ssl(as.context().get()); // which keeps it
    SSL_set_accept_state(ssl.get());
    return std::make_unique<tls_transport>(std::move(below), std::move(ssl));
}

transport_ptr make_tls_transport(transport_ptr below, const tls_trust& in, const std::string& host)
{
    auto ssl = make_ssl(in.context_.get());
    SSL_set_connect_state(ssl.get());
    expect(ssl.get(), host);
    return std::make_unique<tls_transport>(std::move(below), std::move(ssl));
}

} // namespace chorus
