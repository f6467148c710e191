// shard_test.cpp — a shard runs on a thread of its own, or step by step beside others in one thread.
#include "support/coroutine_test.hpp"

#include <chorus/core/bell.hpp>
#include <chorus/core/handover.hpp>
#include <chorus/core/scope.hpp>

#include <array>
#include <memory>
#include <thread>
#include <vector>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_shard)

using namespace std::chrono_literals;

namespace {

// Holds what the shard owns until the very end, as a session does.
task<> wait_with_an_alarm(clock& clock, std::shared_ptr<int> witness)
{
    bell never;
    alarm alarm{clock, [&] { never.ring(); }};
    alarm.set(clock.now() + 1h);
    co_await never.wait_until(clock, clock.now() + 2h);
    ++*witness;
}

task<> yield_twice(std::vector<int>& order, int name)
{
    for (int i = 0; i < 2; ++i) {
        order.push_back(name);
        co_await yield();
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(an_idle_shard_runs_until_it_is_stopped_from_another_thread)
{
    shard here{3};
    BOOST_TEST(here.index() == 3u);
    std::jthread thread{[&] { here.run(); }};
    here.stop();
}

BOOST_AUTO_TEST_CASE(shards_polled_in_turn_in_one_thread_hand_over_to_each_other)
{
    test::test_shard first{0}, second{1};
    int hops = 0;
    std::array<handover<int>*, 2> ways{};
    const auto hop_to = [&](std::size_t where) {
        return [&, where](std::vector<int>& batch) {
            hops += static_cast<int>(batch.size());
            if (hops < 10) ways[where]->put(hops);
        };
    };
    handover<int> into_first{first.shard.get_executor(), 1, hop_to(1)};
    handover<int> into_second{second.shard.get_executor(), 1, hop_to(0)};
    ways = {&into_first, &into_second};

    into_first.put(0);
    while (first.shard.poll() + second.shard.poll() > 0) {
    }
    BOOST_TEST(hops == 10);
}

CHORUS_COROUTINE_TEST(a_coroutine_that_yields_lets_the_others_run_first)
{
    std::vector<int> order;
    scope children{shard.get_executor()};
    children.spawn(yield_twice(order, 1));
    children.spawn(yield_twice(order, 2));
    co_await children.join();
    BOOST_TEST(order == (std::vector{1, 2, 1, 2}));
}

BOOST_AUTO_TEST_CASE(the_clock_outlives_the_coroutines_that_are_destroyed_with_their_shard)
{
    const auto witness = std::make_shared<int>(0);
    {
        shard here{0};
        scope children{here.get_executor()};
        children.spawn(wait_with_an_alarm(here.clock(), witness));
        here.poll();
        BOOST_TEST(witness.use_count() == 2);
    }
    BOOST_TEST(witness.use_count() == 1);
    BOOST_TEST(*witness == 0);
}

BOOST_AUTO_TEST_CASE(a_child_that_never_started_is_destroyed_with_its_shard)
{
    const auto witness = std::make_shared<int>(0);
    {
        test::test_shard here;
        scope children{here.shard.get_executor()};
        children.spawn(wait_with_an_alarm(here.clock, witness));
    }
    BOOST_TEST(witness.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(the_read_buffer_is_as_large_as_promised)
{
    shard here{0};
    BOOST_TEST(here.read_buffer().size() == 128u * 1024u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
