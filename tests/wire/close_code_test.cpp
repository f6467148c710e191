// close_code_test.cpp — The codes of RFC 6455 section 7.4, one by one, and what each asks of a client.
#include <chorus/wire/close_code.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;

BOOST_AUTO_TEST_SUITE(wire_close_code)

BOOST_AUTO_TEST_CASE(the_codes_of_the_standards_may_be_sent)
{
    for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})
        BOOST_TEST(is_valid_on_wire(static_cast<std::uint16_t>(code)), code);
}

BOOST_AUTO_TEST_CASE(codes_that_only_stand_for_something_may_not)
{
    for (const int code : {1004, 1005, 1006, 1015})
        BOOST_TEST(!is_valid_on_wire(static_cast<std::uint16_t>(code)), code);
}

BOOST_AUTO_TEST_CASE(nothing_below_1000_is_a_code)
{
    for (std::uint16_t code = 0; code < 1000; ++code)
        if (is_valid_on_wire(code)) BOOST_ERROR(code);
}

BOOST_AUTO_TEST_CASE(codes_1016_to_2999_wait_for_a_later_standard_and_5000_and_above_for_nobody)
{
    for (std::uint16_t code = 1016; code < 3000; ++code)
        if (is_valid_on_wire(code)) BOOST_ERROR(code);
    for (unsigned code = 5000; code <= 65535; ++code)
        if (is_valid_on_wire(static_cast<std::uint16_t>(code))) BOOST_ERROR(code);
}

BOOST_AUTO_TEST_CASE(libraries_and_applications_have_3000_to_4999)
{
    for (std::uint16_t code = 3000; code < 5000; ++code)
        if (!is_valid_on_wire(code)) BOOST_ERROR(code);
}

BOOST_AUTO_TEST_CASE(a_client_knows_from_the_code_what_to_do)
{
    BOOST_TEST((reconnect_rule(close_code::normal) == reconnect::as_it_likes));
    BOOST_TEST((reconnect_rule(close_code::going_away) == reconnect::with_jitter));
    BOOST_TEST((reconnect_rule(close_code::abnormal) == reconnect::with_backoff));
    BOOST_TEST((reconnect_rule(close_code::internal_error) == reconnect::with_backoff));
    BOOST_TEST((reconnect_rule(close_code::try_again_later) == reconnect::and_resume));
    BOOST_TEST((reconnect_rule(close_code::token_expired) == reconnect::with_a_new_token));
}

BOOST_AUTO_TEST_CASE(who_broke_a_rule_is_not_to_come_back)
{
    for (const auto code : {close_code::protocol_error, close_code::invalid_payload, close_code::policy_violation,
                            close_code::message_too_big, close_code::closed_by_operator})
        BOOST_TEST(!may_reconnect(code), to_string(code));
    for (const auto code : {close_code::normal, close_code::going_away, close_code::try_again_later})
        BOOST_TEST(may_reconnect(code), to_string(code));
}

BOOST_AUTO_TEST_CASE(codes_have_names)
{
    BOOST_TEST(to_string(close_code::going_away) == "going_away");
    BOOST_TEST(to_string(close_code::token_expired) == "token_expired");
    BOOST_TEST(to_string(static_cast<close_code>(4999)) == "application");
    BOOST_TEST(to_string(static_cast<close_code>(2000)) == "unassigned");
}

BOOST_AUTO_TEST_SUITE_END()
