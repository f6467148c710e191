// session_dribble_test.cpp — a message that takes too long ends its session, and control frames are rationed.
#include "support/conversation.hpp"
#include "support/handlers.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;
using namespace chorus::test;

namespace {

constexpr auto too_long = "close 1008 message took too long";
constexpr auto too_many = "close 1008 too many control frames";

std::string pings(int count, opcode op = opcode::ping)
{
    std::string all;
    for (int each = 0; each < count; ++each)
        all += client_frame(op, "x");
    return all;
}

bool is_closed_with(const std::string& heard, std::string_view close) { return heard.find(close) != heard.npos; }

} // namespace

BOOST_AUTO_TEST_SUITE(session_session_dribble)

BOOST_AUTO_TEST_CASE(a_frame_that_comes_byte_by_byte_has_a_minute_from_its_first_byte)
{
    conversation here;
    here.begin(echo);
    const auto frame = client_text(std::string(1000, 'x'));
    for (std::size_t second = 0; second < 60; ++second) {
        here.say(frame.substr(second, 1));
        here.pass(1s - 100ms);
        BOOST_TEST(!is_closed_with(here.heard(), "close"), "after " << second << " seconds");
        here.pass(100ms);
    }
    const auto heard = here.heard();
    BOOST_TEST(is_closed_with(heard, too_long), heard);
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "refused 1008 message took too long");
}

BOOST_AUTO_TEST_CASE(a_message_in_time_is_handled_and_the_next_has_its_own_minute)
{
    conversation here;
    here.begin(echo);
    const auto frame = client_text("hello");
    for (int each = 0; each < 5; ++each) {
        here.peer.answers_pings = false; // a pong would land in the middle of the frame
        here.say(frame.substr(0, 4));
        here.pass(59s);
        here.say(frame.substr(4) + frame.substr(0, 1)); // the end of one and the beginning of the next
        BOOST_TEST(is_closed_with(here.heard(), "text hello"));
        here.pass(59s);
        here.say(frame.substr(1));
        BOOST_TEST(is_closed_with(here.heard(), "text hello"));
        here.peer.answers_pings = true;
        here.pass(5min); // between two messages nothing is owed
    }
    BOOST_TEST(here.outcome() == "runs");
}

BOOST_AUTO_TEST_CASE(fragments_and_pings_between_them_buy_no_time)
{
    conversation here;
    here.begin(echo);
    here.say(client_frame(opcode::text, "begun", false));
    for (int each = 0; each < 59; ++each) {
        here.pass(1s);
        here.say(client_frame(opcode::continuation, "", false) + client_frame(opcode::ping, "still there"));
    }
    BOOST_TEST(!is_closed_with(here.heard(), "close"));
    here.pass(1s);
    BOOST_TEST(is_closed_with(here.heard(), too_long));
}

BOOST_AUTO_TEST_CASE(a_control_frame_or_half_a_header_is_on_the_clock_too)
{
    for (const auto& begun : {client_frame(opcode::ping, "never whole").substr(0, 8), std::string("\x81")}) {
        conversation here;
        here.peer.answers_pings = true;
        here.limits.message_wait = 20s; // sooner than any ping
        here.begin(echo);
        here.say(begun);
        here.pass(20s - 100ms);
        BOOST_TEST(here.heard() == "");
        here.pass(100ms);
        BOOST_TEST(is_closed_with(here.heard(), too_long));
    }
}

BOOST_AUTO_TEST_CASE(who_dribbles_on_after_the_goodbye_is_cut)
{
    conversation here;
    here.begin(echo);
    const auto frame = client_text(std::string(1000, 'x'));
    for (std::size_t second = 0; second < 66; ++second) {
        here.say(frame.substr(second, 1));
        here.pass(1s);
    }
    BOOST_TEST(here.outcome() == "refused 1008 message took too long (cut)");
}

BOOST_AUTO_TEST_CASE(nobody_is_blamed_for_a_message_that_we_did_not_read_on)
{
    slow_echo slow;
    conversation here;
    here.peer.answers_pings = true;
    here.begin(slow.handler());
    here.say(client_text("one") + client_frame(opcode::text, "be", false));
    here.pass(10min);
    slow.go.ring();
    here.pass(59s);
    here.say(client_frame(opcode::continuation, "gun"));
    slow.go.ring();
    const auto heard = here.heard();
    BOOST_TEST(heard.ends_with("text begun"), heard);
    BOOST_TEST(here.outcome() == "runs");
}

