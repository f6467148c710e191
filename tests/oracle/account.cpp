// account.cpp — Writes accounts for people who look at a difference.
#include "oracle/account.hpp"

#include <algorithm>

namespace chorus::oracle {
namespace {

constexpr std::size_t shown = 48; // bytes of a payload

std::string quoted(std::string_view bytes)
{
    std::string out;
    for (const char each : bytes.substr(0, shown)) {
        const bool plain = each >= 0x20 && each < 0x7f && each != '"' && each != '\\';
        const auto byte = static_cast<unsigned char>(each);
        constexpr auto digits = "0123456789abcdef";
        out += plain ? std::string{each} : std::string{'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
    return '"' + out + '"' + (bytes.size() > shown ? "… of " + std::to_string(bytes.size()) : "");
}

} // namespace

std::string to_string(const event& each)
{
    switch (each.what) {
    case heard::message: return (each.op == opcode::text ? "text " : "binary ") + quoted(each.payload);
    case heard::ping: return "ping " + quoted(each.payload);
    case heard::pong: return "pong " + quoted(each.payload);
    case heard::close: return "close " + std::to_string(each.code) + " " + quoted(each.payload);
    case heard::failure: return "fails with " + std::to_string(each.code) + ": " + each.why;
    case heard::nothing_more: return "nothing more";
    }
    return "?";
}

std::string to_hex_lines(std::string_view bytes)
{
    constexpr auto digits = "0123456789abcdef";
    constexpr std::size_t a_line = 32;
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        out += {digits[byte >> 4], digits[byte & 15], (i + 1) % a_line == 0 ? '\n' : ' '};
    }
    return out;
}

} // namespace chorus::oracle
