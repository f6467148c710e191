// from_go_pitfalls_test.cpp — Each mistake of docs/from-go.md fails here as the page says, and what it advises does
// not.
#include "docs/from_go_pitfalls.cpp"

#include "support/coroutine_test.hpp"
#include "support/hearing.hpp"

#include <memory>

using chorus::make_memory_pair;
using chorus::memory_transport;
using chorus::test::hearing;
using chorus::test::joined;
using chorus::test::test_shard;

namespace {

const std::string ada = "Milk and sugar?", bo = "Only lemon, please.";

struct line
{
    explicit line(std::size_t capacity = 64 * 1024) : ends(make_memory_pair(capacity)) {}

    memory_transport& server() { return *ends.first; }
    memory_transport& client() { return *ends.second; }
    std::string heard() { return joined(ears.heard()); }

    memory_transport::pair ends;
    hearing ears{*ends.second};
};

// What the client's end of a connection finds when it reads: "open", while its server is there.
std::string state_of(memory_transport& client)
{
    std::array<char, 512> buffer;
    chorus::error_code error;
    while (client.read_some(buffer, error) > 0) {
    }
    return error == boost::asio::error::would_block ? "open" : "ended";
}

void send(memory_transport& from, std::string_view bytes)
{
    chorus::error_code error;
    const auto buffer = boost::asio::buffer(bytes.data(), bytes.size());
    from.write_some({&buffer, 1}, error);
}

// Three members, the second of whom stops reading; a buffer of the kernel holds about two messages.
struct room
{
    room() { lines[1].client().stall(); }

    test_shard here;
    std::array<line, 3> lines{line{64}, line{64}, line{64}};
    chorus::scope running{here.shard.get_executor()};
};

} // namespace

BOOST_AUTO_TEST_SUITE(docs_from_go_pitfalls)

BOOST_AUTO_TEST_CASE(two_writers_tear_each_others_frames)
{
    test_shard here;
    line to_client;
    to_client.server().move_at_most(4);
    chorus::scope running{here.shard.get_executor()};
    say_at_once(running, to_client.server(), ada);
    say_at_once(running, to_client.server(), bo);
    here.shard.poll();
    BOOST_TEST(running.size() == 0U);
    BOOST_TEST(to_client.client().waiting().size() == frame_of(ada).size() + frame_of(bo).size(), "every byte came");
    BOOST_TEST(to_client.client().waiting().substr(0, 8) == frame_of(ada).substr(0, 4) + frame_of(bo).substr(0, 4));
    const auto heard = to_client.heard();
    BOOST_TEST(heard.starts_with("error 1007"), heard);
}

BOOST_AUTO_TEST_CASE(one_writer_sends_whole_frames_in_the_order_they_were_said)
{
    test_shard here;
    line to_client;
    to_client.server().move_at_most(4);
    chorus::channel<std::string> outgoing{8};
    chorus::scope running{here.shard.get_executor()};
    running.spawn(write_loop(to_client.server(), outgoing, here.clock));
    BOOST_TEST((say_in_turn(outgoing, ada) == chorus::sent::queued));
    BOOST_TEST((say_in_turn(outgoing, bo) == chorus::sent::queued));
    outgoing.close();
    here.shard.poll();
    BOOST_TEST(running.size() == 0U);
    BOOST_TEST(to_client.heard() == ada + "; " + bo);
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_nobody_owns_outlives_its_client_by_a_day)
{
    test_shard here;
    line vanishing;
    serve_and_forget(here.shard, std::move(vanishing.ends.first));
    send(vanishing.client(), "hello");
    here.shard.poll();
    BOOST_TEST(vanishing.client().waiting() == "hello");

    here.clock.advance(24h); // its machine has lost power: no byte and no end ever comes
    here.shard.poll();
    BOOST_TEST(state_of(vanishing.client()) == "open");
}

BOOST_AUTO_TEST_CASE(a_coroutine_with_an_owner_and_a_deadline_ends_a_minute_after_its_client)
{
    test_shard here;
    line vanishing;
    chorus::scope running{here.shard.get_executor()};
    serve(running, std::move(vanishing.ends.first), here.clock);
    send(vanishing.client(), "hello");
    here.shard.poll();
    BOOST_TEST(vanishing.client().waiting() == "hello");

    here.clock.advance(59s);
    here.shard.poll();
    BOOST_TEST(state_of(vanishing.client()) == "open");
    BOOST_TEST(running.size() == 1U, "its owner knows");

    here.clock.advance(1s);
    here.shard.poll();
    BOOST_TEST(state_of(vanishing.client()) == "ended");
    BOOST_TEST(running.size() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_broadcast_that_waits_is_stopped_by_one_who_does_not_read, room)
{
    const std::vector<chorus::transport*> members{&lines[0].server(), &lines[1].server(), &lines[2].server()};
    running.spawn(broadcast_and_wait(members, ada));
    here.shard.poll();
    here.clock.advance(24h);
    here.shard.poll();
    BOOST_TEST(running.size() == 1U, "it still waits");
    BOOST_TEST(lines[0].heard() == ada);
    BOOST_TEST(lines[2].heard() == "", "who stands behind the slow one hears nothing");

    lines[1].client().stall(false);
    here.shard.poll();
    BOOST_TEST(lines[2].heard() == ada);
    BOOST_TEST(running.size() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_bounded_broadcast_closes_one_who_does_not_read_and_the_others_hear_all, room)
{
    std::array<outgoing_messages, 3> queues{outgoing_messages{4}, outgoing_messages{4}, outgoing_messages{4}};
    std::vector<outgoing_messages*> members;
    for (std::size_t each = 0; each < lines.size(); ++each) {
        members.push_back(&queues[each]);
        running.spawn(write_loop(lines[each].server(), queues[each], here.clock));
    }
    for (int said = 1; said <= 10; ++said) {
        broadcast_or_close(members, std::to_string(said));
        here.shard.poll();
        BOOST_TEST(lines[0].heard() == std::to_string(said));
        BOOST_TEST(lines[2].heard() == std::to_string(said));
    }
    BOOST_TEST(members.size() == 2U, "the slow one is no member any more");

    here.clock.advance(write_wait);
    here.shard.poll();
    BOOST_TEST(running.size() == 2U, "and its connection is cut");
    BOOST_TEST(!lines[1].server().is_open());

    queues[0].close();
    queues[2].close();
    here.shard.poll();
    BOOST_TEST(running.size() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
