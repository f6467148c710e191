// origin.hpp — tells whether a page may open a WebSocket here, by the Origin its browser sends (RFC 6454).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chorus {

// Views into the text it was read from.
struct web_origin
{
    std::string_view scheme; // in any case: "http", "https", or that of an app's or extension's pages
    std::string_view host;   // with its brackets if it is an IPv6 address
    std::uint16_t port = 0;  // the scheme's own when none is written; 0 if it has none
};

// Nothing for whatever is not exactly scheme://host[:port]: "null", "", a path, a user name.
std::optional<web_origin> parse_origin(std::string_view text);

// `host` is the request's Host field; the scheme must be http or https. One without a port means the default port of
// the origin's scheme: behind a proxy that ends TLS we cannot know better.
bool is_same_host(const web_origin& origin, std::string_view host);

// What an operator allows: scheme://host[:port], where a host that begins with "*." stands for all below it, however
// many labels deep, but not for itself.
class origin_pattern
{
public:
    // Nothing for any other spelling: a bare "*" would allow every page there is.
    static std::optional<origin_pattern> parse(std::string_view text);

    bool matches(const web_origin& origin) const;

private:
    std::string scheme_, host_; // the host without its "*."
    std::uint16_t port_ = 0;
    bool below_ = false; // it began with "*."
};

} // namespace chorus
