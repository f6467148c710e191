// session_token_test.cpp — a token that expires: its grace, a fresh one in time, and the goodbye without.
#include "support/conversation.hpp"
#include "support/handlers.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <stdexcept>
#include <string>

using namespace chorus;
using namespace chorus::test;

namespace {

constexpr auto goodbye = "close 4001 token expired";

std::int64_t seconds_from_now(const conversation& here, int seconds)
{
    return here.here.clock.unix_ms() / 1000 + seconds;
}

bool has(const std::string& heard, std::string_view what) { return heard.find(what) != heard.npos; }

void begin_with_token(conversation& here, int seconds, message_handler on_message = echo)
{
    here.expires = seconds_from_now(here, seconds);
    here.handlers.on_expiry = [](session& to) { to.send_text("expired"); };
    here.peer.answers_pings = true;
    here.begin(std::move(on_message));
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_session_token)

BOOST_AUTO_TEST_CASE(a_token_that_expires_ends_its_session_after_the_grace)
{
    conversation here;
    begin_with_token(here, 100);
    here.pass(99s);
    BOOST_TEST(!has(here.heard(), "expired"));
    here.pass(1s);
    BOOST_TEST(has(here.heard(), "text expired"));
    here.pass(25s - 100ms);
    BOOST_TEST(!has(here.heard(), "close"));
    here.pass(100ms);
    BOOST_TEST(has(here.heard(), goodbye));
    here.say(client_close(close_code::token_expired));
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "closed_by_us 4001 token expired");
}

BOOST_AUTO_TEST_CASE(a_fresh_token_in_time_lets_it_stay)
{
    conversation here;
    begin_with_token(here, 10);
    here.pass(30s);
    here.talk->renew(seconds_from_now(here, 100));
    here.pass(99s);
    BOOST_TEST(!has(here.heard(), "close"));
    here.pass(1s);
    BOOST_TEST(has(here.heard(), "text expired"), "it expires again, and has its grace again");
    here.pass(20s);
    here.talk->renew({});
    here.pass(3600s);
    BOOST_TEST(!has(here.heard(), "close"));
}

BOOST_AUTO_TEST_CASE(a_token_renewed_before_it_expires_is_not_spoken_of)
{
    conversation here;
    begin_with_token(here, 10);
    here.pass(5s);
    here.talk->renew(seconds_from_now(here, 3600));
    here.pass(600s);
    BOOST_TEST(!has(here.heard(), "expired"));
}

BOOST_AUTO_TEST_CASE(a_token_without_an_end_or_with_a_very_late_one_never_expires)
{
    for (const std::int64_t late : {std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::max()}) {
        conversation here;
        here.expires = late;
        here.peer.answers_pings = true;
        here.begin(echo);
        here.pass(3600s);
        BOOST_TEST(!has(here.heard(), "close"));
    }
}

BOOST_AUTO_TEST_CASE(a_token_that_has_expired_already_has_its_grace_only)
{
    conversation here;
    begin_with_token(here, -100);
    here.pass(100ms);
    BOOST_TEST(has(here.heard(), "text expired"));
    here.pass(25s);
    BOOST_TEST(has(here.heard(), goodbye));
}

BOOST_AUTO_TEST_CASE(messages_go_on_being_handled_in_the_grace)
{
    conversation here;
    begin_with_token(here, 10);
    here.pass(20s);
    here.say(client_text("still here"));
    BOOST_TEST(has(here.heard(), "text still here"));
}

BOOST_AUTO_TEST_CASE(a_handler_of_the_expiry_that_fails_ends_its_session_only)
{
    conversation here;
    here.expires = seconds_from_now(here, 10);
    here.handlers.on_expiry = [](session&) { throw std::runtime_error("a bug"); };
    here.begin(echo);
    here.pass(10s);
    BOOST_TEST(has(here.heard(), "close 1011 internal error"));
}

BOOST_AUTO_TEST_SUITE_END()
