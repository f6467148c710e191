// base64url.hpp — the alphabet of tokens: base64 that is safe in a URL, without padding (RFC 4648, 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chorus {

// Nothing for any other character, padding included, or for a length that no bytes encode to.
std::optional<std::string> decode_base64url(std::string_view text);

} // namespace chorus
