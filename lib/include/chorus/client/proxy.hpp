// proxy.hpp — An HTTP proxy that a connection may go through (RFC 9110, 9.3.6), read from its spelling.
#pragma once

#include <chorus/net/address.hpp>
#include <chorus/wire/fault.hpp>

#include <string>
#include <string_view>

namespace chorus {

struct proxy
{
    address where;
    std::string authorization = {}; // of Proxy-Authorization; empty: none

    bool operator==(const proxy&) const = default;
};

// http://[user:password@]host[:port], the port being 80 where none is said. Fault `bad_proxy`, which repeats no
// password. Other kinds of proxies (https, socks) are refused.
result<proxy> read_proxy(std::string_view spelling);

// The head that asks `through` for a tunnel.
std::string connect_request(const address& to, const proxy& through);

} // namespace chorus
