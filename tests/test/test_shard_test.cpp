// test_shard_test.cpp — coroutines in the thread of a test: how far they come, and how time passes for them.
#include <chorus/core/bell.hpp>
#include <chorus/test/test_shard.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <vector>

using namespace std::chrono_literals;
using namespace chorus;
using chorus::test::test_shard;

BOOST_AUTO_TEST_SUITE(test_test_shard)

namespace {

task<> fail()
{
    co_await yield();
    throw std::runtime_error("no");
}

task<> wait_for(bell& what, bool& came)
{
    co_await what.wait();
    came = true;
}

// Notes the time at each end of a wait, and waits anew.
task<> tick(chorus::clock& time, std::vector<duration>& ticks, duration period, int count)
{
    const auto began = time.now();
    bell never;
    for (int each = 0; each < count; ++each) {
        co_await never.wait_until(time, time.now() + period);
        ticks.push_back(time.now() - began);
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(a_coroutine_runs_to_its_end_and_its_exception_comes_back)
{
    test_shard here;
    BOOST_TEST(here.run(yield()));
    BOOST_CHECK_THROW(here.run(fail()), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(one_that_waits_goes_on_with_its_shard)
{
    test_shard here;
    bell rung;
    bool came = false;
    BOOST_TEST(!here.run(wait_for(rung, came)));
    rung.ring();
    here.settle();
    BOOST_TEST(came);
}

BOOST_AUTO_TEST_CASE(what_is_woken_on_the_way_sees_its_own_time)
{
    test_shard here;
    std::vector<duration> ticks;
    BOOST_TEST(!here.run(tick(here.clock, ticks, 300ms, 3)));
    here.pass(899ms);
    BOOST_TEST(ticks.size() == 2U);
    here.pass(1ms);
    BOOST_TEST((ticks == std::vector<duration>{300ms, 600ms, 900ms}));
}

BOOST_AUTO_TEST_SUITE_END()
