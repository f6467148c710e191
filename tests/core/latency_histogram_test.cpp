// latency_histogram_test.cpp — each time falls into one bucket, and the sum is exact.
#include <chorus/core/latency_histogram.hpp>

#include <boost/test/unit_test.hpp>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_latency_histogram)

using namespace std::chrono_literals;

namespace {

// The number of the one bucket that holds it.
std::size_t bucket_of(duration time)
{
    latency_histogram times;
    times.add(time);
    const auto buckets = times.read().buckets;
    BOOST_TEST(times.read().count() == 1u);
    std::size_t place = 0;
    while (buckets.at(place) == 0)
        ++place;
    return place;
}

} // namespace

BOOST_AUTO_TEST_CASE(bounds_grow_from_10_microseconds_to_10_seconds)
{
    const auto& bounds = latency_histogram::bounds;
    BOOST_TEST((bounds[0] == 10us && bounds[1] == 25us && bounds[2] == 50us && bounds[3] == 100us));
    BOOST_TEST((bounds[6] == 1ms && bounds[15] == 1s && bounds[18] == 10s));
    for (std::size_t i = 1; i < bounds.size(); ++i)
        BOOST_TEST((bounds[i - 1] < bounds[i]));
}

BOOST_AUTO_TEST_CASE(a_bucket_holds_its_bound_and_nothing_above_it)
{
    BOOST_TEST(bucket_of(0us) == 0u);
    BOOST_TEST(bucket_of(10us) == 0u);
    BOOST_TEST(bucket_of(10us + 1ns) == 1u);
    BOOST_TEST(bucket_of(1ms) == 6u);
    BOOST_TEST(bucket_of(10s) == 18u);
    BOOST_TEST(bucket_of(10s + 1ns) == 19u);
    BOOST_TEST(bucket_of(1h) == 19u);
}

BOOST_AUTO_TEST_CASE(less_than_nothing_is_nothing)
{
    latency_histogram times;
    times.add(-3ms);
    BOOST_TEST(times.read().buckets[0] == 1u);
    BOOST_TEST((times.read().sum == 0ns));
}

BOOST_AUTO_TEST_CASE(the_sum_is_exact_and_readings_add_up)
{
    latency_histogram here, there;
    here.add(3us);
    here.add(2s);
    there.add(1ns);
    auto all = here.read();
    all += there.read();
    BOOST_TEST((all.sum == 2s + 3us + 1ns));
    BOOST_TEST(all.count() == 3u);
    BOOST_TEST(all.buckets[0] == 2u);
    BOOST_TEST(all.buckets[16] == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
