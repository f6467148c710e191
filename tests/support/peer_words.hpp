// peer_words.hpp — what the two ends that tests play have in common: how they push bytes, and how they tell what they
// hear.
#pragma once

#include <chorus/net/transport.hpp>
#include <chorus/wire/parser.hpp>

#include <boost/asio/error.hpp>

#include <array>
#include <string>

namespace chorus::test {

// Writes what the transport takes, and forgets what nobody takes any more. Whether anything moved.
inline bool push_to(transport& to, std::string& unsent)
{
    bool moved = false;
    while (!unsent.empty()) {
        error_code error;
        const std::array<asio::const_buffer, 1> buffers{asio::buffer(unsent)};
        const auto written = to.write_some(buffers, error);
        unsent.erase(0, written);
        if (error && error != asio::error::would_block) unsent.clear();
        if (written == 0) break;
        moved = true;
    }
    return moved;
}

// "text hello", "binary x", "ping", "pong x", "close 1000 bye", "broken: why".
inline std::string in_words(const parser::event& what)
{
    const std::string payload(what.payload);
    switch (what.what) {
    case parser::kind::message: return (what.op == opcode::text ? "text " : "binary ") + payload;
    case parser::kind::ping: return "ping";
    case parser::kind::pong: return "pong " + payload;
    case parser::kind::error: return "broken: " + std::string(what.why);
    case parser::kind::close:
        return "close " + std::to_string(static_cast<unsigned>(what.code)) + (payload.empty() ? "" : " ") + payload;
    case parser::kind::need_more: break;
    }
    return {};
}

} // namespace chorus::test
