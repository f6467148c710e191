// echo_client.cpp — A client made of the library's codec: connects again and again, and sends back whatever it hears.
//
//   chorus_echo_client PORT OFFERS     OFFERS is one of the names below
#include "support/tcp_socket.hpp"

#include <chorus/wire/close_frame.hpp>
#include <chorus/wire/deflater.hpp>
#include <chorus/wire/frame.hpp>
#include <chorus/wire/handshake.hpp>
#include <chorus/wire/inflater.hpp>
#include <chorus/wire/parser.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <system_error>
#include <vector>

namespace {

using namespace chorus;
using testing::read_result;
using testing::tcp_socket;

constexpr testing::milliseconds patience{20'000};

using offer_list = std::vector<deflate_offer>;

constexpr deflate_offer any{}, whole_window{{}, false}, no_context{{true, true}}, smallest{{true, true, 9, 9}};

const std::map<std::string_view, offer_list> offers{{"none", {}},
                                                    {"any", {any}},
                                                    {"whole_window", {whole_window}},
                                                    {"smallest", {smallest}},
                                                    {"several", {smallest, no_context, any}}};

// What this end compresses and inflates with: each direction as the server has chosen.
struct codec
{
    explicit codec(const std::optional<deflate_parameters>& agreed)
    {
        if (!agreed) return;
        incoming.emplace(inflated, agreed->server_takeover(), agreed->server_window());
        outgoing.emplace(deflated, agreed->client_takeover(), agreed->client_window());
    }

    scratch_buffer inflated, deflated;
    std::optional<inflater> incoming;
    std::optional<deflater> outgoing;
};

// False when the server has hung up, or says nothing any more.
bool read(tcp_socket& from, std::string& into)
{
    while (from.wait_readable(patience))
        if (const auto got = from.read(into); got != read_result::nothing) return got == read_result::some;
    return false;
}

std::optional<upgrade> refused(std::string_view reason)
{
    std::cout << "refused: " << reason << std::endl;
    return {};
}

// Leaves in `bytes` what came behind the answer.
std::optional<upgrade> shake_hands(tcp_socket& socket, const offer_list& asked, std::string& bytes)
{
    const auto key = make_key();
    socket.send(upgrade_request("localhost", "/", key, {}, {}, asked));
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
    const auto agreed = check_upgrade_response(answer.take(), key, {}, asked);
    if (const auto* no = std::get_if<refusal>(&agreed)) return refused(no->reason);
    return std::get<upgrade>(agreed);
}

void append(std::string& out, opcode op, std::string_view payload, std::uint8_t reserved = 0)
{
    static std::random_device random;
    append_masked_frame(out, op, payload, random(), true, reserved);
}

void append_message(std::string& out, opcode op, std::string_view payload, std::optional<deflater>& with)
{
    const auto compressed = with ? with->deflate(payload) : std::nullopt;
    append(out, op, compressed.value_or(payload), compressed ? rsv1 : 0);
}

// False after the last thing that is to be said.
bool answer(std::string& out, const parser::event& heard, codec& with)
{
    switch (heard.what) {
    case parser::kind::message: append_message(out, heard.op, heard.payload, with.outgoing); return true;
    case parser::kind::ping: append(out, opcode::pong, heard.payload); return true;
    case parser::kind::close: append(out, opcode::close, close_payload(heard.code)); return false;
    case parser::kind::error: append(out, opcode::close, close_payload(heard.code, heard.why)); return false;
    default: return true;
    }
}

// The server hangs up first (RFC 6455, 7.1.1).
void converse(tcp_socket& socket, std::string bytes, codec& with)
{
    parser hearing{role::client, {.max_message = 0, .max_fragments = 0}, with.incoming ? &*with.incoming : nullptr};
    bool going_on = true;
    do {
        std::string out;
        std::span<char> in{bytes};
        for (auto heard = hearing.next(in); going_on && heard.what != parser::kind::need_more; heard = hearing.next(in))
            going_on = answer(out, heard, with);
        socket.send(out);
        bytes.clear();
    } while (read(socket, bytes));
}

void connect(std::uint16_t port, const offer_list& asked)
{
    tcp_socket socket{{.port = port}};
    std::string early;
    if (const auto agreed = shake_hands(socket, asked, early)) {
        codec with{agreed->deflate};
        converse(socket, std::move(early), with);
    }
}

} // namespace

int main(int count, char** words)
{
    const auto port = static_cast<std::uint16_t>(count == 3 ? std::atoi(words[1]) : 0);
    if (port == 0 || !offers.contains(words[2])) return std::cerr << "usage: chorus_echo_client PORT OFFERS\n", 2;
    for (;;) {
        try {
            connect(port, offers.at(words[2]));
        } catch (const std::system_error&) {
            return 0; // nobody listens any more
        }
    }
}
