// slow_members_test.cpp — A thousand members in one room, ten of whom never read: the others notice nothing.
#include "scale/chat.hpp"
#include "support/crowd.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

namespace chorus::scale {

namespace {

constexpr std::size_t members = sanitized ? 250 : 1000; // beyond 200 a room tells no presence
constexpr std::size_t deaf = 10;
constexpr std::size_t messages = 1000;
constexpr std::size_t text_bytes = 1000;
constexpr std::size_t window = 64; // messages under way: well below the 256 that fit into a reader's outbox
constexpr std::string_view room = "crowded";

// What the server may grow by while ten outboxes are full: their bound of 256 messages, the room's history, and what
// an allocator keeps back.
constexpr std::size_t outbox_bound = deaf * 256 * (text_bytes + 256);
constexpr std::size_t history_bound = 256 * 1024;
constexpr std::size_t allocator_slack = 8 * 1024 * 1024;

// The deaf take a small window and small segments, or the kernel would swallow megabytes on their behalf.
testing::connect_options deaf_options(std::uint16_t port)
{
    return {.port = port, .receive_buffer = 4096, .largest_segment = 536};
}

class crowded_room
{
public:
    explicit crowded_room(std::uint16_t port) : clients_(members), received_(members)
    {
        for (std::size_t i = 0; i < deaf; ++i)
            clients_.connect_deaf(i, deaf_options(port));
        for (std::size_t i = deaf; i < members; ++i)
            clients_.connect(i, {.port = port});
    }

    // The deaf first, so that the last reader's answer counts them.
    bool everybody_joins()
    {
        std::size_t present = 0;
        for (std::size_t i = 0; i < members; ++i)
            clients_[i].send_text(join(room));
        const auto on_frame = [&](std::size_t, const testing::frame& frame) {
            const message said = read_message(frame.payload);
            if (said.type == "joined") present = std::max(present, number(said.payload, "member_count"));
        };
        const bool all = clients_.pump_until(20s, on_frame, [&] { return present == members; });
        while (clients_.pump(200ms, on_frame)) {
        }
        return all;
    }

    // The last member speaks; the next message goes out when the slowest reader is less than a window behind.
    bool everybody_hears_everything()
    {
        std::size_t sent = 0;
        const auto on_frame = [&](std::size_t who, const testing::frame& frame) { hear(who, frame); };
        return clients_.pump_until(60s, on_frame, [&] {
            const std::size_t heard = *std::min_element(received_.begin() + deaf, received_.end());
            while (sent < messages && sent < heard + window)
                clients_[members - 1].send_text(chat(room, numbered_text(sent++)));
            return heard == messages;
        });
    }

    // Reads what a deaf member was sent before the server gave it up; true when it ended as it should.
    bool is_given_up(std::size_t who)
    {
        testing::ws_client& client = clients_[who];
        std::size_t heard = 0;
        while (const auto frame = client.receive(10s)) {
            if (frame->is_close()) return frame->close_code() == 1013;
            const message said = read_message(frame->payload);
            if (said.type == "chat") require(number(said.payload, "offset") == ++heard, "a deaf member has a hole");
        }
        return client.was_cut() && heard < messages;
    }

private:
    static std::string numbered_text(std::size_t number)
    {
        std::string result = std::to_string(number) + " ";
        result.resize(text_bytes, '.');
        return result;
    }

    // The first who hears a message reads it; all others must hear the same bytes.
    void hear(std::size_t who, const testing::frame& frame)
    {
        require(frame.is_text(), "a reader was closed: " + std::string(frame.close_reason()));
        const std::size_t expected = received_[who]++;
        if (expected < heard_.size())
            return require(frame.payload == heard_[expected],
                           "a reader heard something else at " + std::to_string(expected));
        const message said = read_message(frame.payload);
        require(said.type == "chat", "a reader got a " + said.type);
        require(number(said.payload, "offset") == expected + 1, "a reader lost a message");
        require(text(said.payload, "text") == numbered_text(expected), "a text came out changed");
        heard_.emplace_back(frame.payload);
    }

    testing::crowd clients_;
    std::vector<std::size_t> received_;
    std::vector<std::string> heard_; // the bytes of each message, in the room's order
};

} // namespace

BOOST_AUTO_TEST_SUITE(scale_slow_members)

BOOST_AUTO_TEST_CASE(members_who_never_read_are_closed_and_the_others_hear_everything_in_order)
{
    const testing::program server = start_chat({});
    crowded_room crowd{server.port()};
    BOOST_REQUIRE(crowd.everybody_joins());
    const std::size_t before = testing::resident_bytes(server.id());

    BOOST_TEST(crowd.everybody_hears_everything());
    for (std::size_t i = 0; i < deaf; ++i)
        BOOST_TEST(crowd.is_given_up(i), "deaf member " << i << " was neither closed with 1013 nor cut");

    const std::size_t peak = testing::peak_resident_bytes(server.id());
    BOOST_TEST_MESSAGE("resident: " << before / 1024 << " KiB before, at most " << peak / 1024 << " KiB");
    if (!sanitized) BOOST_TEST(peak < before + outbox_bound + history_bound + allocator_slack);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus::scale
