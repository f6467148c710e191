// http_client.hpp — plain HTTP requests for tests: bytes out, everything the server says back.
#pragma once

#include "support/tcp_socket.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chorus::testing {

// Everything the peer sends until it ends the connection; nothing when it does not within `timeout`.
inline std::optional<std::string> read_to_end(tcp_socket& socket, milliseconds timeout)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    std::string answer;
    for (;;) {
        const read_result result = socket.read(answer);
        if (result == read_result::ended || result == read_result::cut) return answer;
        const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return std::nullopt;
        socket.wait_readable(left);
    }
}

// The whole answer, head and body, to a request of its own connection; empty when there is none.
inline std::string http_request(std::uint16_t port, std::string_view request)
{
    tcp_socket socket{{.port = port}};
    socket.send(request);
    return read_to_end(socket, milliseconds{10'000}).value_or("");
}

inline std::string http_get(std::uint16_t port, std::string_view target)
{
    return http_request(port,
                        "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
}

} // namespace chorus::testing
