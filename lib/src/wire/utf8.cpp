// utf8.cpp — The table of well-formed byte sequences (Unicode, table 3-7), and a fast way past ASCII.
#include <chorus/wire/utf8.hpp>

#include <cstring>
#include <utility>

namespace chorus {
namespace {

constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;

std::uint64_t load_word(const char* at)
{
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

// Past all ASCII at the front, in strides: most chat is nothing else.
const char* skip_ascii(const char* at, const char* end)
{
    while (end - at >= 32) {
        const auto together = load_word(at) | load_word(at + 8) | load_word(at + 16) | load_word(at + 24);
        if (together & high_bits) break;
        at += 32;
    }
    while (end - at >= 8 && (load_word(at) & high_bits) == 0)
        at += 8;
    while (at != end && static_cast<std::uint8_t>(*at) < 0x80)
        ++at;
    return at;
}

// C1, U+061C, U+200E and U+200F, U+2028 to U+202E, U+2066 to U+2069: by the last of their two or three bytes.
bool ends_control(std::uint8_t first, std::uint8_t second, std::uint8_t last)
{
    if (second == 0xC2) return last < 0xA0;
    if (second == 0xD8) return last == 0x9C;
    if (first != 0xE2) return false;
    if (second == 0x80) return last == 0x8E || last == 0x8F || (last >= 0xA8 && last <= 0xAE);
    return second == 0x81 && last >= 0xA6 && last <= 0xA9;
}

} // namespace

// Works on a copy of itself, which the compiler keeps in registers.
bool utf8_validator::feed(std::string_view bytes)
{
    auto state = *this;
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    while (at != end) {
        const auto byte = static_cast<std::uint8_t>(*at);
        if (state.needed_ == 0 && byte < 0x80) {
            at = skip_ascii(at, end);
            continue;
        }
        if (!(state.needed_ == 0 ? state.begin_character(byte) : state.continue_character(byte))) return false;
        ++at;
    }
    *this = state;
    return true;
}

// The first byte tells how many follow. It also narrows the second where the full range would allow an overlong form
// (E0, F0), a surrogate (ED) or a code point above U+10FFFF (F4).
inline bool utf8_validator::begin_character(std::uint8_t first)
{
    if (first < 0xC2 || first > 0xF4) return false;
    needed_ = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    low_ = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    high_ = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    return true;
}

inline bool utf8_validator::continue_character(std::uint8_t byte)
{
    if (byte < low_ || byte > high_) return false;
    low_ = 0x80;
    high_ = 0xBF;
    --needed_;
    return true;
}

bool is_utf8(std::string_view text)
{
    utf8_validator validator;
    return validator.feed(text) && validator.complete();
}

bool has_control(std::string_view text)
{
    std::uint8_t first = 0, second = 0;
    for (const auto each : text) {
        const auto byte = static_cast<std::uint8_t>(each);
        if (byte < 0x20 || byte == 0x7F || ends_control(first, second, byte)) return true;
        first = std::exchange(second, byte);
    }
    return false;
}

std::string_view utf8_prefix(std::string_view text, std::size_t size)
{
    if (text.size() <= size) return text;
    const auto continues = [&](std::size_t at) { return (static_cast<std::uint8_t>(text[at]) & 0xC0) == 0x80; };
    while (size > 0 && continues(size))
        --size;
    return text.substr(0, size);
}

} // namespace chorus
