// parsing.hpp — Lets a test write frames as hex or as text and read what a parser tells as one line.
#pragma once
#include <chorus/wire/frame.hpp>
#include <chorus/wire/parser.hpp>

#include <algorithm>
#include <charconv>
#include <functional>
#include <string>
#include <string_view>

namespace chorus::test {

// "81 05 48 65" → four bytes.
inline std::string hex(std::string_view digits)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 3) {
        unsigned value = 0;
        std::from_chars(digits.data() + i, digits.data() + i + 2, value, 16);
        bytes.push_back(static_cast<char>(value));
    }
    return bytes;
}

// A frame as `sender` writes it.
inline std::string frame_from(role sender, opcode op, std::string_view payload, bool fin = true)
{
    std::string out;
    if (sender == role::client)
        append_masked_frame(out, op, payload, 0x9A3C'05E1, fin);
    else
        append_frame(out, op, payload, fin);
    return out;
}

inline std::string from_client(opcode op, std::string_view payload, bool fin = true)
{
    return frame_from(role::client, op, payload, fin);
}

// The first frame of a compressed message, or all of it.
inline std::string compressed_from(role sender, opcode op, std::string_view compressed, bool fin = true)
{
    std::string out;
    if (sender == role::client)
        append_masked_frame(out, op, compressed, 0x9A3C'05E1, fin, rsv1);
    else
        append_frame(out, op, compressed, fin, rsv1);
    return out;
}

// A Close from a client with any code at all.
inline std::string close_from_client(unsigned code, std::string_view reason = {})
{
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
    return from_client(opcode::close, payload.append(reason));
}

// "text Hello", "ping", "close 1000 bye", "error 1002 the opcode is reserved"
inline std::string describe(const parser::event& event)
{
    const auto with = [](std::string words, std::string_view more) {
        return more.empty() ? words : words + " " + std::string{more};
    };
    const auto code = " " + std::to_string(static_cast<unsigned>(event.code));
    switch (event.what) {
    case parser::kind::need_more: return "need more";
    case parser::kind::message: return with(event.op == opcode::text ? "text" : "binary", event.payload);
    case parser::kind::ping: return with("ping", event.payload);
    case parser::kind::pong: return with("pong", event.payload);
    case parser::kind::close: return with("close" + code, event.payload);
    case parser::kind::error: return with("error" + code, event.why);
    }
    return {};
}

// Everything a parser tells about `bytes`, one sentence after the other, up to the first error. They arrive in pieces
// of the sizes `next_size` names.
inline std::string told_in_pieces(parser& parser, std::string bytes, const std::function<std::size_t()>& next_size)
{
    std::string told;
    std::span<char> rest{bytes};
    while (!rest.empty()) {
        auto in = rest.first(std::min(next_size(), rest.size()));
        rest = rest.subspan(in.size());
        for (auto event = parser.next(in); event.what != parser::kind::need_more; event = parser.next(in)) {
            told += (told.empty() ? "" : "; ") + describe(event);
            if (event.what == parser::kind::error) return told;
        }
    }
    return told;
}

inline std::string told(parser& parser, std::string bytes)
{
    const std::size_t all = bytes.size();
    return told_in_pieces(parser, std::move(bytes), [all] { return all; });
}

// What a server is told when a client sends `bytes`.
inline std::string server_is_told(std::string bytes, parser_limits limits = {})
{
    parser server{role::server, limits};
    return told(server, std::move(bytes));
}

// What a client is told when a server sends `bytes`.
inline std::string client_is_told(std::string bytes, parser_limits limits = {})
{
    parser client{role::client, limits};
    return told(client, std::move(bytes));
}

} // namespace chorus::test
