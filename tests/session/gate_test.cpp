// gate_test.cpp — who may enter: limits from the moment of accept, draining, and pages of other hosts that look alike.
#include <chorus/session/gate.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <ostream>
#include <thread>
#include <vector>

using namespace chorus;

namespace {

request from_program() { return {{{{"Host", "chat.example"}}}, "GET", "/ws", "/ws", ""}; }

request from_page(std::string host, std::string origin)
{
    return {{{{"Host", std::move(host)}, {"Origin", std::move(origin)}}}, "GET", "/ws", "/ws", ""};
}

request forwarded_for(std::string client)
{
    return {{{{"Host", "chat.example"}, {"X-Forwarded-For", std::move(client)}}}, "GET", "/ws", "/ws", ""};
}

std::string reason(const std::optional<refusal>& no) { return no ? no->reason : "welcome"; }

std::string reason_for(gate& here, const request& head)
{
    auto place = here.admit("192.0.2.1");
    return place ? reason(here.check(head, *place)) : "cut";
}

std::string retry_after(const refusal& no)
{
    const auto field =
        std::find_if(no.fields.begin(), no.fields.end(), [](const auto& each) { return each.first == "Retry-After"; });
    return field == no.fields.end() ? "" : field->second;
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_gate)

BOOST_AUTO_TEST_CASE(a_place_is_taken_at_accept_and_given_back_at_the_end)
{
    gate here;
    {
        const auto place = here.admit("192.0.2.1");
        BOOST_TEST(here.connections() == 1U);
    }
    BOOST_TEST(here.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_moved_admission_gives_its_place_back_once)
{
    gate here;
    {
        auto place = here.admit("192.0.2.1");
        const admission moved = std::move(*place);
        place.reset();
        BOOST_TEST(here.connections() == 1U);
        BOOST_TEST(moved.peer() == "192.0.2.1");
    }
    BOOST_TEST(here.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_connection_over_the_limit_of_its_ip_is_told_429_and_others_are_welcome)
{
    gate here{{.max_per_ip = 1}};
    auto first = here.admit("192.0.2.1");
    auto second = here.admit("192.0.2.1");
    auto other = here.admit("192.0.2.2");
    BOOST_TEST(!here.check(from_program(), *first));
    BOOST_TEST(!here.check(from_program(), *other));
    const auto no = here.check(from_program(), *second);
    BOOST_REQUIRE(no);
    BOOST_TEST(no->status == 429U);
    BOOST_TEST(no->reason == "too_many_from_ip");
    BOOST_TEST(retry_after(*no) == "5");
}

BOOST_AUTO_TEST_CASE(a_connection_over_the_total_is_told_503)
{
    gate here{{.max_connections = 1}};
    auto first = here.admit("192.0.2.1");
    auto second = here.admit("192.0.2.2");
    const auto no = here.check(from_program(), *second);
    BOOST_REQUIRE(no);
    BOOST_TEST(no->status == 503U);
    BOOST_TEST(no->reason == "full");
    BOOST_TEST(retry_after(*no) == "5");
}

BOOST_AUTO_TEST_CASE(who_leaves_makes_room)
{
    gate here{{.max_connections = 1, .max_per_ip = 1}};
    here.admit("192.0.2.1").reset();
    BOOST_TEST(reason_for(here, from_program()) == "welcome");
}

BOOST_AUTO_TEST_CASE(those_turned_away_take_nobodys_place)
{
    gate here{{.max_per_ip = 1}};
    auto first = here.admit("192.0.2.1");
    auto turned_away = here.admit("192.0.2.1");
    BOOST_TEST(here.connections() == 1U);
    first.reset();
    BOOST_TEST(reason_for(here, from_program()) == "welcome");
    BOOST_TEST(reason(here.check(from_program(), *turned_away)) == "too_many_from_ip"); // what was said stays said
}

BOOST_AUTO_TEST_CASE(only_so_many_are_told_why_and_the_rest_is_cut)
{
    gate here{{.max_connections = 1, .max_turned_away = 2}};
    const auto inside = here.admit("192.0.2.1");
    auto one = here.admit("192.0.2.2");
    const auto two = here.admit("192.0.2.3");
    BOOST_TEST(two.has_value());
    BOOST_TEST(!here.admit("192.0.2.4").has_value());
    one.reset();
    BOOST_TEST(here.admit("192.0.2.4").has_value());
}

BOOST_AUTO_TEST_CASE(a_limit_of_zero_is_no_limit)
{
    gate here{{.max_connections = 0, .max_per_ip = 0}};
    std::vector<std::optional<admission>> places;
    for (int each = 0; each < 1000; ++each)
        places.push_back(here.admit("192.0.2.1"));
    BOOST_TEST(here.connections() == 1000U);
    BOOST_TEST(reason_for(here, from_program()) == "welcome");
}

BOOST_AUTO_TEST_CASE(connections_without_an_ip_count_in_total_only)
{
    gate here{{.max_connections = 2, .max_per_ip = 1}};
    const auto one = here.admit("unix");
    const auto two = here.admit("unix");
    BOOST_TEST(!two->turned_away());
    BOOST_TEST(reason_for(here, from_program()) == "full");
}

BOOST_AUTO_TEST_CASE(the_addresses_of_one_ipv6_network_count_as_one)
{
    gate here{{.max_per_ip = 1}};
    const auto first = here.admit("2001:db8:0:1::1");
    const auto neighbour = here.admit("2001:db8:0:1:ffff::2");
    const auto next_network = here.admit("2001:db8:0:2::1");
    BOOST_TEST(neighbour->turned_away() != nullptr);
    BOOST_TEST(!next_network->turned_away());
}

BOOST_AUTO_TEST_CASE(an_ipv4_address_is_the_same_in_ipv6_clothes)
{
    gate here{{.max_per_ip = 1}};
    const auto first = here.admit("192.0.2.1");
    BOOST_TEST(here.admit("::ffff:192.0.2.1")->turned_away() != nullptr);
    BOOST_TEST(!here.admit("::ffff:192.0.2.2")->turned_away());
}

BOOST_AUTO_TEST_CASE(nobody_enters_while_it_drains_not_even_who_was_accepted_before)
{
    gate here;
    auto before = here.admit("192.0.2.1");
    here.drain();
    const auto no = here.check(from_program(), *before);
    BOOST_REQUIRE(no);
    BOOST_TEST(no->status == 503U);
    BOOST_TEST(no->reason == "draining");
    BOOST_TEST(retry_after(*no) == "5");
}

BOOST_AUTO_TEST_CASE(places_from_many_threads_all_come_back)
{
    gate here{{.max_connections = 3, .max_per_ip = 2, .max_turned_away = 1}};
    const auto come_and_go = [&here](const char* ip) {
        for (int each = 0; each < 2000; ++each)
            here.admit(ip);
    };
    std::thread one{come_and_go, "192.0.2.1"}, two{come_and_go, "192.0.2.1"}, three{come_and_go, "192.0.2.2"};
    one.join(), two.join(), three.join();
    BOOST_TEST(here.connections() == 0U);
    const auto first = here.admit("192.0.2.1"), second = here.admit("192.0.2.1");
    BOOST_TEST(!second->turned_away());
}

BOOST_AUTO_TEST_CASE(a_program_that_sends_no_origin_is_welcome)
{
    gate here;
    BOOST_TEST(reason_for(here, from_program()) == "welcome");
}

struct page
{
    std::string_view host, origin;
    friend std::ostream& operator<<(std::ostream& out, const page& each)
    {
        return out << "Origin '" << each.origin << "' at Host '" << each.host << "'";
    }
};

const page own_pages[] = {
    {"chat.example", "http://chat.example"},
    {"chat.example", "https://chat.example"},
    {"Chat.Example", "HTTP://CHAT.example"},
    {"chat.example", "http://chat.example:80"},
    {"chat.example:80", "http://chat.example"},
    {"chat.example", "https://chat.example:443"},
    {"chat.example:443", "https://chat.example"},
    {"chat.example:8080", "http://chat.example:8080"},
    {"127.0.0.1:8080", "http://127.0.0.1:8080"},
    {"[::1]:8080", "http://[::1]:8080"},
    {"[::1]", "http://[::1]:80"},
};

const page foreign_pages[] = {
    {"chat.example", ""},
    {"chat.example", "null"},
    {"chat.example", "chat.example"},
    {"chat.example", "//chat.example"},
    {"chat.example", "http://"},
    {"chat.example", "http://other.example"},
    {"chat.example", "http://chat.example.evil.example"},
    {"chat.example", "http://evilchat.example"},
    {"chat.example", "http://sub.chat.example"},
    {"sub.chat.example", "http://chat.example"},
    {"chat.example", "http://chat.example."},
    {"chat.example", "http://chat.example@evil.example"},
    {"chat.example", "http://evil.example#chat.example"},
    {"chat.example", "http://evil.example?chat.example"},
    {"chat.example", "http://evil.example/chat.example"},
    {"chat.example", "http://chat.example/"},
    {"chat.example", "http://chat.example:80.evil.example"},
    {"chat.example", "http://chat.example, http://evil.example"},
    {"chat.example", "http://chat.example http://evil.example"},
    {"chat.example", "http://chat.example:8080"},
    {"chat.example", "http://chat.example:443"},
    {"chat.example:80", "https://chat.example"},
    {"chat.example:8080", "http://chat.example"},
    {"chat.example", "http://chat.example:"},
    {"chat.example", "http://chat.example:0"},
    {"chat.example", "http://chat.example:65616"}, // 80 after a wrap
    {"chat.example", "http://chat.example:+80"},
    {"chat.example", "ws://chat.example"},
    {"chat.example", "file://chat.example"},
    {"chat.example", "chrome-extension://chat.example"},
    {"[::1]:8080", "http://[::2]:8080"},
    {"[::1]", "http://[::1"},
    {"[::1]", "http://[::1]evil.example"},
    {"", "http://"},
    {"", "http://chat.example"},
    {"http://", "http://http://"},
};

BOOST_DATA_TEST_CASE(a_page_of_this_host_is_welcome, boost::unit_test::data::make(own_pages), each)
{
    gate here;
    BOOST_TEST(reason_for(here, from_page(std::string{each.host}, std::string{each.origin})) == "welcome");
}

BOOST_DATA_TEST_CASE(a_page_of_any_other_host_is_refused, boost::unit_test::data::make(foreign_pages), each)
{
    gate here;
    BOOST_TEST(reason_for(here, from_page(std::string{each.host}, std::string{each.origin})) == "origin_not_allowed");
}

BOOST_AUTO_TEST_CASE(two_origins_are_refused_even_if_one_is_ours)
{
    gate here;
    request head = from_page("chat.example", "http://chat.example");
    head.fields.emplace_back("origin", "http://evil.example");
    BOOST_TEST(reason_for(here, head) == "origin_not_allowed");
}

BOOST_AUTO_TEST_CASE(a_foreign_origin_is_403)
{
    gate here;
    auto place = here.admit("192.0.2.1");
    BOOST_TEST(here.check(from_page("chat.example", "null"), *place)->status == 403U);
}

BOOST_AUTO_TEST_CASE(a_list_of_origins_replaces_the_host_that_was_asked)
{
    gate here{{.origins = {*origin_pattern::parse("https://app.example"), *origin_pattern::parse("https://*.test")}}};
    BOOST_TEST(reason_for(here, from_page("chat.example", "https://app.example")) == "welcome");
    BOOST_TEST(reason_for(here, from_page("chat.example", "https://a.test")) == "welcome");
    BOOST_TEST(reason_for(here, from_page("chat.example", "https://chat.example")) == "origin_not_allowed");
    BOOST_TEST(reason_for(here, from_page("chat.example", "null")) == "origin_not_allowed");
    BOOST_TEST(reason_for(here, from_program()) == "welcome");
}

BOOST_AUTO_TEST_CASE(programs_can_be_kept_out)
{
    gate here{{.require_origin = true}};
    BOOST_TEST(reason_for(here, from_program()) == "origin_missing");
    BOOST_TEST(reason_for(here, from_page("chat.example", "https://chat.example")) == "welcome");
}

BOOST_AUTO_TEST_CASE(who_comes_through_a_proxy_is_counted_where_he_comes_from)
{
    gate_options options{.max_per_ip = 1};
    BOOST_REQUIRE(options.proxies.add("10.0.0.0/8"));
    gate here{options};
    auto ann = here.admit("10.0.0.1"), again = here.admit("10.0.0.1"), bob = here.admit("10.0.0.1");
    BOOST_TEST(!here.check(forwarded_for("203.0.113.1"), *ann));
    BOOST_TEST(ann->peer() == "203.0.113.1");
    BOOST_TEST(reason(here.check(forwarded_for("203.0.113.1"), *again)) == "too_many_from_ip");
    BOOST_TEST(!here.check(forwarded_for("203.0.113.2"), *bob));
    BOOST_TEST(here.admit("203.0.113.1")->turned_away() != nullptr); // without the proxy it is the same address
    ann.reset();
    BOOST_TEST(here.connections() == 1U); // who is over the limit does not count
    auto anew = here.admit("10.0.0.1");
    BOOST_TEST(!here.check(forwarded_for("203.0.113.1"), *anew));
}

BOOST_AUTO_TEST_CASE(who_is_no_proxy_of_ours_cannot_say_he_is_somebody_else)
{
    gate_options options{.max_per_ip = 1};
    BOOST_REQUIRE(options.proxies.add("10.0.0.0/8"));
    gate here{options};
    auto one = here.admit("203.0.113.1"), two = here.admit("203.0.113.1");
    BOOST_TEST(!here.check(forwarded_for("198.51.100.1"), *one));
    BOOST_TEST(one->peer() == "203.0.113.1");
    BOOST_TEST(reason(here.check(forwarded_for("198.51.100.2"), *two)) == "too_many_from_ip");
}

BOOST_AUTO_TEST_CASE(a_proxy_that_speaks_for_its_own_counts_in_total_only)
{
    gate_options options{.max_connections = 3, .max_per_ip = 1};
    BOOST_REQUIRE(options.proxies.add("10.0.0.0/8"));
    gate here{options};
    auto one = here.admit("10.0.0.1"), two = here.admit("10.0.0.1"), three = here.admit("10.0.0.1");
    BOOST_TEST(!here.check(from_program(), *one));
    BOOST_TEST(!here.check(forwarded_for("10.0.0.7"), *two));
    BOOST_TEST(here.admit("10.0.0.1")->turned_away() != nullptr);
    one.reset(), two.reset(), three.reset();
    BOOST_TEST(here.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(who_is_over_his_share_behind_a_proxy_takes_nobodys_place)
{
    gate_options options{.max_connections = 3, .max_per_ip = 1, .max_turned_away = 2};
    BOOST_REQUIRE(options.proxies.add("10.0.0.1"));
    gate here{options};
    auto first = here.admit("10.0.0.1"), second = here.admit("10.0.0.1"), third = here.admit("10.0.0.1");
    BOOST_TEST(here.speaks_for(*first, "203.0.113.1"));
    BOOST_TEST(here.speaks_for(*second, "203.0.113.1"));
    BOOST_TEST(second->turned_away() != nullptr);
    BOOST_TEST(here.speaks_for(*third, "203.0.113.1"));
    BOOST_TEST(here.connections() == 1U);
    auto fourth = here.admit("10.0.0.1");
    BOOST_TEST(!here.speaks_for(*fourth, "203.0.113.1")); // so many wait for their answer already
    fourth.reset();
    auto other = here.admit("10.0.0.1");
    BOOST_TEST(here.speaks_for(*other, "203.0.113.2"));
    BOOST_TEST(!here.check(from_program(), *other));
    first.reset(), second.reset(), third.reset(), other.reset();
    BOOST_TEST(here.connections() == 0U);
    auto anew = here.admit("203.0.113.1");
    BOOST_TEST(!anew->turned_away());
}

BOOST_AUTO_TEST_CASE(a_proxy_that_says_it_speaks_for_nobody_is_not_asked_by_its_requests)
{
    gate_options options{.max_per_ip = 1};
    BOOST_REQUIRE(options.proxies.add("10.0.0.1"));
    gate here{options};
    auto place = here.admit("10.0.0.1");
    BOOST_TEST(here.speaks_for(*place, ""));
    BOOST_TEST(!here.check(forwarded_for("203.0.113.1"), *place));
    BOOST_TEST(place->peer() == "10.0.0.1");
}

BOOST_AUTO_TEST_CASE(after_a_change_newcomers_meet_the_new_limits_and_who_is_in_stays)
{
    gate here{{.max_connections = 3, .max_per_ip = 3}};
    const auto first = here.admit("192.0.2.1"), second = here.admit("192.0.2.1");
    here.change({.max_connections = 3, .max_per_ip = 1});
    BOOST_TEST(!first->turned_away());
    BOOST_TEST(here.connections() == 2U);
    BOOST_TEST(reason_for(here, from_program()) == "too_many_from_ip");
    here.change({.max_connections = 2, .max_per_ip = 0});
    BOOST_TEST(reason_for(here, from_program()) == "full");
    here.change({.max_connections = 0, .max_per_ip = 3});
    BOOST_TEST(reason_for(here, from_program()) == "welcome");
}

BOOST_AUTO_TEST_CASE(after_a_change_other_pages_may_connect)
{
    gate here;
    const auto ours = from_page("chat.example", "https://chat.example");
    const auto app = from_page("chat.example", "https://app.example");
    BOOST_TEST(reason_for(here, ours) == "welcome");
    here.change({.origins = {*origin_pattern::parse("https://app.example")}, .require_origin = true});
    BOOST_TEST(reason_for(here, ours) == "origin_not_allowed");
    BOOST_TEST(reason_for(here, app) == "welcome");
    BOOST_TEST(reason_for(here, from_program()) == "origin_missing");
}

BOOST_AUTO_TEST_CASE(a_change_leaves_the_proxies_by_which_those_inside_are_counted)
{
    gate_options options{.max_per_ip = 1};
    BOOST_REQUIRE(options.proxies.add("10.0.0.1"));
    gate here{options};
    auto behind = here.admit("10.0.0.1");
    BOOST_TEST(!here.check(forwarded_for("203.0.113.1"), *behind));
    here.change({.max_per_ip = 1}); // without them
    BOOST_TEST(here.trusts("10.0.0.1"));
    behind.reset();
    auto again = here.admit("203.0.113.1");
    BOOST_TEST(!again->turned_away());
}

BOOST_AUTO_TEST_SUITE_END()
