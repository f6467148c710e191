// session_life_test.cpp — how a session finds out that its client is gone, stuck or slow, and whom it spares.
#include "support/conversation.hpp"
#include "support/handlers.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(session_session_life)

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
    here.limits.message_wait = 0s;
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

BOOST_AUTO_TEST_SUITE_END()
