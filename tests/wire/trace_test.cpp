// trace_test.cpp — what a client calls its request is believed when it is a proper name, said once.
#include <chorus/wire/trace.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

namespace chorus {

BOOST_AUTO_TEST_SUITE(wire_trace)

namespace {

const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string with_version(std::string version, const std::string& more = {})
{
    return version + parent.substr(2) + more;
}

trace trace_with(http_fields fields)
{
    http_head head;
    head.fields = std::move(fields);
    return trace_of(head);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_request_id_has_1_to_64_letters_digits_dots_dashes_and_underlines)
{
    for (const std::string good : {"a", "7f3c.A_b-9", "01234567-89ab-cdef-0123-456789abcdef"})
        BOOST_TEST(is_request_id(good), good);
    BOOST_TEST(is_request_id(std::string(64, 'x')));
    BOOST_TEST(!is_request_id(std::string(65, 'x')));
    for (const std::string bad : {"", " ", "a b", "a=b", "a\"", "a\nb", "ä", "a/b", "a\x7f"})
        BOOST_TEST(!is_request_id(bad), bad);
    BOOST_TEST(!is_request_id(std::string("a\0b", 3)));
}

BOOST_AUTO_TEST_CASE(a_traceparent_is_four_hex_fields_of_their_sizes)
{
    BOOST_TEST(is_traceparent(parent));
    BOOST_TEST(!is_traceparent(""));
    BOOST_TEST(!is_traceparent(parent.substr(1)));
    BOOST_TEST(!is_traceparent(parent + "0"));
    BOOST_TEST(!is_traceparent(parent + "-00"), "version 00 has nothing more");
    for (std::size_t i = 0; i < parent.size(); ++i)
        for (const char wrong : {'g', 'A', ' ', '_'}) {
            auto changed = parent;
            changed[i] = wrong;
            BOOST_TEST(!is_traceparent(changed), changed);
        }
}

BOOST_AUTO_TEST_CASE(ids_of_zeroes_are_none)
{
    BOOST_TEST(!is_traceparent("00-" + std::string(32, '0') + "-00f067aa0ba902b7-01"));
    BOOST_TEST(!is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-" + std::string(16, '0') + "-01"));
}

BOOST_AUTO_TEST_CASE(a_version_to_come_may_say_more_and_version_ff_never_comes)
{
    BOOST_TEST(is_traceparent(with_version("01")));
    BOOST_TEST(is_traceparent(with_version("cc", "-what.comes")));
    BOOST_TEST(!is_traceparent(with_version("cc", "what.comes")));
    BOOST_TEST(!is_traceparent(with_version("cc", "-a b")));
    BOOST_TEST(!is_traceparent(with_version("cc", "-" + std::string(200, 'a'))));
    BOOST_TEST(!is_traceparent(with_version("ff")));
}

BOOST_AUTO_TEST_CASE(what_is_said_twice_or_wrongly_counts_as_not_said)
{
    BOOST_TEST((trace_with({{"x-request-id", "abc"}, {"Traceparent", parent}}) == trace{"abc", parent}));
    BOOST_TEST((trace_with({}) == trace{}));
    BOOST_TEST((trace_with({{"X-Request-Id", "a"}, {"X-Request-Id", "a"}}) == trace{}));
    BOOST_TEST((trace_with({{"X-Request-Id", "a b"}, {"traceparent", "00-xyz"}}) == trace{}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
