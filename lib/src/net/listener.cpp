// listener.cpp — Where connections arrive: a bound TCP or Unix socket, and one way to take the next from it.
#include <chorus/net/listener.hpp>

#include "inherited_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <cstring>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace chorus {
namespace {

using asio::ip::tcp;
using unix_stream = asio::local::stream_protocol;

constexpr int backlog = 4096; // the kernel takes less if net.core.somaxconn says so

[[noreturn]] void refuse_address(const address& at, const error_code& why)
{
    throw std::runtime_error("cannot listen on " + to_string(at) + ": " + why.message());
}

tcp::endpoint resolve(const address& at)
{
    asio::io_context lookup;
    tcp::resolver resolver(lookup);
    error_code error;
    const auto found = resolver.resolve(at.host, std::to_string(at.port),
                                        tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (error) refuse_address(at, error);
    return found.begin()->endpoint();
}

template <class Endpoint> Endpoint read_as(const asio::generic::stream_protocol::endpoint& endpoint)
{
    Endpoint read;
    read.resize(endpoint.size());
    std::memcpy(read.data(), endpoint.data(), endpoint.size());
    return read;
}

// As read_address() would read it; a socket without a file has an @ instead of the NUL.
address address_of(const asio::generic::stream_protocol::endpoint& endpoint)
{
    if (endpoint.data()->sa_family == AF_UNIX) {
        auto path = read_as<unix_stream::endpoint>(endpoint).path();
        if (path.starts_with('\0')) path.front() = '@';
        return {.host = {}, .port = 0, .path = path};
    }
    const auto ip = read_as<tcp::endpoint>(endpoint);
    return {.host = ip.address().to_string(), .port = ip.port(), .path = {}};
}

// A socket file outlives its process. Only one that nobody answers at may be taken away, and nothing but a socket.
void remove_stale_socket(const std::string& path)
{
    struct stat file = {};
    if (::lstat(path.c_str(), &file) != 0 || !S_ISSOCK(file.st_mode)) return;
    asio::io_context probe;
    unix_stream::socket socket(probe);
    error_code error;
    socket.connect(unix_stream::endpoint(path), error);
    if (error == asio::error::connection_refused) ::unlink(path.c_str());
}

} // namespace

listener::listener(executor where, const address& at) : acceptor_(where), bound_(at)
{
    if (at.inherited)
        inherit();
    else if (at.is_unix())
        bind_unix(at);
    else
        bind_tcp(at);
}

listener::~listener() { close(); }

void listener::listen()
{
    error_code error;
    acceptor_.listen(backlog, error);
    if (error) refuse_address(bound_, error);
}

void listener::bind_tcp(const address& at)
{
    const auto endpoint = resolve(at);
    error_code error;
    acceptor_.open(asio::generic::stream_protocol(endpoint.protocol()), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(asio::generic::stream_protocol::endpoint(endpoint), error);
    if (error) refuse_address(at, error);
    listen();
    bound_.port = address_of(acceptor_.local_endpoint()).port;
}

void listener::bind_unix(const address& at)
{
    remove_stale_socket(at.path);
    error_code error;
    acceptor_.open(asio::generic::stream_protocol(unix_stream()), error);
    if (!error) acceptor_.bind(asio::generic::stream_protocol::endpoint(unix_stream::endpoint(at.path)), error);
    if (error) refuse_address(at, error);
    made_file_ = true;
    listen();
}

void listener::inherit()
{
    const auto socket = inherited_socket();
    sockaddr_storage bound = {};
    socklen_t size = sizeof bound;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
    acceptor_.assign(asio::generic::stream_protocol(bound.ss_family, 0), socket);
    bound_ = address_of(acceptor_.local_endpoint());
}

address listener::bound() const { return address_of(acceptor_.local_endpoint()); }

task<std::tuple<error_code, stream_socket>> listener::accept(executor target)
{
    return acceptor_.async_accept(target, use_task);
}

void listener::close()
{
    if (!acceptor_.is_open()) return;
    error_code ignored;
    acceptor_.close(ignored);
    if (made_file_) ::unlink(bound_.path.c_str());
}

} // namespace chorus
