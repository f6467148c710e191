// trusted_proxies.hpp — whose word counts about where a client comes from, and what it comes to.
#pragma once

#include <chorus/wire/head.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chorus {

// A range of IP addresses: "10.0.0.0/8", "2001:db8::/32", or one address alone.
class address_range
{
public:
    // Nothing for any other spelling, such as one with bits set behind the prefix.
    static std::optional<address_range> parse(std::string_view text);

    bool holds(std::string_view address) const; // an IPv4 address is the same in IPv6 clothes

private:
    using bytes = std::array<unsigned char, 16>; // an IPv4 address is mapped into IPv6

    static std::optional<bytes> bytes_of(std::string_view address);

    bytes first_{};
    unsigned prefix_ = 128;
};

// Fixed before the server runs, then only read.
class trusted_proxies
{
public:
    // A range, or "unix": whoever comes through a Unix socket. False: neither.
    bool add(std::string_view text);

    bool trusts(std::string_view peer) const;

    // Who has sent a request that came from `peer`. Each proxy adds the address it was called from behind
    // X-Forwarded-For, so that field is read from its end, and the first that is not one of ours is the client: what
    // stands before may be made up. An entry that is no address ends the search at the proxy that wrote it.
    std::string client(std::string_view peer, const http_head& head) const;

private:
    std::vector<address_range> ranges_;
    bool unix_ = false;
};

} // namespace chorus
