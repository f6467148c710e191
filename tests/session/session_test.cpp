// session_test.cpp — messages reach their handlers whole, in order and one at a time, however they come.
#include "support/conversation.hpp"
#include "support/handlers.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(session_session)

BOOST_AUTO_TEST_CASE(a_message_reaches_its_handler_and_the_answer_its_client)
{
    conversation here;
    here.begin(echo);
    here.say(client_text("hello") + client_frame(opcode::binary, "bytes"));
    BOOST_TEST(here.heard() == "text hello | binary bytes");
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_head_of_the_upgrade_are_heard_first)
{
    conversation here;
    const auto early = client_text("one") + client_text("two");
    here.begin(echo, early.substr(0, early.size() - 1));
    here.say(early.substr(early.size() - 1) + client_text("three"));
    BOOST_TEST(here.heard() == "text one | text two | text three");
}

BOOST_AUTO_TEST_CASE(early_bytes_are_heard_by_a_handler_that_awaits_too)
{
    conversation here;
    here.begin(echo_after_a_yield, client_text("a first message, too long to lie in a small string") +
                                       client_text("a second message, too long to lie in a small string"));
    BOOST_TEST(here.heard() == "text a first message, too long to lie in a small string | "
                               "text a second message, too long to lie in a small string");
}

BOOST_AUTO_TEST_CASE(messages_are_handled_one_at_a_time_and_in_order)
{
    slow_echo slow;
    conversation here;
    here.begin(slow.handler());
    here.say(client_text("one") + client_text("two") + client_text("three"));
    for (const char* each : {"text one", "text two", "text three"}) {
        BOOST_TEST(here.heard() == "");
        slow.go.ring();
        BOOST_TEST(here.heard() == each);
    }
    BOOST_TEST(slow.most_at_work == 1);
}

BOOST_AUTO_TEST_CASE(what_was_read_already_is_kept_while_a_handler_waits)
{
    slow_echo slow;
    conversation here;
    here.begin(slow.handler());
    const auto second = client_text("a second message that comes in two reads");
    here.say(client_text("first") + second.substr(0, 15));
    std::ranges::fill(here.here.shard.read_buffer(), 'x'); // another session reads meanwhile
    here.say(second.substr(15) + client_text("third"));
    for (int each = 0; each < 3; ++each) {
        slow.go.ring();
        here.settle();
        std::ranges::fill(here.here.shard.read_buffer(), 'x');
    }
    BOOST_TEST(here.heard() == "text first | text a second message that comes in two reads | text third");
}

BOOST_AUTO_TEST_CASE(a_coroutine_finds_its_payload_whole_when_it_begins_though_earlier_ones_awaited)
{
    conversation here;
    here.begin(echo_after_a_yield);
    std::string all, expected;
    for (int each = 0; each < 100; ++each) {
        const auto text = std::string(100, static_cast<char>('a' + each % 26)) + std::to_string(each);
        all += client_text(text);
        expected += (expected.empty() ? "text " : " | text ") + text;
    }
    here.say(all);
    BOOST_TEST(here.heard() == expected);
}

BOOST_AUTO_TEST_CASE(one_byte_at_a_time_gives_the_same_conversation)
{
    const auto all = client_frame(opcode::text, "wor", false) + client_frame(opcode::ping, "p") +
                     client_frame(opcode::continuation, "ld") + client_text("hello") +
                     client_close(close_code::normal, "bye");
    for (const message_handler& handler : {message_handler(echo), message_handler(echo_after_a_yield)}) {
        conversation whole, split;
        split.peer.connection().move_at_most(1);
        whole.begin(handler);
        split.begin(handler);
        whole.say(all);
        split.say(all);
        whole.peer.connection().close();
        split.peer.connection().close();
        BOOST_TEST(whole.heard() == "pong p | text world | text hello | close 1000 | end");
        BOOST_TEST(split.heard() == "pong p | text world | text hello | close 1000 | end");
        BOOST_TEST(whole.outcome() == "closed_by_peer 1000 bye");
        BOOST_TEST(split.outcome() == "closed_by_peer 1000 bye");
    }
}

