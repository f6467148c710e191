// tls_bench.cpp — what TLS costs as a transport over a transport, beside OpenSSL on the descriptor itself.
#include <chorus/net/socket_transport.hpp>
#include <chorus/net/tls.hpp>

#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <openssl/ssl.h>

#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace chorus;

namespace {

using ssl_ptr = std::unique_ptr<SSL, decltype(&SSL_free)>;
using local_socket = asio::basic_stream_socket<asio::local::stream_protocol, executor>;

// OpenSSL on a descriptor: the peer of both, and one of the two that are measured.
class on_descriptor
{
public:
    on_descriptor(SSL_CTX* context, int descriptor, bool client) : ssl_(SSL_new(context), SSL_free)
    {
        SSL_set_fd(ssl_.get(), descriptor);
        client ? SSL_set_connect_state(ssl_.get()) : SSL_set_accept_state(ssl_.get());
    }

    std::size_t read(std::span<char> into)
    {
        std::size_t total = 0, count = 0;
        while (total < into.size() && SSL_read_ex(ssl_.get(), into.data() + total, into.size() - total, &count) == 1)
            total += count;
        return total;
    }
    void write(std::span<const asio::const_buffer> from)
    {
        for (const auto& each : from)
            for (std::size_t at = 0, count = 0; at < each.size(); at += count)
                if (SSL_write_ex(ssl_.get(), static_cast<const char*>(each.data()) + at, each.size() - at, &count) != 1)
                    throw std::runtime_error("the socket is full");
    }

private:
    ssl_ptr ssl_;
};

class as_transport
{
public:
    as_transport(const tls_identity& identity, local_socket socket)
        : transport_(make_tls_transport(make_socket_transport(stream_socket(std::move(socket))), identity))
    {
    }

    std::size_t read(std::span<char> into)
    {
        error_code ignored;
        return transport_->read_some(into, ignored);
    }
    void write(std::span<const asio::const_buffer> from)
    {
        error_code error;
        if (transport_->write_some(from, error) != asio::buffer_size(from))
            throw std::runtime_error("the socket is full");
    }

private:
    transport_ptr transport_;
};

std::shared_ptr<SSL_CTX> context(const SSL_METHOD* method)
{
    std::shared_ptr<SSL_CTX> made(SSL_CTX_new(method), SSL_CTX_free);
    SSL_CTX_set_mode(made.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_CTX_set_read_ahead(made.get(), 1);
    return made;
}

// The same certificate for both, out of the library's own mouth is not to be had: one made here.
void be_somebody(SSL_CTX* context)
{
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    SSL_CTX_use_certificate(context, certificate.get());
    SSL_CTX_use_PrivateKey(context, key.get());
}

// Two ends of a socket pair past their handshake.
template <class Server> struct connected
{
    connected()
    {
        asio::local::connect_pair(near_, far_);
        near_.non_blocking(true);
        far_.non_blocking(true);
        for (auto* const each : {&near_, &far_})
            each->set_option(asio::socket_base::send_buffer_size(4 * 1024 * 1024));
        client = std::make_unique<on_descriptor>(client_context_.get(), far_.native_handle(), true);
        if constexpr (std::is_same_v<Server, as_transport>) {
            server = std::make_unique<Server>(tls_identity::self_signed(""), std::move(near_));
        } else {
            be_somebody(server_context_.get());
            server = std::make_unique<Server>(server_context_.get(), near_.native_handle(), false);
        }
        std::array<char, 100> bytes;
        for (int round = 0; round < 10; ++round)
            client->read(bytes), server->read(bytes);
    }

    asio::io_context io;
    local_socket near_{io.get_executor()}, far_{io.get_executor()};
    std::shared_ptr<SSL_CTX> client_context_ = context(TLS_client_method());
    std::shared_ptr<SSL_CTX> server_context_ = context(TLS_server_method());
    std::unique_ptr<on_descriptor> client;
    std::unique_ptr<Server> server;
};

void require(benchmark::State& state, bool holds)
{
    if (!holds) state.SkipWithError("bytes were lost");
}

template <class Server> void write_in_bulk(benchmark::State& state)
{
    connected<Server> both;
    const std::string message(256 * 1024, 'x');
    std::vector<char> heard(message.size());
    const std::array<asio::const_buffer, 1> buffers{asio::buffer(message)};
    for (auto _ : state) {
        both.server->write(buffers);
        require(state, both.client->read(heard) == message.size());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
}

template <class Server> void read_in_bulk(benchmark::State& state)
{
    connected<Server> both;
    const std::string message(256 * 1024, 'x');
    std::vector<char> heard(message.size());
    const std::array<asio::const_buffer, 1> buffers{asio::buffer(message)};
    for (auto _ : state) {
        both.client->write(buffers);
        require(state, both.server->read(heard) == message.size());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
}

template <class Server> void ask_and_answer(benchmark::State& state)
{
    connected<Server> both;
    const std::string message(64, 'x');
    std::vector<char> heard(128 * 1024);
    const std::array<asio::const_buffer, 1> buffers{asio::buffer(message)};
    for (auto _ : state) {
        both.client->write(buffers);
        require(state, both.server->read(heard) == message.size());
        both.server->write(buffers);
        require(state, both.client->read(std::span(heard).first(64)) == message.size());
    }
    state.SetItemsProcessed(state.iterations());
}

// What an outbox has for a client that was busy.
template <class Server> void write_many_small(benchmark::State& state)
{
    connected<Server> both;
    const std::string message(100, 'x');
    const std::vector<asio::const_buffer> buffers(64, asio::buffer(message));
    std::vector<char> heard(6400);
    for (auto _ : state) {
        both.server->write(buffers);
        require(state, both.client->read(heard) == heard.size());
    }
    state.SetItemsProcessed(state.iterations() * 64);
}

} // namespace

BENCHMARK(write_in_bulk<on_descriptor>);
BENCHMARK(write_in_bulk<as_transport>);
BENCHMARK(read_in_bulk<on_descriptor>);
BENCHMARK(read_in_bulk<as_transport>);
BENCHMARK(ask_and_answer<on_descriptor>);
BENCHMARK(ask_and_answer<as_transport>);
BENCHMARK(write_many_small<on_descriptor>);
BENCHMARK(write_many_small<as_transport>);

BENCHMARK_MAIN();
