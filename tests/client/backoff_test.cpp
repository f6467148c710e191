// backoff_test.cpp — the bounds of each wait, that all of the range is used, and what a seed gives again.
#include <chorus/client/backoff.hpp>

#include <chorus/core/random.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace chorus;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(client_backoff)

BOOST_AUTO_TEST_CASE(the_ceiling_doubles_up_to_the_most_and_a_new_series_begins_small)
{
    backoff pauses{{.first = 500ms, .most = 3s}};
    for (const auto expected : {500ms, 1000ms, 2000ms, 3000ms, 3000ms}) {
        BOOST_TEST((pauses.ceiling() == expected));
        pauses.next();
    }
    pauses.reset();
    BOOST_TEST((pauses.ceiling() == 500ms));
}

BOOST_AUTO_TEST_CASE(a_wait_lies_anywhere_between_nothing_and_the_ceiling)
{
    seeded_random chance{7};
    auto least = 1000ms, most = 0ms;
    std::size_t in_lower_half = 0;
    for (int i = 0; i < 10'000; ++i) {
        backoff pauses{{.first = 1000ms, .most = 1s}};
        const auto wait = pauses.next();
        least = std::min(least, wait);
        most = std::max(most, wait);
        in_lower_half += wait < 500ms;
    }
    BOOST_TEST((least >= 0ms && least < 5ms));
    BOOST_TEST((most <= 1000ms && most > 995ms));
    BOOST_TEST(in_lower_half > 4'700U);
    BOOST_TEST(in_lower_half < 5'300U);
}

BOOST_AUTO_TEST_SUITE_END()
