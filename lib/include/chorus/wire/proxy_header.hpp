// proxy_header.hpp — what a proxy says of the client it speaks for: the PROXY protocol, version 2, in binary.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chorus {

// The specification of HAProxy, section 2.2. Read in two steps, since nothing behind the header may be taken with it:
// the fixed part says how much is to follow.
struct proxy_header
{
    static constexpr std::size_t fixed_size = 16;
    static constexpr std::size_t largest_rest =
        8192; // addresses are 216 bytes at most; the rest is room for TLVs, such as certificates

    // Of the 16 bytes that every header begins with: how many follow. Nothing: this is no such header, or too long.
    static std::optional<std::size_t> rest_size(std::string_view fixed);

    // Of the whole header: the client's address; empty when the proxy speaks for itself (LOCAL: a health check) or for
    // somebody without an IP address. Nothing: malformed.
    static std::optional<std::string> source(std::string_view whole);
};

} // namespace chorus
