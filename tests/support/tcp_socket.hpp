// tcp_socket.hpp — one client-side TCP connection for tests and load generators, plain or with TLS, without the
// library.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct ssl_st; // OpenSSL's own

namespace chorus::testing {

using milliseconds = std::chrono::milliseconds;

// What a test can say about its end of the connection.
struct connect_options
{
    std::uint16_t port = 0;
    std::string source = {}; // local address to come from; empty: the system chooses
    int receive_buffer = 0;  // bytes, set before connecting; 0: the system's default
    int largest_segment = 0; // bytes; a small one keeps the peer's send buffer small as well. 0: the system's default
    bool tls = false;        // whoever the server says it is
};

enum class read_result { some, nothing, ended, cut };

// Owner of one non-blocking descriptor connected to 127.0.0.1. One thread at a time. Failures to connect throw
// std::system_error; later ones are answers, since the tests are about how connections end.
class tcp_socket
{
public:
    explicit tcp_socket(const connect_options& options);
    tcp_socket(tcp_socket&& other) noexcept;
    tcp_socket& operator=(tcp_socket&& other) noexcept;
    ~tcp_socket();

    int descriptor() const { return descriptor_; }

    // Sends all of it, waiting while the peer does not read; false when the peer is gone or ten seconds have passed.
    bool send(std::string_view bytes);

    // Sends what the kernel takes now and answers how much that was; nothing when the peer is gone.
    std::optional<std::size_t> send_some(std::string_view bytes);

    // Takes one read's worth of what has come, and appends it; or puts it into `into` and says how much it was.
    read_result read(std::string& into);
    read_result read(std::span<char> into, std::size_t& count);

    bool wait_readable(milliseconds timeout) const;

    // Ends with RST: whatever is on its way in either direction is lost.
    void cut();

private:
    void start_tls();
    std::optional<std::size_t> send_sealed(std::string_view bytes);
    read_result read_sealed(std::span<char> into, std::size_t& count);

    int descriptor_ = -1;
    std::shared_ptr<ssl_st> tls_; // with TLS; nobody shares it
};

} // namespace chorus::testing
