// closing_test.cpp — Who says Close first, who answers, and with what.
#include "parsing.hpp"

#include <chorus/wire/closing.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(wire_closing)

BOOST_AUTO_TEST_CASE(a_peers_close_is_answered_with_its_own_code)
{
    closing handshake;
    BOOST_TEST((handshake.receive(close_code::going_away) == close_code::going_away));
    BOOST_TEST(handshake.complete());
    BOOST_TEST((handshake.code() == close_code::going_away));
}

BOOST_AUTO_TEST_CASE(a_peers_close_without_a_code_is_answered_without_one)
{
    closing handshake;
    const auto answer = handshake.receive(close_code::no_status);
    BOOST_TEST(close_payload(answer.value()).empty());
    BOOST_TEST((handshake.code() == close_code::no_status));
}

BOOST_AUTO_TEST_CASE(the_answer_to_our_close_is_not_answered)
{
    closing handshake;
    BOOST_TEST(handshake.send(close_code::going_away));
    BOOST_TEST(!handshake.complete());
    BOOST_TEST(!handshake.receive(close_code::going_away).has_value());
    BOOST_TEST(handshake.complete());
}

BOOST_AUTO_TEST_CASE(the_first_of_our_codes_stands)
{
    closing handshake;
    BOOST_TEST(handshake.send(close_code::try_again_later));
    BOOST_TEST(!handshake.send(close_code::going_away));
    BOOST_TEST((handshake.sent_code() == close_code::try_again_later));
}

BOOST_AUTO_TEST_CASE(when_both_say_close_at_once_neither_answers)
{
    closing ours, theirs;
    ours.send(close_code::going_away);
    theirs.send(close_code::normal);
    BOOST_TEST(!ours.receive(close_code::normal).has_value());
    BOOST_TEST(!theirs.receive(close_code::going_away).has_value());
    BOOST_TEST((ours.code() == close_code::normal));
    BOOST_TEST((theirs.code() == close_code::going_away));
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_after_our_close)
{
    closing handshake;
    BOOST_TEST(handshake.may_send_data());
    handshake.send(close_code::normal);
    BOOST_TEST(!handshake.may_send_data());
}

BOOST_AUTO_TEST_CASE(a_connection_that_ends_without_a_close_ended_abnormally)
{
    closing handshake;
    BOOST_TEST((handshake.code() == close_code::abnormal));
    handshake.send(close_code::normal);
    BOOST_TEST((handshake.code() == close_code::abnormal));
}

BOOST_AUTO_TEST_CASE(a_close_frame_says_its_code_and_reason)
{
    BOOST_TEST(client_is_told(std::string{make_close_frame(close_code::normal)->bytes()}) == "close 1000");
    BOOST_TEST(client_is_told(std::string{make_close_frame(close_code::going_away, "server shutting down")->bytes()}) ==
               "close 1001 server shutting down");
}

BOOST_AUTO_TEST_CASE(a_code_that_only_stands_for_something_is_not_sent)
{
    for (const auto code : {close_code::no_status, close_code::abnormal, close_code::tls_handshake})
        BOOST_TEST(client_is_told(std::string{make_close_frame(code, "x")->bytes()}) == "close 1005");
}

BOOST_AUTO_TEST_CASE(a_reason_too_long_is_cut_between_two_characters)
{
    const auto frame = make_close_frame(close_code::normal, std::string(122, 'r') + "\xc3\xa9");
    BOOST_TEST(client_is_told(std::string{frame->bytes()}) == "close 1000 " + std::string(122, 'r'));
    BOOST_TEST(close_payload(close_code::normal, std::string(200, 'r')).size() == 125u);
}

BOOST_AUTO_TEST_SUITE_END()