BOOST_AUTO_TEST_CASE(a_deadline_that_passed_while_we_worked_is_not_forgotten)
{
    slow_echo slow;
    conversation here;
    here.peer.answers_pings = true;
    here.limits.message_wait = 5s; // sooner than any ping
    here.begin(slow.handler());
    here.say(client_text("one") + client_frame(opcode::text, "be", false));
    here.pass(10s); // the alarm goes off, and finds nobody to blame
    slow.go.ring();
    here.pass(5s - 100ms);
    BOOST_TEST(here.outcome() == "runs");
    here.pass(100ms);
    BOOST_TEST(is_closed_with(here.heard(), too_long));
}

BOOST_AUTO_TEST_CASE(time_in_which_we_wait_for_the_client_to_read_is_not_counted)
{
    conversation here(1024);
    here.limits.write_wait = 1h;
    here.limits.outbox.messages = 2;
    here.peer.answers_pings = true;
    here.begin(echo);
    here.say(client_frame(opcode::text, "be", false));
    here.peer.reads = false;
    here.talk->send_text(std::string(4096, 'x'));
    here.talk->send_text("half full");
    here.say(client_frame(opcode::continuation, "g", false)); // not looked at while answers pile up
    here.pass(10min);
    here.peer.reads = true;
    here.pass(30s);
    here.say(client_frame(opcode::continuation, "un"));
    const auto heard = here.heard();
    BOOST_TEST(heard.ends_with("text begun"), heard);
}

BOOST_AUTO_TEST_CASE(a_flood_of_pings_or_pongs_is_answered_with_1008)
{
    for (const auto op : {opcode::ping, opcode::pong}) {
        conversation here(1024 * 1024);
        here.begin(echo);
        here.say(pings(1000, op));
        BOOST_TEST(!is_closed_with(here.heard(), "close"));
        here.say(pings(1, op));
        BOOST_TEST(is_closed_with(here.heard(), too_many));
        here.peer.connection().close();
        here.settle();
        BOOST_TEST(here.outcome() == "refused 1008 too many control frames");
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_pings_twenty_times_a_second_lives)
{
    conversation here;
    here.begin(echo);
    for (int second = 0; second < 300; ++second) {
        here.say(pings(20));
        here.pass(1s);
    }
    BOOST_TEST(here.outcome() == "runs");
}

BOOST_AUTO_TEST_CASE(a_flood_of_pings_whose_answers_nobody_reads_ends_too)
{
    conversation here(1024);
    here.begin(echo);
    here.peer.reads = false;
    for (int each = 0; each < 2000 && here.outcome() == "runs"; ++each) {
        here.peer.say(pings(10));
        here.pass(10ms);
    }
    here.pass(10s);
    BOOST_TEST(here.outcome() == "refused 1008 too many control frames (cut)");
}

BOOST_AUTO_TEST_CASE(who_has_pinged_by_the_old_rate_is_not_blamed_for_it_under_the_new)
{
    conversation here;
    here.limits.control = {.per_second = 1, .burst = 100};
    here.begin(echo);
    here.say(pings(60));
    here.limits.control = {.per_second = 1, .burst = 10};
    here.talk->limits_changed(true);
    here.say(pings(10));
    BOOST_TEST(!is_closed_with(here.heard(), "close"));
    here.say(pings(1));
    BOOST_TEST(is_closed_with(here.heard(), too_many));
}

BOOST_AUTO_TEST_CASE(a_shorter_wait_for_messages_counts_at_once)
{
    conversation here;
    here.begin(echo);
    here.say(client_text("hello").substr(0, 3));
    here.pass(2s);
    here.limits.message_wait = 3s;
    here.talk->limits_changed(false);
    here.pass(999ms);
    BOOST_TEST(!is_closed_with(here.heard(), "close"));
    here.pass(1ms);
    BOOST_TEST(is_closed_with(here.heard(), too_long));
}

BOOST_AUTO_TEST_CASE(without_limits_neither_time_nor_pings_are_counted)
{
    conversation here(1024 * 1024);
    here.limits.message_wait = 0s;
    here.limits.control.per_second = 0;
    here.peer.answers_pings = true;
    here.begin(echo);
    here.say(client_frame(opcode::text, "begun", false));
    here.pass(1h);
    here.say(pings(5000) + client_frame(opcode::continuation, ""));
    const auto heard = here.heard();
    BOOST_TEST(heard.ends_with("text begun"), heard.substr(heard.size() - std::min<std::size_t>(heard.size(), 100)));
}

BOOST_AUTO_TEST_SUITE_END()
