// tcp_socket.cpp — the system calls behind a test's connection.
#include "support/tcp_socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>

namespace chorus::testing {

namespace {

constexpr milliseconds send_patience{10'000};

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void set_option(int descriptor, int level, int name, int value)
{
    if (::setsockopt(descriptor, level, name, &value, sizeof value) != 0) throw_errno("setsockopt");
}

sockaddr_in address_of(const char* host, std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, host, &address.sin_addr) != 1) throw std::invalid_argument("not an IPv4 address");
    return address;
}

// The port is chosen at connect, so that it only has to be free towards this one server.
void come_from(int descriptor, const std::string& source)
{
    set_option(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    const sockaddr_in address = address_of(source.c_str(), 0);
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw_errno("bind");
}

bool wait_for(int descriptor, short what, milliseconds timeout)
{
    pollfd entry{descriptor, what, 0};
    return ::poll(&entry, 1, static_cast<int>(timeout.count())) > 0;
}

SSL_CTX* tls_context()
{
    static const std::shared_ptr<SSL_CTX> only(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX_set_mode(only.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    return only.get();
}

} // namespace

tcp_socket::tcp_socket(const connect_options& options) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    if (descriptor_ < 0) throw_errno("socket");
    if (options.receive_buffer > 0) set_option(descriptor_, SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
    if (options.largest_segment > 0) set_option(descriptor_, IPPROTO_TCP, TCP_MAXSEG, options.largest_segment);
    if (!options.source.empty()) come_from(descriptor_, options.source);
    const sockaddr_in address = address_of("127.0.0.1", options.port);
    // A reset says that there was a connection (who refuses one answers ECONNREFUSED), and that it has been cut since.
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno != ECONNRESET)
        throw_errno("connect");
    set_option(descriptor_, IPPROTO_TCP, TCP_NODELAY, 1);
    ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
    if (options.tls) start_tls();
}

void tcp_socket::start_tls()
{
    tls_.reset(SSL_new(tls_context()), SSL_free);
    SSL_set_fd(tls_.get(), descriptor_);
    for (int result = 0; result != 1;) {
        ERR_clear_error();
        result = SSL_connect(tls_.get());
        const auto reason = SSL_get_error(tls_.get(), result);
        const bool goes_on = result == 1 || reason == SSL_ERROR_WANT_READ;
        if (!goes_on || (result != 1 && !wait_readable(send_patience))) throw std::runtime_error("no TLS handshake");
    }
}

tcp_socket::tcp_socket(tcp_socket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), tls_(std::move(other.tls_))
{
}

tcp_socket& tcp_socket::operator=(tcp_socket&& other) noexcept
{
    std::swap(descriptor_, other.descriptor_);
    std::swap(tls_, other.tls_);
    return *this;
}

tcp_socket::~tcp_socket()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool tcp_socket::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto sent = send_some(bytes);
        if (!sent || (*sent == 0 && !wait_for(descriptor_, POLLOUT, send_patience))) return false;
        bytes.remove_prefix(*sent);
    }
    return true;
}

std::optional<std::size_t> tcp_socket::send_some(std::string_view bytes)
{
    if (tls_) return send_sealed(bytes);
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    return errno == EAGAIN ? std::optional<std::size_t>{0} : std::nullopt;
}

std::optional<std::size_t> tcp_socket::send_sealed(std::string_view bytes)
{
    std::size_t sent = 0;
    ERR_clear_error();
    const auto result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent);
    if (result == 1) return sent;
    return SSL_get_error(tls_.get(), result) == SSL_ERROR_WANT_WRITE ? std::optional<std::size_t>{0} : std::nullopt;
}

read_result tcp_socket::read(std::string& into)
{
    std::array<char, 64 * 1024> buffer;
    std::size_t count = 0;
    const auto result = read(buffer, count);
    into.append(buffer.data(), count);
    return result;
}

read_result tcp_socket::read(std::span<char> into, std::size_t& count)
{
    if (tls_) return read_sealed(into, count);
    const ssize_t got = ::recv(descriptor_, into.data(), into.size(), 0);
    count = got > 0 ? static_cast<std::size_t>(got) : 0;
    if (got == 0) return read_result::ended;
    if (got < 0) return errno == EAGAIN ? read_result::nothing : read_result::cut;
    return read_result::some;
}

// OpenSSL reads no further than one record, so what has not been read yet makes the descriptor readable.
read_result tcp_socket::read_sealed(std::span<char> into, std::size_t& count)
{
    ERR_clear_error();
    const auto result = SSL_read_ex(tls_.get(), into.data(), into.size(), &count);
    if (result == 1) return read_result::some;
    const auto reason = SSL_get_error(tls_.get(), result);
    if (reason == SSL_ERROR_WANT_READ) return read_result::nothing;
    return reason == SSL_ERROR_ZERO_RETURN ? read_result::ended : read_result::cut;
}

bool tcp_socket::wait_readable(milliseconds timeout) const
{
    return wait_for(descriptor_, POLLIN, std::max(timeout, milliseconds{0}));
}

void tcp_socket::cut()
{
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(descriptor_, -1));
}

} // namespace chorus::testing
