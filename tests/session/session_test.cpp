// session_test.cpp — one client's life: messages in order, signs of life, goodbyes from both sides, and every way to
// vanish.
#include "support/conversation.hpp"

#include <chorus/session/session.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <thread>
#include <vector>

using namespace chorus;
using namespace chorus::test;

namespace {

work echo(session& from, const message& what)
{
    from.send(make_frame(what.op, what.payload));
    return {};
}

// A handler that waits before it answers, and counts how many of it are at work at one time.
struct slow_echo
{
    bell go;
    int at_work = 0, most_at_work = 0;

    task<> handle(session& from, message what)
    {
        const std::string payload(what.payload); // lives no longer than until the first await
        most_at_work = std::max(most_at_work, ++at_work);
        co_await go.wait();
        from.send(make_frame(what.op, payload));
        --at_work;
    }

    message_handler handler()
    {
        return [this](session& from, const message& what) { return handle(from, what); };
    }
};

task<> echo_after_a_yield(session& from, message what)
{
    const std::string payload(what.payload);
    co_await yield();
    from.send(make_frame(what.op, payload));
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_session)

// --- messages --------------------------------------------------------------------------------------------------------

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
    BOOST_TEST(heard.starts_with("text welcome | text early | text {\"type\":\"joined\""), heard);
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

// --- what holds the reader back --------------------------------------------------------------------------------------

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

// --- signs of life ---------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_first_ping_comes_within_the_period_and_then_one_each_period)
{
    conversation here;
    here.peer.answers_pings = true;
    here.begin(echo);
    duration first{};
    while (here.heard() != "ping") {
        here.pass(100ms);
        first += 100ms;
        BOOST_REQUIRE(first <= 54s);
    }
    for (int each = 0; each < 3; ++each) {
        here.pass(54s - 100ms);
        BOOST_TEST(here.heard() == "");
        here.pass(100ms);
        BOOST_TEST(here.heard() == "ping");
    }
    BOOST_TEST(here.outcome() == "runs");
}

BOOST_AUTO_TEST_CASE(first_pings_are_spread_over_the_second_half_of_the_period)
{
    int early = 0;
    for (int each = 0; each < 64; ++each) {
        conversation here;
        here.begin(echo);
        here.pass(27s - 100ms);
        BOOST_TEST(here.heard() == "");
        here.pass(13500ms);
        early += here.heard() == "ping";
    }
    BOOST_TEST(early > 8);
    BOOST_TEST(early < 56);
}

BOOST_AUTO_TEST_CASE(a_client_that_is_silent_for_a_minute_is_cut)
{
    conversation here;
    here.begin(echo);
    here.pass(60s - 100ms);
    BOOST_TEST(here.outcome() == "runs");
    here.pass(100ms);
    BOOST_TEST(here.outcome() == "silent 1006 no sign of life (cut)");
    const auto heard = here.heard();
    BOOST_TEST(heard.ends_with("cut"), heard);
}

BOOST_AUTO_TEST_CASE(any_byte_is_a_sign_of_life)
{
    conversation here;
    here.begin(echo);
    const auto frame = client_text("a message whose bytes come one a minute, nearly");
    for (int each = 0; each < 5; ++each) {
        here.pass(59s);
        here.say(frame.substr(static_cast<std::size_t>(each), 1));
    }
    BOOST_TEST(here.outcome() == "runs");
    here.pass(60s);
    BOOST_TEST(here.outcome() == "silent 1006 no sign of life (cut)");
}

BOOST_AUTO_TEST_CASE(nobody_is_blamed_for_silence_while_a_handler_keeps_the_reader_waiting)
{
    slow_echo slow;
    conversation here;
    here.peer.answers_pings = true;
    here.begin(slow.handler());
    here.say(client_text("hello"));
    here.pass(10min);
    BOOST_TEST(here.outcome() == "runs");
    slow.go.ring();
    const auto heard = here.heard();
    BOOST_TEST(heard.ends_with("text hello"), heard);
    here.pass(10min);
    BOOST_TEST(here.outcome() == "runs");
}

BOOST_AUTO_TEST_CASE(a_client_that_reads_slowly_all_the_time_is_pinged_and_lives)
{
    conversation here(1024);
    here.limits.outbox.slow = slow_policy::drop_newest;
    here.peer.answers_pings = true;
    here.peer.reads = false;
    here.begin(echo);
    std::size_t pings = 0;
    for (int second = 0; second < 300; ++second) {
        for (int each = 0; each < 20; ++each)
            here.talk->send_text(std::string(500, 'x'));
        here.pass(1s);
        BOOST_REQUIRE(here.talk);
        BOOST_TEST(here.talk->hub().out().blocked());
        here.peer.reads = true;
        here.peer.listen(); // a kilobyte a second, never all
        here.peer.reads = false;
        const auto heard = here.peer.heard();
        for (auto at = heard.find("ping"); at != heard.npos; at = heard.find("ping", at + 1))
            ++pings;
    }
    BOOST_TEST(pings >= 5U);
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_nothing_for_ten_seconds_is_cut)
{
    conversation here(1024);
    here.begin(echo);
    here.peer.reads = false;
    here.talk->send_text(std::string(4096, 'x'));
    here.pass(10s - 100ms);
    BOOST_TEST(here.outcome() == "runs");
    here.pass(100ms);
    BOOST_TEST(here.outcome() == "stalled 1006 write timeout (cut)");
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_a_little_now_and_then_is_not_cut)
{
    conversation here(1024);
    here.peer.answers_pings = true;
    here.begin(echo);
    here.talk->send_text(std::string(8 * 1024, 'x'));
    for (int each = 0; each < 6; ++each) {
        here.pass(9s);
        BOOST_TEST(here.outcome() == "runs");
        here.peer.reads = true;
        here.peer.listen();
        here.peer.reads = false;
    }
    BOOST_TEST(here.outcome() == "runs");
}

// --- goodbyes --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_client_that_closes_hears_its_own_code)
{
    conversation here;
    here.begin(echo);
    here.say(client_text("last") + client_close(close_code::going_away, "leaving"));
    BOOST_TEST(here.heard() == "text last | close 1001 | end");
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "closed_by_peer 1001 leaving");
}

