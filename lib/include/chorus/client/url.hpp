// url.hpp — Where a WebSocket lives, read from its spelling: ws://host:port/path?query, wss://…, ws+unix:/socket:/path.
#pragma once

#include <chorus/net/address.hpp>
#include <chorus/wire/fault.hpp>

#include <string>
#include <string_view>

namespace chorus {

struct url
{
    address where;            // whom to connect to
    bool secure = false;      // wss
    std::string target = "/"; // path and query, as the request carries them

    bool operator==(const url&) const = default;
};

// Fault `bad_url`, in words. RFC 6455 section 3 allows no fragment; a user and password are refused as well, because
// URLs end up in logs: they belong into a field.
result<url> read_url(std::string_view spelling);

std::string to_string(const url& from);

// What the field Host says: the port only where it is not the scheme's own.
std::string host_field(const url& from);

// One more `name=value` in the query, percent-encoded.
void add_to_query(url& to, std::string_view name, std::string_view value);

} // namespace chorus
