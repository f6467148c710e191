// close_frame_test.cpp — What a Close says, and what it cannot say.
#include "parsing.hpp"

#include <chorus/wire/close_frame.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(wire_close_frame)

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
