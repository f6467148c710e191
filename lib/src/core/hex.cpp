// hex.cpp — writes a number as the 16 hex digits by which sessions and epochs are known.
#include <chorus/core/hex.hpp>

namespace chorus {

std::string to_hex(std::uint64_t number)
{
    std::string text(16, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4)
        *digit = "0123456789abcdef"[number & 0xf];
    return text;
}

} // namespace chorus
