// heads.cpp — Connections that never become a session: half-open, too many, garbage, gone again.
#include "attacks/attacks.hpp"

#include <algorithm>
#include <random>

namespace chorus::attacks {

namespace {

constexpr auto handshake_deadline = 10s; // the time a client has to complete its request head
constexpr auto grace = 5s;
constexpr std::size_t per_address = 256;

enum habit { silent, halting, dribbling, habits };

std::vector<tcp_socket> open_half(target& whom)
{
    std::vector<tcp_socket> halves;
    for (std::size_t i = 0; i < whom.size(); ++i) {
        halves.emplace_back(whom.from(i));
        if (i % habits != silent) halves.back().send("GET /ws HTTP/1.1\r\nHost: local");
    }
    return halves;
}

// A byte a second each, until the first of all is ended by the server.
void dribble(std::vector<tcp_socket>& halves, steady::time_point until)
{
    while (!halves.front().wait_readable(1s) && steady::now() < until)
        for (std::size_t i = dribbling; i < halves.size(); i += habits)
            halves[i].send("x");
}

// The status, "ended" or "nothing"; the connection may stay.
std::string status_line(tcp_socket& socket)
{
    std::string answer;
    while (answer.size() < 12) {
        if (!socket.wait_readable(answer_patience)) return "nothing";
        if (socket.read(answer) != testing::read_result::some) return "ended";
    }
    return answer.substr(9, 3);
}

// What a newcomer finds who joins that room under that name: itself alone, once those before it are really gone.
bool finds_nobody(target& whom, const std::string& name, std::string_view room)
{
    const auto until = steady::now() + answer_patience;
    while (steady::now() < until) {
        ws_client newcomer{whom.from(whom.size()), "/ws?name=" + name};
        newcomer.send_text(scale::join(room));
        const auto joined = newcomer.receive(answer_patience);
        if (!joined) return false;
        if (joined->payload.find("\"members\":[\"" + name + "\"],\"member_count\":1") != std::string::npos) return true;
    }
    return false;
}

std::string random_bytes(std::mt19937& random, std::size_t count)
{
    std::string bytes(count, '\0');
    std::ranges::generate(bytes, [&] { return static_cast<char>(random()); });
    return bytes;
}

} // namespace

// A third sends nothing, a third stops in the middle of its head, a third sends a byte a second. None may stay.
void half_open_heads(target& whom)
{
    const auto begin = steady::now();
    auto halves = open_half(whom);
    whom.let_newcomers_in();
    dribble(halves, begin + handshake_deadline + grace);
    whom.check(steady::now() > begin + handshake_deadline - 1s, "ended before the deadline");
    for (std::size_t i = 0; i < halves.size(); ++i) {
        const auto left = std::chrono::ceil<milliseconds>(begin + handshake_deadline + grace - steady::now());
        const std::string answer = http_answer(halves[i], std::max(left, milliseconds{1}));
        if (i % habits == silent)
            whom.expect(answer, {"ended"}, "a connection without a word");
        else
            whom.expect(answer, {"408"}, "half a head");
    }
}

// Who has its share is told 429, at first; when too many wait for that answer they are cut without.
void many_from_one_address(target& whom)
{
    std::vector<tcp_socket> all;
    std::size_t in = 0;
    for (std::size_t i = 0; i < whom.size(); ++i) {
        all.emplace_back(whom.from(0));
        all.back().send(testing::upgrade_request("/ws"));
    }
    for (tcp_socket& each : all) {
        const std::string answer = status_line(each);
        whom.expect(answer, {"101", "429", "ended"}, "one of many connections");
        if (answer == "101") ++in;
    }
    // The places of those before may be free only a moment later, when this is repeated.
    whom.check(in <= per_address && in >= per_address / 2, std::to_string(in) + " of one address came in");
    whom.let_newcomers_in();
}

void garbage_heads(target& whom)
{
    std::mt19937 random{4};
    for (std::size_t i = 0; i < whom.size(); ++i) {
        const std::string garbage = random_bytes(random, 1 + random() % 2000) + "\r\n\r\n";
        whom.expect(answer_to_request(whom, garbage), {"400", "ended"}, garbage);
    }
}

// As fast as it goes: before a word, in the middle of the head, behind it, behind a message; by RST or by FIN.
void come_and_go(target& whom)
{
    const std::string request = testing::upgrade_request("/ws?name=passer-by");
    const std::string message = testing::client_frame(1, scale::join("gone"));
    const std::string pieces[] = {"", request.substr(0, 40), request, request + message};
    for (std::size_t i = 0; i < whom.size(); ++i) {
        tcp_socket socket{whom.from(i % 5000)};
        socket.send(pieces[i % 4]);
        if (i % 8 < 4) socket.cut();
    }
    whom.told("nothing", whom.size());
    whom.let_newcomers_in();
    whom.check(finds_nobody(whom, "passer-by", "gone"), "somebody who has gone is still in the room, or has its name");
}

} // namespace chorus::attacks
