// websocket_test.cpp — one connection from the client's end: messages both ways, goodbyes, and every deadline.
#include "support/socket_world.hpp"

#include <chorus/wire/deflater.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(client_websocket)

// --- messages --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(messages_go_both_ways_masked_on_ours)
{
    socket_world world;
    auto& socket = world.begin();
    socket.send_text("hello");
    socket.send({opcode::binary, std::string("\0\1", 2)});
    socket.send_text("");
    BOOST_TEST(world.server_heard() == "text hello | binary " + std::string("\0\1", 2) + " | text ");
    world.say(server_text("one") + server_frame(opcode::binary, "two") + server_text(""));
    BOOST_TEST(world.heard() == "text one | binary two | text ");
}

BOOST_AUTO_TEST_CASE(what_came_with_the_handshake_is_heard_first_whole_or_in_part)
{
    socket_world world;
    const auto bytes = server_text("one") + server_text("two");
    world.begin({}, bytes.substr(0, 7));
    world.say(bytes.substr(7));
    BOOST_TEST(world.heard() == "text one | text two");
}

BOOST_AUTO_TEST_CASE(fragments_are_one_message_and_a_ping_between_them_is_answered)
{
    socket_world world;
    world.begin();
    world.say(server_frame(opcode::text, "Gr\xC3", false));
    world.say(server_frame(opcode::ping, "are you there?"));
    BOOST_TEST(world.server_heard() == "pong are you there?");
    world.say(server_frame(opcode::continuation, "\xBC\xC3\x9F"
                                                 "e"));
    BOOST_TEST(world.heard() == "text Gr\xC3\xBC\xC3\x9F"
                                "e");
}

