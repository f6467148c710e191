// session_goodbye_test.cpp — both closing handshakes, broken protocol, slow clients, and what is not waited for.
#include "support/conversation.hpp"
#include "support/handlers.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(session_session_goodbye)

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

BOOST_AUTO_TEST_SUITE_END()