BOOST_AUTO_TEST_CASE(a_close_without_a_code_is_answered_without_one)
{
    conversation here;
    here.begin(echo);
    here.say(client_frame(opcode::close, ""));
    BOOST_TEST(here.heard() == "close 1005 | end");
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "closed_by_peer 1005");
}

BOOST_AUTO_TEST_CASE(what_follows_a_close_is_not_heard)
{
    conversation here;
    here.begin(echo);
    here.say(client_close(close_code::normal) + client_text("too late"));
    here.say(client_text("much too late"));
    here.say("garbage");
    BOOST_TEST(here.heard() == "close 1000 | end");
}

BOOST_AUTO_TEST_CASE(a_client_that_has_said_close_but_does_not_end_its_connection_is_not_waited_for_for_ever)
{
    conversation here;
    here.begin(echo);
    here.say(client_close(close_code::normal));
    here.pass(5s - 100ms);
    BOOST_TEST(here.outcome() == "runs");
    here.pass(100ms);
    BOOST_TEST(here.outcome() == "closed_by_peer 1000"); // both have said goodbye: that is no cut
}

BOOST_AUTO_TEST_CASE(our_goodbye_follows_what_is_queued_and_ends_with_the_clients_answer)
{
    conversation here;
    here.begin(echo);
    here.talk->send_text("last");
    here.talk->close(close_code::going_away, "server shutting down");
    BOOST_TEST(here.heard() == "text last | close 1001 server shutting down");
    BOOST_TEST(here.outcome() == "runs");
    here.say(client_close(close_code::going_away));
    BOOST_TEST(here.heard() == "end");
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "closed_by_us 1001 server shutting down");
}

