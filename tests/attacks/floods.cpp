// floods.cpp — What a client may do, but not that slowly, that often, or in that many pieces.
#include "attacks/attacks.hpp"

namespace chorus::attacks {

namespace {

using testing::client_frame;

constexpr std::size_t max_message = 512 * 1024;
constexpr std::size_t max_fragments = 131'072;
constexpr auto pause_between_dribbles = 400ms;
constexpr int dribbles = 175; // 70 s: a message may take a minute

std::vector<ws_client> connect_all(target& whom)
{
    std::vector<ws_client> all;
    for (std::size_t i = 0; i < whom.size(); ++i)
        all.emplace_back(whom.from(i));
    return all;
}

// A binary frame of `length` bytes of which only the first have come.
std::string unfinished(std::size_t length, std::size_t first)
{
    std::string whole = client_frame(2, std::string(length, 'a'));
    return whole.substr(0, whole.size() - length + first);
}

} // namespace

// Half of them spread one frame over time, half a message of many: each sends a byte now and then, so none is idle.
void dribbled_frames(target& whom)
{
    auto all = connect_all(whom);
    const std::string head = unfinished(1000, 1), begun = client_frame(1, "a", {.final = false});
    const std::string more = client_frame(0, "a", {.final = false});
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i].send_bytes(i % 2 == 0 ? head : begun);
    whom.let_newcomers_in();
    std::string first = "nothing";
    for (int turn = 0; first == "nothing" && turn < dribbles; ++turn) {
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i].send_bytes(i % 2 == 0 ? "a" : more);
        first = close_answer(all.front(), pause_between_dribbles);
    }
    whom.expect(first, {"1008"}, "the first dribbled message");
    for (std::size_t i = 1; i < all.size(); ++i)
        whom.expect(close_answer(all[i]), {"1008"}, "a dribbled message");
}

// All of a message but its last byte: what a client can make the server hold until the deadline of the message.
void unfinished_messages(target& whom)
{
    auto all = connect_all(whom);
    const std::string bytes = unfinished(max_message, max_message - 1);
    for (ws_client& each : all)
        each.send_bytes(bytes);
    whom.let_newcomers_in();
    whom.told("nothing", all.size());
}

void empty_fragments(target& whom)
{
    const std::string begun = client_frame(1, "", {.final = false}), more = client_frame(0, "", {.final = false});
    const std::string most = begun + repeated(more, max_fragments - 2);
    auto all = connect_all(whom);
    for (ws_client& each : all)
        each.send_bytes(most + more + more);
    for (ws_client& each : all)
        whom.expect(close_answer(each), {"1008"}, "131,073 empty fragments");

    ws_client just_legal{whom.from(0)};
    just_legal.send_bytes(most + client_frame(0, ""));
    whom.expect(next_answer(just_legal), {"invalid_json"}, "131,072 empty fragments");
}

// Twice as many as the burst of the limit, and not one pong is read before all are sent.
void pings_never_read(target& whom)
{
    const std::string pings = repeated(client_frame(9, std::string(125, 'p')), 2000);
    std::vector<ws_client> all;
    for (std::size_t i = 0; i < whom.size(); ++i) {
        testing::connect_options from = whom.from(i);
        from.receive_buffer = 4096; // a small window and small segments, or the kernel would swallow the pongs
        from.largest_segment = 536;
        all.emplace_back(from);
    }
    for (ws_client& each : all)
        each.send_bytes(pings);
    whom.let_newcomers_in();
    for (ws_client& each : all)
        whom.expect(close_answer(each), {"1008", "cut"}, "2,000 pings"); // cut: it read too late to hear the Close
    whom.check(whom.answers().contains("1008"), "pings are not rationed");
}

} // namespace chorus::attacks
