// base64url.hpp — the alphabet of tokens: base64 that is safe in a URL, without padding, beside the plain one (RFC
// 4648, 4 and 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chorus {

// The plain alphabet, with padding and in one line. Nothing for any other text.
std::optional<std::string> decode_base64(std::string_view text);

// Nothing for any other character, padding included, or for a length that no bytes encode to.
std::optional<std::string> decode_base64url(std::string_view text);

} // namespace chorus