BOOST_AUTO_TEST_CASE(after_our_goodbye_messages_are_not_handled_any_more)
{
    conversation here;
    int handled = 0;
    here.begin([&](session& from, const message& what) {
        ++handled;
        return echo(from, what);
    });
    here.talk->close(close_code::normal, "");
    here.say(client_text("crossing") + client_close(close_code::normal));
    BOOST_TEST(handled == 0);
    BOOST_TEST(here.heard() == "close 1000 | end");
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_answer_our_goodbye_is_cut_after_close_wait)
{
    conversation here;
    here.begin(echo);
    here.talk->close(close_code::going_away, "server shutting down");
    here.pass(5s - 100ms);
    BOOST_TEST(here.outcome() == "runs");
    here.pass(100ms);
    BOOST_TEST(here.outcome() == "closed_by_us 1001 server shutting down (cut)");
    BOOST_TEST(here.heard() == "close 1001 server shutting down | cut");
}

BOOST_AUTO_TEST_CASE(a_client_that_hangs_up_instead_of_answering_our_goodbye_keeps_its_reason)
{
    conversation here;
    here.begin(echo);
    here.talk->close(close_code::going_away, "server shutting down");
    here.settle();
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "closed_by_us 1001 server shutting down");
}

BOOST_AUTO_TEST_CASE(goodbyes_that_cross_end_the_session_at_once)
{
    conversation here;
    here.begin(echo);
    here.talk->close(close_code::going_away, "server shutting down");
    here.say(client_close(close_code::normal));
    BOOST_TEST(here.heard() == "close 1001 server shutting down | end");
}

BOOST_AUTO_TEST_CASE(whoever_breaks_the_protocol_is_told_the_code_and_the_rest_is_discarded)
{
    conversation here;
    int handled = 0;
    here.begin([&](session& from, const message& what) {
        ++handled;
        return echo(from, what);
    });
    here.say(client_text("good") + client_frame(opcode::text, "\xff") + client_text("not heard"));
    here.say(std::string(100'000, 'x'));
    BOOST_TEST(here.heard() == "text good | close 1007 a text message is not valid UTF-8 | end");
    BOOST_TEST(handled == 1);
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "refused 1007 a text message is not valid UTF-8");
}

BOOST_AUTO_TEST_CASE(an_unmasked_frame_is_1002_and_a_large_message_1009)
{
    for (const auto& [bytes, close] : {std::pair{std::string("\x81\x01x"), "close 1002"},
                                       std::pair{client_text(std::string(513 * 1024, 'x')), "close 1009"}}) {
        conversation here;
        here.begin(echo);
        here.say(bytes);
        const auto heard = here.heard();
        BOOST_TEST(heard.starts_with(close), heard);
    }
}

BOOST_AUTO_TEST_CASE(whoever_breaks_the_protocol_and_stays_is_cut_after_close_wait)
{
    conversation here;
    here.begin(echo);
    here.say("\xff\xff");
    for (int each = 0; each < 60; ++each) {
        here.pass(100ms);
        here.say("more");
    }
    const auto outcome = here.outcome();
    BOOST_TEST(outcome.starts_with("refused 1002"), outcome);
    BOOST_TEST(outcome.ends_with("(cut)"), outcome);
}

BOOST_AUTO_TEST_CASE(a_client_that_vanishes_is_1006)
{
    for (const bool politely : {true, false}) {
        conversation here;
        here.begin(echo);
        here.say(client_text("hello"));
        if (politely)
            here.peer.connection().close();
        else
            here.peer.connection().cut();
        here.settle();
        BOOST_TEST(here.outcome() == "cut_by_peer 1006");
    }
}

BOOST_AUTO_TEST_CASE(a_slow_client_is_told_1013_if_it_reads_in_time)
{
    conversation here(1024);
    here.limits.outbox = {.messages = 4, .bytes = 16 * 1024, .slow = slow_policy::close};
    here.begin(echo);
    here.peer.reads = false;
    send_result last{};
    for (int each = 0; each < 20; ++each)
        last = here.talk->send_text(std::string(1000, 'x'));
    BOOST_TEST((last == send_result::closed));
    here.pass(1s);
    here.peer.reads = true;
    const auto heard = here.heard();
    BOOST_TEST(heard.ends_with(" | close 1013 too slow"), heard);
    here.say(client_close(close_code::try_again_later));
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "closed_by_us 1013 too slow");
}

