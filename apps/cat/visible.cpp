// visible.cpp — goes through a text character by character.
#include "visible.hpp"

#include <chorus/wire/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace chorus::app {
namespace {

constexpr std::size_t longest_character = 4, most_bytes_shown = 32;

// The whole character at the front; empty when there is none.
std::string_view first_character(std::string_view text)
{
    for (std::size_t size = 1; size <= std::min(longest_character, text.size()); ++size)
        if (is_utf8(text.substr(0, size))) return text.substr(0, size);
    return {};
}

// Of a character that is whole.
unsigned code_point(std::string_view character)
{
    const auto first = static_cast<std::uint8_t>(character[0]);
    unsigned value = character.size() == 1 ? first : first & (0x7Fu >> character.size());
    for (const char c : character.substr(1))
        value = value << 6 | (static_cast<std::uint8_t>(c) & 0x3Fu);
    return value;
}

void append_escaped(std::string& out, char kind, unsigned value)
{
    std::array<char, 16> text;
    const int size = std::snprintf(text.data(), text.size(), "\\%c{%x}", kind, value);
    out.append(text.data(), static_cast<std::size_t>(size));
}

void append_control(std::string& out, std::string_view character)
{
    if (character == "\n")
        out += "\\n";
    else if (character == "\t")
        out += "\\t";
    else
        append_escaped(out, 'u', code_point(character));
}

} // namespace

std::string visible(std::string_view text)
{
    if (is_utf8(text) && !has_control(text)) return std::string(text);
    std::string out;
    while (!text.empty()) {
        const auto character = first_character(text);
        if (character.empty())
            append_escaped(out, 'x', static_cast<std::uint8_t>(text[0]));
        else if (has_control(character))
            append_control(out, character);
        else
            out += character;
        text.remove_prefix(std::max<std::size_t>(1, character.size()));
    }
    return out;
}

std::string visible_bytes(std::string_view bytes)
{
    std::string out = std::to_string(bytes.size()) + (bytes.size() == 1 ? " byte:" : " bytes:");
    for (const char byte : bytes.substr(0, most_bytes_shown)) {
        std::array<char, 4> text;
        std::snprintf(text.data(), text.size(), " %02x", static_cast<unsigned>(static_cast<std::uint8_t>(byte)));
        out += text.data();
    }
    return bytes.size() > most_bytes_shown ? out + " …" : out;
}

} // namespace chorus::app
