// trusted_proxies_test.cpp — ranges of addresses, and which hop of X-Forwarded-For is the client.
#include <chorus/session/trusted_proxies.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;

namespace {

bool holds(std::string_view range, std::string_view address)
{
    const auto read = address_range::parse(range);
    BOOST_REQUIRE_MESSAGE(read, range);
    return read->holds(address);
}

trusted_proxies our_proxies()
{
    trusted_proxies ours;
    BOOST_REQUIRE(ours.add("10.0.0.0/8"));
    BOOST_REQUIRE(ours.add("2001:db8:1::/48"));
    return ours;
}

std::string client(std::string peer, std::string forwarded)
{
    return our_proxies().client(peer, {{{"X-Forwarded-For", std::move(forwarded)}}});
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_trusted_proxies)

BOOST_AUTO_TEST_CASE(a_range_holds_what_its_prefix_says_and_no_more)
{
    BOOST_TEST(holds("10.0.0.0/8", "10.255.255.255"));
    BOOST_TEST(!holds("10.0.0.0/8", "11.0.0.0"));
    BOOST_TEST(holds("192.0.2.128/25", "192.0.2.255"));
    BOOST_TEST(!holds("192.0.2.128/25", "192.0.2.127"));
    BOOST_TEST(holds("192.0.2.1", "192.0.2.1"));
    BOOST_TEST(!holds("192.0.2.1", "192.0.2.2"));
    BOOST_TEST(holds("0.0.0.0/0", "203.0.113.9"));
    BOOST_TEST(!holds("0.0.0.0/0", "2001:db8::1"));
    BOOST_TEST(holds("2001:db8::/32", "2001:db8:ffff::1"));
    BOOST_TEST(!holds("2001:db8::/32", "2001:db9::1"));
    BOOST_TEST(holds("::/0", "10.0.0.1"));
    BOOST_TEST(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
    BOOST_TEST(!holds("10.0.0.0/8", "unix"));
}

BOOST_AUTO_TEST_CASE(what_is_no_range_is_refused)
{
    for (const auto* text : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.1/8", "10.0.0/8", "::/129",
                             "2001:db8::1/32", "10.0.0.0/8 ", "localhost", "*", "10.0.0.0/8/8", "fe80::%lo/10"})
        BOOST_TEST(!address_range::parse(text), text);
    BOOST_TEST(!trusted_proxies{}.add("anybody"));
}

BOOST_AUTO_TEST_CASE(the_last_hop_that_is_not_ours_is_the_client)
{
    BOOST_TEST(client("10.0.0.1", "203.0.113.9") == "203.0.113.9");
    BOOST_TEST(client("10.0.0.1", "203.0.113.9, 10.0.0.2") == "203.0.113.9");
    BOOST_TEST(client("10.0.0.1", "203.0.113.9,10.0.0.3,2001:db8:1::2") == "203.0.113.9");
    BOOST_TEST(client("2001:db8:1::1", "2001:db8:2::9") == "2001:db8:2::9");
}

BOOST_AUTO_TEST_CASE(what_stands_before_the_client_is_made_up)
{
    BOOST_TEST(client("10.0.0.1", "10.9.9.9, 198.51.100.1, 203.0.113.9") == "203.0.113.9");
    BOOST_TEST(client("10.0.0.1", "127.0.0.1, 203.0.113.9, 10.0.0.2") == "203.0.113.9");
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_no_proxy_of_ours_speaks_for_itself)
{
    BOOST_TEST(client("203.0.113.9", "198.51.100.1") == "203.0.113.9");
    BOOST_TEST(client("unix", "198.51.100.1") == "unix");
    trusted_proxies local;
    BOOST_REQUIRE(local.add("unix"));
    BOOST_TEST(local.client("unix", {{{"X-Forwarded-For", "198.51.100.1"}}}) == "198.51.100.1");
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_no_address_ends_the_search)
{
    BOOST_TEST(client("10.0.0.1", "203.0.113.9, unknown") == "10.0.0.1");
    BOOST_TEST(client("10.0.0.1", "203.0.113.9, _hidden, 10.0.0.2") == "10.0.0.2");
    BOOST_TEST(client("10.0.0.1", "fe80::1%evil") == "10.0.0.1");
    BOOST_TEST(client("10.0.0.1", "") == "10.0.0.1");
    BOOST_TEST(client("10.0.0.1", "[") == "10.0.0.1");
}

BOOST_AUTO_TEST_CASE(a_port_behind_an_address_does_not_count)
{
    BOOST_TEST(client("10.0.0.1", "203.0.113.9:5000") == "203.0.113.9");
    BOOST_TEST(client("10.0.0.1", "[2001:db8:2::9]:5000, 10.0.0.2:80") == "2001:db8:2::9");
}

BOOST_AUTO_TEST_CASE(several_fields_are_one_list)
{
    const http_head head{{{"X-Forwarded-For", "198.51.100.1"}, {"x-forwarded-for", "203.0.113.9, 10.0.0.2"}}};
    BOOST_TEST(our_proxies().client("10.0.0.1", head) == "203.0.113.9");
}

BOOST_AUTO_TEST_SUITE_END()