BOOST_AUTO_TEST_CASE(a_slow_client_that_does_not_read_is_cut_two_seconds_later)
{
    conversation here(1024);
    here.limits.outbox = {.messages = 4, .bytes = 16 * 1024, .slow = slow_policy::close};
    here.begin(echo);
    here.peer.reads = false;
    here.talk->send_text(std::string(2000, 'x'));
    here.pass(5s); // the deadline of ten seconds is running already
    for (int each = 0; each < 20; ++each)
        here.talk->send_text(std::string(1000, 'x'));
    here.pass(2s - 100ms);
    BOOST_TEST(here.outcome() == "runs");
    here.pass(100ms);
    BOOST_TEST(here.outcome() == "closed_by_us 1013 too slow (cut)");
}

BOOST_AUTO_TEST_CASE(a_slow_client_that_reads_its_close_but_does_not_answer_is_cut_as_soon)
{
    conversation here(1024);
    here.limits.outbox = {.messages = 4, .bytes = 16 * 1024, .slow = slow_policy::close};
    here.begin(echo);
    here.peer.reads = false;
    for (int each = 0; each < 20; ++each)
        here.talk->send_text(std::string(1000, 'x'));
    here.pass(1s);
    here.peer.reads = true;
    here.pass(1s - 100ms);
    BOOST_TEST(here.outcome() == "runs");
    here.pass(200ms);
    BOOST_TEST(here.outcome() == "closed_by_us 1013 too slow (cut)");
}

// --- handlers that fail, and ends while one is at work ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_exception_of_a_handler_ends_its_session_with_1011_and_nothing_else)
{
    const message_handler plain = [](session&, const message&) -> work { throw std::runtime_error("oops"); };
    const message_handler odd = [](session&, const message&) -> work { throw 42; };
    struct coroutine
    {
        static task<> handle(session&, message)
        {
            co_await yield();
            throw std::runtime_error("oops");
        }
        static task<> handle_oddly(session&, message)
        {
            co_await yield();
            throw 42;
        }
    };
    for (const auto& handler :
         {plain, odd, message_handler(coroutine::handle), message_handler(coroutine::handle_oddly)}) {
        conversation here;
        here.begin(handler);
        here.say(client_text("one") + client_text("two"));
        BOOST_TEST(here.heard() == "close 1011 internal error");
        here.say(client_close(close_code::internal_error));
        here.peer.connection().close();
        here.settle();
        BOOST_TEST(here.outcome() == "failed 1011 internal error");
    }
}

BOOST_AUTO_TEST_CASE(an_exception_of_on_open_ends_the_session_too)
{
    conversation here;
    here.handlers.on_open = [](session&) { throw std::runtime_error("oops"); };
    here.begin(echo);
    BOOST_TEST(here.heard() == "close 1011 internal error");
}

BOOST_AUTO_TEST_CASE(a_handler_that_cuts_its_session_is_the_last_to_run)
{
    conversation here;
    int handled = 0;
    here.begin([&](session& from, const message&) -> work {
        ++handled;
        from.cut();
        return {};
    });
    here.say(client_text("one") + client_text("two"));
    BOOST_TEST(handled == 1);
    BOOST_TEST(here.outcome() == "closed_by_us 1006 cut (cut)");
}

BOOST_AUTO_TEST_CASE(a_handler_that_closes_its_session_is_the_last_to_run)
{
    conversation here;
    int handled = 0;
    here.begin([&](session& from, const message&) -> work {
        ++handled;
        from.close(close_code::policy_violation, "no");
        return {};
    });
    here.say(client_text("one") + client_text("two"));
    BOOST_TEST(handled == 1);
    BOOST_TEST(here.heard() == "close 1008 no");
}

