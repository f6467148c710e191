// echo_client.cpp — A client made of the library's codec: connects again and again, and sends back whatever it hears.
#include "support/tcp_socket.hpp"

#include <chorus/wire/close_frame.hpp>
#include <chorus/wire/frame.hpp>
#include <chorus/wire/handshake.hpp>
#include <chorus/wire/parser.hpp>

#include <cstdlib>
#include <iostream>
#include <random>
#include <system_error>

namespace {

using namespace chorus;
using testing::read_result;
using testing::tcp_socket;

constexpr testing::milliseconds patience{20'000};

// False when the server has hung up, or says nothing any more.
bool read(tcp_socket& from, std::string& into)
{
    while (from.wait_readable(patience))
        if (const auto got = from.read(into); got != read_result::nothing) return got == read_result::some;
    return false;
}

bool refused(std::string_view reason)
{
    std::cout << "refused: " << reason << std::endl;
    return false;
}

// Leaves in `bytes` what came behind the answer.
bool shake_hands(tcp_socket& socket, std::string& bytes)
{
    const auto key = make_key();
    socket.send(upgrade_request("localhost", "/", key));
    response_reader answer;
    std::span<const char> in;
    while (in.empty()) {
        bytes.clear();
        if (!read(socket, bytes)) return refused("no_answer");
        in = bytes;
        const auto state = answer.feed(in);
        if (state == head_collector::state::refused) return refused(answer.why().reason);
        if (state == head_collector::state::complete) break;
    }
    bytes.assign(in.begin(), in.end());
    const auto agreed = check_upgrade_response(answer.take(), key);
    const auto* no = std::get_if<refusal>(&agreed);
    return no ? refused(no->reason) : true;
}

void append(std::string& out, opcode op, std::string_view payload)
{
    static std::random_device random;
    append_masked_frame(out, op, payload, random());
}

// False after the last thing that is to be said.
bool answer(std::string& out, const parser::event& heard)
{
    switch (heard.what) {
    case parser::kind::message: append(out, heard.op, heard.payload); return true;
    case parser::kind::ping: append(out, opcode::pong, heard.payload); return true;
    case parser::kind::close: append(out, opcode::close, close_payload(heard.code)); return false;
    case parser::kind::error: append(out, opcode::close, close_payload(heard.code, heard.why)); return false;
    default: return true;
    }
}

// The server hangs up first (RFC 6455, 7.1.1).
void converse(tcp_socket& socket, std::string bytes)
{
    parser hearing{role::client, {.max_message = 0, .max_fragments = 0}};
    bool going_on = true;
    do {
        std::string out;
        std::span<char> in{bytes};
        for (auto heard = hearing.next(in); going_on && heard.what != parser::kind::need_more; heard = hearing.next(in))
            going_on = answer(out, heard);
        socket.send(out);
        bytes.clear();
    } while (read(socket, bytes));
}

} // namespace

int main(int count, char** words)
{
    const auto port = static_cast<std::uint16_t>(count == 2 ? std::atoi(words[1]) : 0);
    if (port == 0) return std::cerr << "usage: chorus_echo_client PORT\n", 2;
    for (;;) {
        try {
            tcp_socket socket{{.port = port}};
            if (std::string early; shake_hands(socket, early)) converse(socket, std::move(early));
        } catch (const std::system_error&) {
            return 0; // nobody listens any more
        }
    }
}
