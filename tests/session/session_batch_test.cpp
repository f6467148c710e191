// session_batch_test.cpp — a session keeps the time of its batches: no message waits longer for others than it may.
#include "support/conversation.hpp"
#include "support/handlers.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;
using namespace chorus::test;

namespace {

struct batching : conversation
{
    explicit batching(std::size_t messages)
    {
        limits.outbox.batch = {.messages = messages, .interval = 300ms};
        begin(echo);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(session_session_batch)

BOOST_AUTO_TEST_CASE(the_interval_begins_with_the_first_message_that_waits)
{
    batching here(10);
    here.pass(1s);
    here.say(client_text("one"));
    here.pass(200ms);
    here.say(client_text("two"));
    BOOST_TEST(here.heard() == "");
    here.pass(100ms);
    BOOST_TEST(here.heard() == "text one\ntwo");
    here.say(client_text("three"));
    here.pass(200ms);
    BOOST_TEST(here.heard() == "");
    here.pass(100ms);
    BOOST_TEST(here.heard() == "text three");
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_whole_goes_at_once_and_the_next_has_an_interval_of_its_own)
{
    batching here(2);
    here.say(client_text("one"));
    here.pass(200ms);
    here.say(client_text("two"));
    BOOST_TEST(here.heard() == "text one\ntwo");
    here.say(client_text("three"));
    here.pass(200ms);
    BOOST_TEST(here.heard() == "", "the alarm of the first batch is not for this one");
    here.pass(100ms);
    BOOST_TEST(here.heard() == "text three");
}

BOOST_AUTO_TEST_CASE(what_waits_goes_out_ahead_of_a_goodbye)
{
    batching here(10);
    here.say(client_text("one") + client_text("two"));
    BOOST_TEST(here.heard() == "");
    here.say(client_close(close_code::normal));
    BOOST_TEST(here.heard() == "text one\ntwo | close 1000 | end");
}

BOOST_AUTO_TEST_CASE(what_waits_goes_out_ahead_of_whatever_makes_us_close)
{
    batching here(10);
    here.say(client_text("one") + client_text("two"));
    BOOST_TEST(here.heard() == "");
    here.say(std::string("\x83\x80\0\0\0\0", 6)); // an opcode that nobody knows
    const auto heard = here.heard();
    BOOST_TEST(heard.starts_with("text one\ntwo | close 1002"), heard);
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_batch_keeps_nobody_from_being_heard)
{
    batching here(100);
    for (int said = 0; said < 1000; ++said)
        here.say(client_text("message " + std::to_string(said)));
    here.pass(300ms);
    const auto heard = here.heard();
    BOOST_TEST(heard.starts_with("text message 0\nmessage 1\n"));
    BOOST_TEST(heard.ends_with("\nmessage 999"));
    BOOST_TEST(here.outcome() == "runs");
}

BOOST_AUTO_TEST_SUITE_END()