BOOST_AUTO_TEST_CASE(every_ping_is_answered_and_a_flood_that_takes_no_answers_costs_a_bounded_buffer)
{
    socket_world world;
    auto& socket = world.begin();
    world.say(server_frame(opcode::ping, "1") + server_frame(opcode::ping, "2") + server_frame(opcode::ping, ""));
    BOOST_TEST(world.server_heard() == "pong 1 | pong 2 | pong ");

    socket_world flooded{1000};
    flooded.server.reads = false;
    flooded.begin();
    std::string pings;
    for (int i = 0; i < 20'000; ++i)
        pings += server_frame(opcode::ping, std::string(100, 'x'));
    flooded.say(pings + server_text("through"));
    BOOST_TEST(flooded.heard() == "text through");
    flooded.server.reads = true;
    BOOST_TEST(flooded.server_heard().size() < 100'000U);
    BOOST_TEST(!socket.closing());
}

BOOST_AUTO_TEST_CASE(a_mebibyte_passes_in_both_directions_through_a_narrow_pipe)
{
    socket_world world{1000};
    world.limits.parsing.max_message = 2 << 20;
    const std::string large(1 << 20, 'x');
    world.begin().send_text(large);
    BOOST_TEST((world.server_heard() == "text " + large));
    world.say(server_text(large));
    BOOST_TEST((world.heard() == "text " + large));
}

BOOST_AUTO_TEST_CASE(messages_are_compressed_both_ways_where_that_is_agreed)
{
    socket_world world;
    world.server.expect_compressed(context_takeover::yes);
    upgrade agreed;
    agreed.deflate = deflate_parameters{};
    auto& socket = world.begin(agreed);
    const std::string text(500, 'x');
    socket.send_text(text);
    socket.send_text(text);
    BOOST_TEST(world.server_heard() == "text " + text + " | text " + text);

    scratch_buffer deflated;
    deflater of_server{deflated, context_takeover::yes};
    for (int i = 0; i < 2; ++i) {
        std::string bytes;
        append_frame(bytes, opcode::text, *of_server.deflate(text), true, rsv1);
        BOOST_TEST(bytes.size() < 30U);
        world.say(bytes);
    }
    BOOST_TEST(world.heard() == "text " + text + " | text " + text);
}

BOOST_AUTO_TEST_CASE(many_small_messages_are_one_write)
{
    socket_world world{100'000};
    world.server.reads = false;
    auto& socket = world.begin();
    for (int i = 0; i < 5; ++i)
        socket.send_text("message");
    BOOST_TEST(world.server.connection().waiting().empty(), "the write loop writes, later");
    world.settle();
    BOOST_TEST(world.server.connection().waiting().size() == 5U * (7 + 6));
}

BOOST_AUTO_TEST_CASE(the_bound_is_judged_only_on_what_the_kernel_does_not_take)
{
    socket_world world;
    auto& socket = world.begin();
    for (int i = 0; i < 300; ++i)
        BOOST_REQUIRE((socket.send_text("message") == send_answer::queued));

    socket_world narrow{10};
    narrow.server.reads = false;
    auto& other = narrow.begin();
    other.send_text("fills the pipe");
    narrow.settle();
    for (int i = 0; i < 8; ++i)
        BOOST_REQUIRE((other.send_text("message") == send_answer::queued));
    BOOST_TEST((other.send_text("message") == send_answer::dropped));
}

// --- goodbyes --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_servers_goodbye_is_answered_with_its_code_and_the_server_hangs_up_first)
{
    socket_world world;
    world.begin();
    world.say(server_close(close_code::going_away, "server shutting down"));
    BOOST_TEST(world.server_heard() == "close 1001");
    BOOST_TEST(world.outcome() == "runs");
    world.server.connection().close();
    world.settle();
    BOOST_TEST(world.outcome() == "closed_by_peer 1001 server shutting down (clean)");
}

BOOST_AUTO_TEST_CASE(what_was_sent_before_goodbye_was_heard_goes_out_before_it_is_answered)
{
    struct stories
    {
        static task<> answer_then_read_on(websocket*& socket)
        {
            const auto heard = co_await socket->read();
            if (heard) socket->send_text("answer to " + heard->payload);
            co_await socket->read();
        }
        static task<> live(shard& where, transport_ptr over, websocket*& here)
        {
            send_queue queue;
            websocket socket(where, opened{std::move(over), {}, {}}, queue);
            here = &socket;
            co_await socket.run(answer_then_read_on(here));
        }
    };
    for (const auto& end : {server_close(close_code::normal), std::string("\x83\x00", 2)}) {
        test_shard here;
        auto ends = make_memory_pair();
        far_end server{std::move(ends.second)};
        server.hear_no_handshake();
        websocket* socket = nullptr;
        scope running{here.shard.get_executor()};
        running.spawn(stories::live(here.shard, std::move(ends.first), socket));
        server.say(server_text("question") + end); // all of it is there at once
        here.shard.poll();
        server.listen();
        BOOST_TEST(server.heard().starts_with("text answer to question | close 100"));
        server.connection().close();
        here.shard.poll();
        BOOST_TEST(running.size() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_has_said_goodbye_and_does_not_hang_up_is_left)
{
    socket_world world;
    world.begin();
    world.say(server_close(close_code::normal));
    world.pass(4900ms);
    BOOST_TEST(world.outcome() == "runs");
    world.pass(100ms);
    BOOST_TEST(world.outcome() == "closed_by_peer 1000 (clean)");
}

BOOST_AUTO_TEST_CASE(our_goodbye_goes_out_behind_what_is_queued_and_nothing_behind_it)
{
    socket_world world;
    auto& socket = world.begin();
    socket.send_text("last");
    socket.close(close_code::normal, "bye");
    BOOST_TEST((socket.send_text("more") == send_answer::closed));
    socket.ping();
    BOOST_TEST(world.server_heard() == "ping | text last | close 1000 bye");
    world.say(server_text("still heard") + server_close(close_code::normal, "bye") + server_text("not heard"));
    BOOST_TEST(world.heard() == "text still heard");
    world.server.connection().close();
    world.settle();
    BOOST_TEST(world.outcome() == "closed_by_us 1000 bye (clean)");
}

BOOST_AUTO_TEST_CASE(who_does_not_answer_our_goodbye_is_cut)
{
    socket_world world;
    world.begin().close();
    world.pass(5s);
    BOOST_TEST(world.server_heard() == "close 1000 | cut");
    BOOST_TEST(world.outcome() == "closed_by_us 1000");
}

BOOST_AUTO_TEST_CASE(who_still_talks_after_our_goodbye_is_heard_for_a_minute)
{
    socket_world world;
    world.begin().close();
    for (int i = 0; i < 14; ++i) {
        world.pass(4s);
        world.say(server_text("."));
    }
    BOOST_TEST(world.outcome() == "runs");
    BOOST_TEST(world.heard().size() == 14U * 6 + 13 * 3);
    world.pass(4s);
    BOOST_TEST(world.outcome() == "closed_by_us 1000");
}

BOOST_AUTO_TEST_CASE(both_say_goodbye_at_once)
{
    socket_world world;
    auto& socket = world.begin();
    world.server.say(server_close(close_code::going_away));
    socket.close(close_code::normal);
    world.settle();
    world.server.connection().close();
    world.settle();
    BOOST_TEST(world.outcome() == "closed_by_us 1000 (clean)");
}

BOOST_AUTO_TEST_CASE(an_end_without_goodbye_is_a_cut)
{
    socket_world closed;
    closed.begin();
    closed.server.connection().close();
    closed.settle();
    BOOST_TEST(closed.outcome() == "cut_by_peer 1006");

    socket_world cut;
    cut.begin();
    cut.server.connection().cut();
    cut.settle();
    BOOST_TEST(cut.outcome() == "cut_by_peer 1006");
}

BOOST_AUTO_TEST_CASE(a_goodbye_that_came_is_heard_even_when_nothing_can_be_written_any_more)
{
    socket_world world;
    world.begin();
    world.server.say(server_close(close_code::try_again_later, "too slow"));
    world.server.connection().close(); // whatever we write now finds nobody
    world.settle();
    BOOST_TEST(world.outcome().starts_with("closed_by_peer 1013 too slow"));
}

BOOST_AUTO_TEST_CASE(a_server_that_breaks_the_protocol_is_told_and_left)
{
    const std::pair<std::string, std::string> cases[]{
        {std::string("\x83\x00", 2), "broken 1002"},                 // an opcode nobody knows
        {server_frame(opcode::text, "\xFF"), "broken 1007"},         // no UTF-8
        {std::string("\x81\x80\0\0\0\0", 6), "broken 1002"},         // masked
        {server_text(std::string(600 * 1024, 'x')), "broken 1009"}}; // too large
    for (const auto& [bytes, expected] : cases) {
        socket_world world;
        world.begin();
        world.say(bytes);
        BOOST_TEST(world.server_heard().starts_with("close " + expected.substr(7)));
        world.pass(5s);
        BOOST_TEST(world.outcome().starts_with(expected), world.outcome());
    }
}

// --- deadlines -------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_silent_server_is_asked_and_then_left)
{
    socket_world world;
    world.server.answers_pings = false;
    world.begin();
    world.pass(24900ms);
    BOOST_TEST(world.server_heard() == "");
    world.pass(100ms);
    BOOST_TEST(world.server_heard() == "ping");
    world.pass(9900ms);
    BOOST_TEST(world.outcome() == "runs");
    world.pass(100ms);
    BOOST_TEST(world.outcome() == "silent 1006 no sign of life");
}

BOOST_AUTO_TEST_CASE(a_server_that_answers_pings_is_alive_and_one_that_speaks_is_not_asked)
{
    socket_world world;
    world.begin();
    world.pass(200s);
    BOOST_TEST(world.outcome() == "runs");
    BOOST_TEST(world.server_heard() == "ping | ping | ping | ping | ping | ping | ping | ping");
    for (int i = 0; i < 20; ++i) {
        world.pass(10s);
        world.say(server_text("."));
    }
    BOOST_TEST(world.server_heard() == "");
}

BOOST_AUTO_TEST_CASE(silence_does_not_count_while_nobody_reads)
{
    socket_world world;
    world.begin();
    world.read(false);
    world.say(server_text("one")); // is what the pending read gets
    world.pass(300s);
    BOOST_TEST(world.outcome() == "runs");
    world.server.answers_pings = false;
    world.read(true);
    world.pass(34900ms);
    BOOST_TEST(world.outcome() == "runs");
    world.pass(200ms);
    BOOST_TEST(world.outcome() == "silent 1006 no sign of life");
}

BOOST_AUTO_TEST_CASE(a_server_that_takes_nothing_is_left)
{
    socket_world world{100};
    world.server.reads = false;
    world.begin().send_text(std::string(500, 'x'));
    world.pass(9900ms);
    BOOST_TEST(world.outcome() == "runs");
    world.pass(100ms);
    BOOST_TEST(world.outcome() == "stalled 1006 write timeout");
}

BOOST_AUTO_TEST_CASE(a_server_that_takes_a_little_now_and_then_is_not_left)
{
    socket_world world{100};
    world.server.reads = false;
    world.begin().send_text(std::string(800, 'x'));
    for (int i = 0; i < 8; ++i) {
        world.pass(8s);
        world.server.reads = true;
        world.server.listen();
        world.server.reads = false;
    }
    world.server.reads = true;
    BOOST_TEST(world.server_heard().starts_with("text xxx"));
    BOOST_TEST(world.outcome() == "runs");
}

BOOST_AUTO_TEST_CASE(a_message_that_dribbles_is_not_waited_for_longer_than_a_minute)
{
    socket_world world;
    world.begin();
    world.say(server_frame(opcode::text, "a", false));
    for (int i = 0; i < 5; ++i) {
        world.pass(10s);
        world.say(server_frame(opcode::continuation, "a", false));
    }
    BOOST_TEST(world.outcome() == "runs");
    world.pass(10s);
    BOOST_TEST(world.server_heard() == "close 1008 message took too long");
    world.pass(5s);
    BOOST_TEST(world.outcome() == "broken 1008 message took too long");
}

// --- the end ---------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_work_that_returns_says_goodbye_and_what_comes_then_is_not_heard)
{
    struct stories
    {
        static task<> do_nothing() { co_return; }
        static task<> live(shard& where, transport_ptr over, connection_end& end)
        {
            send_queue queue;
            websocket socket(where, opened{std::move(over), {}, {}}, queue);
            end = co_await socket.run(do_nothing());
        }
    };
    test_shard here;
    auto ends = make_memory_pair();
    far_end server{std::move(ends.second)};
    server.hear_no_handshake();
    connection_end end;
    scope running{here.shard.get_executor()};
    running.spawn(stories::live(here.shard, std::move(ends.first), end));
    here.shard.poll();
    server.listen();
    BOOST_TEST(server.heard() == "close 1000");
    server.say(server_text("unheard") + server_close(close_code::normal));
    server.connection().close();
    here.shard.poll();
    BOOST_TEST(running.size() == 0U);
    BOOST_TEST((end.why == parting::closed_by_us && end.clean));
}

BOOST_AUTO_TEST_CASE(what_was_not_taken_stays_in_the_queue_for_the_next_connection)
{
    socket_world world{10};
    world.server.reads = false;
    auto& socket = world.begin();
    socket.send_text("fills the pipe");
    world.settle();
    socket.send_text("waits");
    world.server.connection().cut();
    world.settle();
    BOOST_TEST(world.outcome() == "cut_by_peer 1006");
    BOOST_TEST(world.queue.size() == 1U);
    BOOST_TEST(world.queue.pop().payload == "waits");
}

BOOST_AUTO_TEST_SUITE_END()
