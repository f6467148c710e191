// tcp_socket.hpp — one client-side TCP connection for tests and load generators, without the library and without Asio.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chorus::testing {

using milliseconds = std::chrono::milliseconds;

// What a test can say about its end of the connection.
struct connect_options
{
    std::uint16_t port = 0;
    std::string source = {}; // local address to come from; empty: the system chooses
    int receive_buffer = 0;  // bytes, set before connecting; 0: the system's default
    int largest_segment = 0; // bytes; a small one keeps the peer's send buffer small as well. 0: the system's default
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

    // Takes one read's worth of what has come and appends it.
    read_result read(std::string& into);

    bool wait_readable(milliseconds timeout) const;

    // Ends with RST: whatever is on its way in either direction is lost.
    void cut();

private:
    int descriptor_ = -1;
};

} // namespace chorus::testing
