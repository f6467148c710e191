// bell_test.cpp — a ring wakes one coroutine, is remembered when nobody waits, and never runs anybody at once.
#include "support/coroutine_test.hpp"

#include <chorus/core/bell.hpp>
#include <chorus/core/scope.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <vector>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_bell)

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

namespace {

task<> note_wake(bell& bell, std::vector<wake>& wakes) { wakes.push_back(co_await bell.wait()); }

task<> note_wake_until(bell& bell, clock& clock, time_point deadline, std::vector<wake>& wakes)
{
    wakes.push_back(co_await bell.wait_until(clock, deadline));
}

// Owns the bell it waits at, as many coroutines do.
task<> wait_for_ever(std::shared_ptr<int> witness)
{
    bell never;
    co_await never.wait();
    ++*witness;
}

} // namespace

CHORUS_COROUTINE_TEST(a_ring_wakes_the_waiting_coroutine_but_does_not_run_it)
{
    bell bell;
    std::vector<wake> wakes;
    scope children{shard.get_executor()};
    children.spawn(note_wake(bell, wakes));
    shard.poll();
    BOOST_TEST(bell.waiting());

    bell.ring();
    BOOST_TEST(!bell.waiting());
    BOOST_TEST(wakes.empty());
    co_await children.join();
    BOOST_TEST((wakes == std::vector{wake::rung}));
}

CHORUS_COROUTINE_TEST(rings_that_nobody_waited_for_are_remembered_as_one)
{
    bell bell;
    bell.ring();
    bell.ring();
    BOOST_TEST((co_await bell.wait() == wake::rung));

    std::vector<wake> wakes;
    scope children{shard.get_executor()};
    children.spawn(note_wake(bell, wakes));
    shard.poll();
    BOOST_TEST(wakes.empty());
    bell.ring();
    co_await children.join();
}

CHORUS_COROUTINE_TEST(a_wait_ends_at_its_deadline_and_not_before)
{
    bell bell;
    std::vector<wake> wakes;
    scope children{shard.get_executor()};
    children.spawn(note_wake_until(bell, clock, clock.now() + 10s, wakes));
    shard.poll();
    clock.advance(9s);
    shard.poll();
    BOOST_TEST(wakes.empty());
    clock.advance(1s);
    co_await children.join();
    BOOST_TEST((wakes == std::vector{wake::timed_out}));
}

CHORUS_COROUTINE_TEST(a_ring_in_time_disarms_the_deadline)
{
    bell bell;
    std::vector<wake> wakes;
    scope children{shard.get_executor()};
    children.spawn(note_wake_until(bell, clock, clock.now() + 10s, wakes));
    shard.poll();
    bell.ring();
    clock.advance(10s);
    co_await children.join();
    BOOST_TEST((wakes == std::vector{wake::rung}));
    BOOST_TEST(!clock.earliest());
}

CHORUS_COROUTINE_TEST(the_loser_of_a_race_is_cancelled)
{
    bell wins, loses;
    wins.ring();
    const auto outcome = co_await (wins.wait() || loses.wait());
    BOOST_TEST(outcome.index() == 0u);
    BOOST_TEST(!loses.waiting());
}

CHORUS_COROUTINE_TEST(a_cancellation_that_comes_after_the_ring_counts)
{
    bell first, second;
    std::vector<wake> wakes;
    scope children{shard.get_executor()};
    children.spawn([](bell& a, bell& b, std::vector<wake>& seen) -> task<> {
        co_await (note_wake(a, seen) || note_wake(b, seen));
    }(first, second, wakes));
    shard.poll();
    first.ring();
    second.ring();
    co_await children.join();
    BOOST_TEST((wakes == std::vector{wake::rung, wake::cancelled}));
}

BOOST_AUTO_TEST_CASE(coroutines_still_waiting_are_destroyed_with_their_shard)
{
    const auto witness = std::make_shared<int>(0);
    {
        test::test_shard here;
        scope children{here.shard.get_executor()};
        children.spawn(wait_for_ever(witness));
        here.shard.poll();
        BOOST_TEST(witness.use_count() == 2);
    }
    BOOST_TEST(witness.use_count() == 1);
    BOOST_TEST(*witness == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
