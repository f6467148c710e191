// echo_client.cpp — A client that connects again and again, and sends back whatever it hears.
//
//   chorus_echo_client PORT OFFERS     OFFERS is one of the names below
#include <chorus/client.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <map>
#include <string_view>
#include <vector>

namespace {

using namespace chorus;

using offer_list = std::vector<deflate_offer>;

constexpr deflate_offer any{}, whole_window{{}, false}, no_context{{true, true}}, smallest{{true, true, 9, 9}};

const std::map<std::string_view, offer_list> offers{{"none", {}},
                                                    {"any", {any}},
                                                    {"whole_window", {whole_window}},
                                                    {"smallest", {smallest}},
                                                    {"several", {smallest, no_context, any}}};

constexpr auto without_limit = std::numeric_limits<std::size_t>::max();
constexpr websocket_limits no_limits{.parsing = {.max_message = 0, .max_fragments = 0}};

task<> send_back(websocket*& socket)
{
    for (;;) {
        auto heard = co_await socket->read();
        if (!heard) co_return;
        socket->send({.op = heard->op, .payload = std::move(heard->payload)});
    }
}

task<> echo(shard& where, opened connection)
{
    websocket* here = nullptr;
    send_queue queue{{.messages = without_limit, .bytes = without_limit}};
    websocket socket(where, std::move(connection), queue, no_limits);
    here = &socket;
    co_await socket.run(send_back(here));
}

task<> connect_again_and_again(shard& where, std::uint16_t port, offer_list asked)
{
    tcp_dialler network(where);
    opener door(where, network);
    for (;;) {
        approach how;
        how.to.where = {.host = "127.0.0.1", .port = port, .path = {}};
        how.deflate = asked;
        auto came_to = co_await door.open(how);
        if (auto* const connection = std::get_if<opened>(&came_to)) {
            co_await echo(where, std::move(*connection));
            continue;
        }
        const auto& no = std::get<refusal>(came_to);
        if (no.reason == "cannot_connect") co_return; // nobody listens any more
        std::cout << "refused: " << no.reason << std::endl;
    }
}

} // namespace

int main(int count, char** words)
{
    const auto port = static_cast<std::uint16_t>(count == 3 ? std::atoi(words[1]) : 0);
    if (port == 0 || !offers.contains(words[2])) return std::cerr << "usage: chorus_echo_client PORT OFFERS\n", 2;
    shard here(0);
    run(here, connect_again_and_again(here, port, offers.at(words[2])));
}
