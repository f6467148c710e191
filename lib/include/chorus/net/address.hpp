// address.hpp — where a server listens, read from its spelling: HOST:PORT, [::1]:8080, unix:/path or systemd.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chorus {

// Either a host and a port (0: the system picks a free one), or the path of a Unix socket, or neither: the socket that
// systemd has opened.
struct address
{
    std::string host; // a name or a number, without brackets; empty for a Unix socket
    std::uint16_t port = 0;
    std::string path; // empty unless a Unix socket
    bool inherited = false;

    bool is_unix() const { return !path.empty(); }
    bool operator==(const address&) const = default;
};

// Nothing when the spelling is wrong. Says nothing about whether the host exists: that takes a resolver.
std::optional<address> read_address(std::string_view spelling);

// The spelling back, brackets around an IPv6 host included.
std::string to_string(const address& where);

} // namespace chorus
