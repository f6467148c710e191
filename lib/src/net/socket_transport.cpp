// socket_transport.cpp — The transport over a stream socket of the operating system: TCP or Unix.
#include <chorus/net/socket_transport.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <cassert>
#include <cstring>

namespace chorus {
namespace {

using asio::ip::tcp;

bool is_ip(const stream_socket::endpoint_type& endpoint)
{
    const auto family = endpoint.data()->sa_family;
    return family == AF_INET || family == AF_INET6;
}

std::string address_of(const stream_socket& socket)
{
    error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return "unknown"; // it has gone already
    if (!is_ip(endpoint)) return "unix";
    tcp::endpoint tcp_endpoint;
    std::memcpy(tcp_endpoint.data(), endpoint.data(), endpoint.size());
    auto address = tcp_endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return address.to_string();
}

class socket_transport final : public transport
{
public:
    explicit socket_transport(stream_socket socket) : socket_(std::move(socket)), peer_(address_of(socket_))
    {
        error_code ignored; // a peer already gone shows itself at the first read
        socket_.non_blocking(true, ignored);
        socket_.set_option(tcp::no_delay(true), ignored);
    }

    std::size_t read_some(std::span<char> into, error_code& error) override
    {
        assert(!socket_.is_open() || socket_.non_blocking());
        return socket_.read_some(asio::buffer(into.data(), into.size()), error);
    }

    std::size_t write_some(std::span<const asio::const_buffer> from, error_code& error) override
    {
        assert(!socket_.is_open() || socket_.non_blocking());
        if (from.size() == 1) return socket_.write_some(from.front(), error); // send() is cheaper than sendmsg()
        return socket_.write_some(from, error);
    }

    waited readable() override { return socket_.async_wait(stream_socket::wait_read, use_task); }
    waited writable() override { return socket_.async_wait(stream_socket::wait_write, use_task); }

    void finish() override
    {
        error_code ignored;
        socket_.shutdown(stream_socket::shutdown_send, ignored);
    }

    void close() override
    {
        error_code ignored;
        socket_.close(ignored);
    }

    void cut() override
    {
        error_code ignored;
        socket_.set_option(stream_socket::linger(true, 0), ignored);
        socket_.close(ignored);
    }

    std::string peer() const override { return peer_; }

private:
    stream_socket socket_;
    const std::string peer_; // a socket that has ended cannot be asked any more
};

} // namespace

transport_ptr make_socket_transport(stream_socket socket)
{
    return std::make_unique<socket_transport>(std::move(socket));
}

} // namespace chorus