BOOST_AUTO_TEST_CASE(who_it_is_can_be_asked)
{
    conversation here;
    here.begin([](session& from, const message&) -> work {
        from.send_text(from.user() + " " + from.id() + " " + from.peer());
        return {};
    });
    here.say(client_text("?"));
    BOOST_TEST(here.heard() == "text ann 0000000000000007 memory");
    BOOST_TEST(to_hex(0xfedcba9876543210) == "fedcba9876543210");
}

BOOST_AUTO_TEST_CASE(on_open_comes_before_the_first_message_and_may_join)
{
    conversation here;
    here.handlers.on_open = [](session& from) {
        from.send_text("welcome");
        from.hub().join("room");
    };
    here.begin(echo, client_text("early"));
    const auto heard = here.heard();
    BOOST_TEST(heard.starts_with("text welcome | text {\"type\":\"joined\""), heard);
    BOOST_TEST(heard.ends_with("text early"), heard); // who joins is heard on when the answer is there
    BOOST_TEST(here.talk->hub().under_way() == 0U);
}

BOOST_AUTO_TEST_CASE(the_greeting_comes_before_whatever_is_sent_meanwhile)
{
    conversation here(16);
    here.peer.hears_frames = false;
    here.peer.reads = false;
    here.greeting = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
    here.handlers.on_open = [](session& from) { from.send_text("open"); };
    here.begin(echo, client_text("early"));
    here.talk->send_text("first");
    here.peer.reads = true;
    here.settle();
    BOOST_TEST(here.peer.heard_bytes() == "HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x05"
                                          "first\x81\x04open\x81\x05"
                                          "early");
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_take_its_greeting_is_cut_and_opens_nothing)
{
    conversation here(16);
    here.peer.reads = false;
    here.greeting = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
    bool opened = false;
    here.handlers.on_open = [&](session&) { opened = true; };
    here.begin(echo);
    here.pass(10s);
    BOOST_TEST(here.outcome() == "stalled 1006 write timeout (cut)");
    BOOST_TEST(!opened);
}

BOOST_AUTO_TEST_CASE(at_most_so_many_commands_are_under_way_and_then_reading_goes_on)
{
    conversation here;
    std::size_t most = 0, busy = 0;
    here.begin([&](session& from, const message& what) -> work {
        const auto result = from.hub().broadcast(std::string(everyone), make_frame(what.op, what.payload));
        busy += result == accepted::busy;
        most = std::max(most, from.hub().under_way());
        return {};
    });
    std::string all;
    for (int each = 0; each < 1000; ++each)
        all += client_text("m");
    here.say(all);
    const auto heard = here.heard();
    BOOST_TEST(std::ranges::count(heard, 'm') == 1000);
    BOOST_TEST(busy == 0U);
    BOOST_TEST(most == 128U);
}

BOOST_AUTO_TEST_CASE(a_paused_reader_stops_while_the_client_does_not_take_its_answers_and_goes_on_after)
{
    conversation here(1024);
    here.limits.outbox = {.messages = 8, .bytes = 8 * 1024, .slow = slow_policy::pause};
    int handled = 0;
    here.begin([&](session& from, const message& what) {
        ++handled;
        return echo(from, what);
    });
    std::string all, expected;
    for (int each = 0; each < 200; ++each) {
        const auto text = std::string(60, 'x') + std::to_string(each);
        all += client_text(text);
        expected += (expected.empty() ? "text " : " | text ") + text;
    }
    here.peer.reads = false;
    here.say(all);
    BOOST_TEST(handled < 40);
    BOOST_TEST(here.talk != nullptr);
    here.peer.reads = true;
    BOOST_TEST(here.heard() == expected);
    BOOST_TEST(here.outcome() == "runs");
}

BOOST_AUTO_TEST_CASE(a_paused_reader_still_says_goodbye)
{
    conversation here(1024);
    here.limits.outbox = {.messages = 2, .bytes = 8 * 1024, .slow = slow_policy::pause};
    here.begin(echo);
    here.peer.reads = false;
    for (int each = 0; each < 20; ++each)
        here.say(client_text(std::string(100, 'x')));
    here.talk->close(close_code::going_away, "server shutting down");
    here.settle();
    here.peer.reads = true;
    const auto heard = here.heard();
    BOOST_TEST(heard.ends_with(" | close 1001 server shutting down"), heard);
}

BOOST_AUTO_TEST_SUITE_END()
