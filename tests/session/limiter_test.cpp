// limiter_test.cpp — a token bucket at the edges of its arithmetic, by a clock that only the test moves.
#include <chorus/session/limiter.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <limits>
#include <thread>

using namespace chorus;
using namespace std::chrono_literals;

namespace {

using time_point = limiter::time_point;

struct bucket
{
    rate allowed;
    limiter level = {};

    bool take(time_point now) { return level.take(allowed, now); }
};

constexpr time_point start{std::chrono::hours{1000}};

int taken_at_once(bucket& from, time_point now, int tries)
{
    int taken = 0;
    for (int each = 0; each < tries; ++each)
        taken += from.take(now) ? 1 : 0;
    return taken;
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_limiter)

BOOST_AUTO_TEST_CASE(a_rested_bucket_gives_its_burst_and_no_more)
{
    bucket rested{{.per_second = 10, .burst = 20}};
    BOOST_TEST(taken_at_once(rested, start, 100) == 20);
}

BOOST_AUTO_TEST_CASE(a_token_comes_back_exactly_when_its_time_is_full)
{
    bucket rested{{.per_second = 10, .burst = 1}};
    BOOST_TEST(rested.take(start));
    BOOST_TEST(!rested.take(start + 100ms - 1ns));
    BOOST_TEST(rested.take(start + 100ms));
    BOOST_TEST(!rested.take(start + 100ms));
}

BOOST_AUTO_TEST_CASE(a_refused_take_costs_nothing)
{
    bucket rested{{.per_second = 10, .burst = 1}};
    BOOST_TEST(rested.take(start));
    BOOST_TEST(taken_at_once(rested, start + 50ms, 1000) == 0);
    BOOST_TEST(rested.take(start + 100ms));
}

BOOST_AUTO_TEST_CASE(a_rate_that_does_not_divide_a_second_loses_nothing_to_rounding)
{
    bucket rested{{.per_second = 3, .burst = 2}};
    int taken = taken_at_once(rested, start, 2) - 2;
    for (auto now = start; now < start + 100s;)
        taken += rested.take(now += 1ms) ? 1 : 0;
    BOOST_TEST(taken == 300);
}

BOOST_AUTO_TEST_CASE(a_long_rest_earns_no_more_than_the_burst)
{
    bucket rested{{.per_second = 10, .burst = 20}};
    BOOST_TEST(taken_at_once(rested, start, 20) == 20);
    BOOST_TEST(taken_at_once(rested, start + std::chrono::hours{24 * 365 * 100}, 100) == 20);
}

BOOST_AUTO_TEST_CASE(the_largest_rate_and_burst_do_not_overflow)
{
    constexpr auto most = std::numeric_limits<std::uint32_t>::max();
    bucket rested{{.per_second = most, .burst = most}};
    BOOST_TEST(taken_at_once(rested, start, 1000) == 1000);
    BOOST_TEST(taken_at_once(rested, start + 1ns, 1000) == 1000);
    BOOST_TEST(taken_at_once(rested, time_point::max(), 1000) == 1000);
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_backwards_earns_nothing)
{
    bucket rested{{.per_second = 10, .burst = 1}};
    BOOST_TEST(rested.take(start));
    BOOST_TEST(!rested.take(start - 1h));
    BOOST_TEST(!rested.take(start));
    BOOST_TEST(rested.take(start + 100ms));
}

BOOST_AUTO_TEST_CASE(a_rate_of_zero_is_no_limit)
{
    bucket rested{{.per_second = 0, .burst = 1}};
    BOOST_TEST(taken_at_once(rested, start, 1000) == 1000);
}

BOOST_AUTO_TEST_CASE(a_burst_of_zero_still_lets_one_through)
{
    bucket rested{{.per_second = 10, .burst = 0}};
    BOOST_TEST(taken_at_once(rested, start, 10) == 1);
}

BOOST_AUTO_TEST_CASE(what_costs_more_takes_more)
{
    bucket rested{{.per_second = 100, .burst = 50}};
    BOOST_TEST(rested.level.take(rested.allowed, start, 30));
    BOOST_TEST(!rested.level.take(rested.allowed, start, 21));
    BOOST_TEST(rested.level.take(rested.allowed, start, 20));
    BOOST_TEST(!rested.level.take(rested.allowed, start + 199ms, 20));
    BOOST_TEST(rested.level.take(rested.allowed, start + 200ms, 20));
}

BOOST_AUTO_TEST_CASE(more_than_a_burst_is_taken_from_a_full_bucket_only_and_paid_for_in_full)
{
    bucket rested{{.per_second = 100, .burst = 50}};
    BOOST_TEST(rested.level.take(rested.allowed, start, 200));
    BOOST_TEST(!rested.take(start + 1500ms));
    BOOST_TEST(rested.take(start + 1510ms));
    BOOST_TEST(!rested.level.take(rested.allowed, start + 1600ms, 200));
}

BOOST_AUTO_TEST_CASE(threads_share_a_bucket_to_the_token)
{
    bucket shared{{.per_second = 1, .burst = 10'000}};
    std::atomic<int> taken = 0;
    const auto take_all = [&] {
        for (int each = 0; each < 10'000; ++each)
            if (shared.take(start)) ++taken;
    };
    std::thread one{take_all}, two{take_all};
    one.join(), two.join();
    BOOST_TEST(taken == 10'000);
}

BOOST_AUTO_TEST_CASE(a_bucket_that_was_emptied_slowly_is_filled_for_another_rate)
{
    bucket slow{{.per_second = 1, .burst = 1000}};
    BOOST_TEST(taken_at_once(slow, start, 2000) == 1000);
    slow.allowed = {.per_second = 100, .burst = 10};
    BOOST_TEST(!slow.take(start + 1s), "it would have been full after 1000 seconds");
    slow.level.fill();
    BOOST_TEST(taken_at_once(slow, start + 1s, 2000) == 10);
}

BOOST_AUTO_TEST_SUITE_END()
