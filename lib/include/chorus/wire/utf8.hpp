// utf8.hpp — Checks UTF-8 as it arrives and refuses it at the first wrong byte.
#pragma once
#include <cstdint>
#include <string_view>

namespace chorus {

// Fed a text in pieces of any size. Overlong forms, surrogates and code points above U+10FFFF are wrong (RFC 3629).
class utf8_validator
{
public:
    // False when these bytes cannot be part of a text, whatever follows; the validator is then of no further use.
    bool feed(std::string_view bytes);

    // Whether the text may end here, which it may not inside a character.
    bool complete() const { return needed_ == 0; }

private:
    bool begin_character(std::uint8_t first);
    bool continue_character(std::uint8_t byte);

    std::uint8_t needed_ = 0; // bytes until the character ends
    std::uint8_t low_ = 0;    // the next byte lies between these two
    std::uint8_t high_ = 0;
};

bool is_utf8(std::string_view text);

// Whether a character stands in the text, which is UTF-8, that is no part of a name in one line: a control character
// (C0, DEL, C1), a line or paragraph separator, or one that turns the direction of what follows (Bidi_Control).
bool has_control(std::string_view text);

// The longest beginning of `text` that has at most `size` bytes and does not cut a character.
std::string_view utf8_prefix(std::string_view text, std::size_t size);

} // namespace chorus
