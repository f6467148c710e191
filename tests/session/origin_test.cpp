// origin_test.cpp — which pages a pattern lets in, and which only look like them.
#include <chorus/session/origin.hpp>

#include <boost/test/unit_test.hpp>

#include <string_view>

using namespace chorus;

namespace {

bool lets_in(std::string_view pattern, std::string_view page)
{
    const auto rule = origin_pattern::parse(pattern);
    BOOST_REQUIRE_MESSAGE(rule, pattern);
    const auto origin = parse_origin(page);
    return origin && rule->matches(*origin);
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_origin)

BOOST_AUTO_TEST_CASE(a_pattern_lets_in_its_own_origin_in_any_case_and_with_its_default_port)
{
    for (const auto* page : {"https://chat.example", "HTTPS://Chat.Example", "https://chat.example:443"})
        BOOST_TEST(lets_in("https://chat.example", page), page);
    BOOST_TEST(lets_in("https://CHAT.example:443", "https://chat.example"));
    BOOST_TEST(lets_in("http://chat.example:8080", "http://chat.example:8080"));
    BOOST_TEST(lets_in("http://[::1]:8080", "http://[::1]:8080"));
}

BOOST_AUTO_TEST_CASE(a_pattern_keeps_out_another_scheme_port_or_host)
{
    for (const auto* page :
         {"http://chat.example", "https://chat.example:8443", "https://chat.example.evil.example",
          "https://evil-chat.example", "https://www.chat.example", "https://chat.example.", "null", ""})
        BOOST_TEST(!lets_in("https://chat.example", page), page);
}

BOOST_AUTO_TEST_CASE(a_star_stands_for_one_label_or_more_and_only_before_a_dot)
{
    for (const auto* page : {"https://a.chat.example", "https://a.b.chat.example", "https://A.CHAT.example:443"})
        BOOST_TEST(lets_in("https://*.chat.example", page), page);
    for (const auto* page :
         {"https://chat.example", "https://.chat.example", "https://evilchat.example",
          "https://a.chat.example.evil.example", "http://a.chat.example", "https://a.chat.example:81"})
        BOOST_TEST(!lets_in("https://*.chat.example", page), page);
}

BOOST_AUTO_TEST_CASE(pages_of_apps_and_extensions_may_be_let_in_but_are_at_home_nowhere)
{
    BOOST_TEST(lets_in("capacitor://localhost", "capacitor://localhost"));
    BOOST_TEST(lets_in("chrome-extension://abcdef", "chrome-extension://abcdef"));
    BOOST_TEST(!lets_in("capacitor://localhost", "http://localhost"));
    BOOST_TEST(!is_same_host(*parse_origin("capacitor://localhost"), "localhost"));
    BOOST_TEST(!parse_origin("1http://localhost"));
    BOOST_TEST(!parse_origin("ht tp://localhost"));
}

BOOST_AUTO_TEST_CASE(what_is_no_pattern_is_refused)
{
    for (const auto* text : {"", "*", "chat.example", "https://", "https://*", "https://*.", "https://a.*.example",
                             "https://*chat.example", "https://*.*.example", "https://chat.example/",
                             "https://chat.example:0", "https://chat.example:99999", "https://user@chat.example"})
        BOOST_TEST(!origin_pattern::parse(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
