// live_update_test.cpp — what a running server takes from another config, and what it leaves.
#include <chorus/server/live_update.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(server_live_update)

BOOST_AUTO_TEST_CASE(limits_and_origins_are_taken)
{
    config wished;
    wished.origins = {"https://chat.example"};
    wished.max_per_ip = 7;
    wished.rate = 3;
    wished.room_names.longest = 20;
    wished.token_grace = 1s;
    const auto now = live_update({}, wished);
    BOOST_TEST(now.origins.size() == 1U);
    BOOST_TEST(now.max_per_ip == 7U);
    BOOST_TEST(now.rate == 3U);
    BOOST_TEST(now.room_names.longest == 20U);
    BOOST_CHECK(now.token_grace == 1s);
}

BOOST_AUTO_TEST_CASE(what_the_server_stands_on_stays)
{
    config wished;
    wished.listen = "0.0.0.0:80";
    wished.threads = 7;
    wished.tls_self_signed = true;
    wished.tokens = "elsewhere";
    wished.trusted_proxies = {"10.0.0.0/8"};
    wished.outbox.messages = 7;
    const auto now = live_update({}, wished);
    BOOST_TEST(now.listen == config{}.listen);
    BOOST_TEST(now.threads == config{}.threads);
    BOOST_TEST(!now.tls_self_signed);
    BOOST_TEST(now.tokens.empty());
    BOOST_TEST(now.trusted_proxies.empty());
    BOOST_TEST(now.outbox.messages == config{}.outbox.messages);
}

BOOST_AUTO_TEST_CASE(rates_of_types_are_taken_while_the_types_are_the_same)
{
    config running, faster, others;
    running.rates = {{"chat", {.per_second = 5, .burst = 10}}};
    faster.rates = {{"chat", {.per_second = 50, .burst = 100}}};
    others.rates = {{"join", {.per_second = 5, .burst = 10}}};
    BOOST_TEST(live_update(running, faster).rates.at("chat").per_second == 50U);
    BOOST_TEST(live_update(running, others).rates.contains("chat"));
    BOOST_TEST(live_update(running, {}).rates.contains("chat"));
}

BOOST_AUTO_TEST_SUITE_END()
