// handover_test.cpp — what any thread puts in arrives on the shard once, in that thread's order, in batches.
#include "support/coroutine_test.hpp"

#include <chorus/core/handover.hpp>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_handover)

namespace {

using values = std::vector<int>;

struct numbered
{
    unsigned thread;
    int number;
};

} // namespace

BOOST_AUTO_TEST_CASE(values_arrive_from_the_queue_of_the_shard_in_one_batch)
{
    test::test_shard here;
    std::vector<values> batches;
    handover<int> numbers{here.shard.get_executor(), 8, [&](values& batch) { batches.push_back(batch); }};
    BOOST_TEST(numbers.put(1));
    BOOST_TEST(numbers.put(2));
    values more{3, 4};
    numbers.put_all(more);
    BOOST_TEST(more.empty());
    BOOST_TEST(batches.empty());

    BOOST_TEST(here.shard.poll() == 1u);
    BOOST_TEST(batches.size() == 1u);
    BOOST_TEST(batches.front() == (values{1, 2, 3, 4}));

    BOOST_TEST(numbers.put(5));
    here.shard.poll();
    BOOST_TEST(batches.back() == values{5});
}

BOOST_AUTO_TEST_CASE(a_full_handover_refuses_until_its_shard_has_taken)
{
    test::test_shard here;
    handover<int> numbers{here.shard.get_executor(), 2, [](values&) {}};
    BOOST_TEST(numbers.put(1));
    BOOST_TEST(numbers.put(2));
    BOOST_TEST(!numbers.put(3));
    here.shard.poll();
    BOOST_TEST(numbers.put(3));
}

BOOST_AUTO_TEST_CASE(a_batch_between_hubs_is_never_refused)
{
    test::test_shard here;
    std::size_t taken = 0;
    handover<int> numbers{here.shard.get_executor(), 1, [&](values& batch) { taken += batch.size(); }};
    values many(1'000);
    numbers.put_all(many);
    numbers.put_all(many); // empty now: nothing to hand over
    here.shard.poll();
    BOOST_TEST(taken == 1'000u);
}

BOOST_AUTO_TEST_CASE(what_is_put_while_a_batch_is_taken_comes_in_the_next)
{
    test::test_shard here;
    values taken;
    handover<int>* self = nullptr;
    handover<int> numbers{here.shard.get_executor(), 8, [&](values& batch) {
                              taken.insert(taken.end(), batch.begin(), batch.end());
                              if (taken.size() < 3) self->put(static_cast<int>(taken.size()));
                          }};
    self = &numbers;
    numbers.put(0);
    here.shard.poll();
    BOOST_TEST(taken == (values{0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(a_handover_that_is_gone_takes_nothing_more)
{
    test::test_shard here;
    bool taken = false;
    {
        handover<int> numbers{here.shard.get_executor(), 8, [&](values&) { taken = true; }};
        numbers.put(1);
    }
    here.shard.poll();
    BOOST_TEST(!taken);
}

BOOST_AUTO_TEST_CASE(four_threads_hand_over_every_value_in_their_own_order)
{
    constexpr unsigned threads = 4;
    constexpr int count = 50'000;
    shard here{0};
    std::array<int, threads> next{};
    bool in_order = true;
    const auto take = [&](std::vector<numbered>& batch) {
        for (const numbered& value : batch) {
            in_order = in_order && value.number == next[value.thread];
            ++next[value.thread];
        }
        if (std::ranges::all_of(next, [](int seen) { return seen == count; })) here.stop();
    };
    handover<numbered> numbers{here.get_executor(), 1'024, take};

    std::vector<std::jthread> senders;
    for (unsigned thread = 0; thread < threads; ++thread)
        senders.emplace_back([&numbers, thread] {
            for (int number = 0; number < count;)
                if (numbers.put({thread, number}))
                    ++number;
                else
                    std::this_thread::yield();
        });
    here.run();
    BOOST_TEST(in_order);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