BOOST_AUTO_TEST_CASE(a_session_that_is_cut_while_its_handler_waits_ends_when_the_handler_does)
{
    slow_echo slow;
    conversation here;
    here.begin(slow.handler());
    here.say(client_text("one") + client_text("two"));
    here.talk->cut();
    BOOST_TEST(here.heard() == "cut");
    BOOST_TEST(here.outcome() == "runs"); // the handler may still use it
    slow.go.ring();
    here.settle();
    BOOST_TEST(here.outcome() == "closed_by_us 1006 cut (cut)");
    BOOST_TEST(slow.at_work == 0);
}

BOOST_AUTO_TEST_CASE(a_goodbye_goes_out_while_a_handler_waits)
{
    slow_echo slow;
    conversation here;
    here.begin(slow.handler());
    here.say(client_text("one") + client_text("two"));
    here.talk->close(close_code::going_away, "server shutting down");
    BOOST_TEST(here.heard() == "close 1001 server shutting down");
    here.say(client_close(close_code::going_away));
    slow.go.ring();
    BOOST_TEST(here.heard() == "end"); // neither the answer to "one" nor "two" follows a Close
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "closed_by_us 1001 server shutting down");
}

BOOST_AUTO_TEST_CASE(a_client_that_vanishes_while_its_handler_waits_is_noticed_when_the_handler_ends)
{
    slow_echo slow;
    conversation here;
    here.begin(slow.handler());
    here.say(client_text("one"));
    here.peer.connection().cut();
    here.settle();
    slow.go.ring();
    here.settle();
    BOOST_TEST(here.outcome() == "cut_by_peer 1006");
}

// --- nothing is left -------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_cut_at_any_byte_of_a_conversation_leaves_nothing_running)
{
    const auto all = client_text("hello") + client_frame(opcode::ping, "p") + client_frame(opcode::text, "a", false) +
                     client_frame(opcode::continuation, "b") + client_text("{}") + client_close(close_code::normal);
    for (const message_handler& handler : {message_handler(echo), message_handler(echo_after_a_yield)}) {
        for (std::size_t bytes = 0; bytes <= all.size(); ++bytes) {
            conversation here; // its destructor asserts that nothing is left
            here.begin(handler);
            here.talk->hub().join("room");
            here.say(all.substr(0, bytes));
            here.peer.connection().cut();
            here.settle();
            BOOST_TEST(!here.talk);
            BOOST_TEST(here.hub.rooms() <= 1U); // it lingers
        }
    }
}

BOOST_AUTO_TEST_CASE(a_cut_at_any_byte_that_we_send_leaves_nothing_running)
{
    for (std::uint64_t bytes = 0; bytes < 40; ++bytes) {
        conversation here;
        here.begin(echo);
        here.peer.connection().cut_after(bytes);
        here.say(client_text("hello") + client_frame(opcode::ping, "p") + client_text("world") +
                 client_close(close_code::normal));
        here.pass(5s);
        BOOST_TEST(!here.talk, "cut after " << bytes << " bytes: " << here.heard());
    }
}

BOOST_AUTO_TEST_CASE(any_thread_can_post_to_a_session_also_when_it_is_gone)
{
    conversation here;
    here.begin(echo);
    const auto ref = here.talk->ref();
    const auto post_from_another_thread = [&] {
        bool taken = false;
        std::thread([&] { taken = ref.post_text("news"); }).join();
        return taken;
    };
    BOOST_TEST(post_from_another_thread());
    BOOST_TEST(here.heard() == "text news");
    here.peer.connection().close();
    BOOST_TEST(post_from_another_thread());
    here.settle();
    BOOST_TEST(!here.talk);
    BOOST_TEST(post_from_another_thread()); // taken by the hub, which finds nobody
    here.settle();
}

BOOST_AUTO_TEST_CASE(alarms_of_a_session_end_with_it)
{
    conversation here;
    here.begin(echo);
    BOOST_TEST(here.here.clock.earliest().has_value());
    here.peer.connection().cut();
    here.settle();
    BOOST_TEST(!here.here.clock.earliest().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
