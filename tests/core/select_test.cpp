// select_test.cpp — a select takes exactly one value, the oldest, and loses none of the others.
#include "support/coroutine_test.hpp"

#include <chorus/core/channel.hpp>
#include <chorus/core/scope.hpp>
#include <chorus/core/select.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>

#include <vector>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_select)

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

namespace {

using values = std::vector<int>;

task<> send_numbers(channel<int>& to, int count)
{
    for (int i = 0; i < count; ++i)
        co_await to.send(i);
    to.close();
}

// Follows a sequence 0, 1, 2, …: a value lost, given twice or out of order breaks it.
struct sequence
{
    int next = 0;
    bool unbroken = true;

    void follow(int value)
    {
        unbroken = unbroken && value == next;
        ++next;
    }
};

task<> select_until_closed(channel<int>& first, channel<int>& second, sequence& from_first, sequence& from_second)
{
    selected outcome = selected::one;
    while (outcome == selected::one)
        outcome = co_await select(when(first, [&](int value) { from_first.follow(value); }),
                                  when(second, [&](int value) { from_second.follow(value); }));
}

task<> note_select(channel<int>& from, until deadline, values& received, std::vector<selected>& outcomes)
{
    outcomes.push_back(co_await select(when(from, [&](int value) { received.push_back(value); }), deadline));
}

task<> select_unless_rung(channel<int>& from, bell& stop, until deadline, values& received,
                          std::vector<selected>& outcomes)
{
    co_await (note_select(from, deadline, received, outcomes) || stop.wait());
}

} // namespace

CHORUS_COROUTINE_TEST(two_producers_of_a_million_values_lose_duplicate_and_reorder_none)
{
    constexpr int count = 1'000'000;
    channel<int> first{256}, second{256};
    sequence from_first, from_second;
    scope children{shard.get_executor()};
    children.spawn(send_numbers(first, count));
    children.spawn(send_numbers(second, count));
    children.spawn(select_until_closed(first, second, from_first, from_second));
    co_await children.join();
    BOOST_TEST(from_first.next == count);
    BOOST_TEST(from_second.next == count);
    BOOST_TEST(from_first.unbroken);
    BOOST_TEST(from_second.unbroken);
}

BOOST_AUTO_TEST_CASE(try_select_answers_at_once)
{
    channel<int> numbers{4}, others{4};
    values received;
    const auto look = [&] {
        return try_select(when(numbers, [&](int value) { received.push_back(value); }),
                          when(others, [&](int value) { received.push_back(-value); }));
    };
    BOOST_TEST((look() == selected::none));
    others.try_send(1);
    numbers.try_send(2);
    BOOST_TEST((look() == selected::one));
    BOOST_TEST((look() == selected::one));
    BOOST_TEST((look() == selected::none));
    BOOST_TEST(received == (values{-1, 2}));
    numbers.close();
    BOOST_TEST((look() == selected::none));
    others.close();
    BOOST_TEST((look() == selected::closed));
}

CHORUS_COROUTINE_TEST(what_one_coroutine_sends_over_two_channels_is_taken_in_the_order_sent)
{
    channel<int> joins{128}, messages{128};
    for (int i = 0; i < 100; ++i)
        (i % 3 == 0 ? joins : messages).try_send(i);
    joins.close();
    messages.close();

    values taken;
    selected outcome = selected::one;
    while (outcome == selected::one)
        outcome = co_await select(when(messages, [&](int value) { taken.push_back(value); }),
                                  when(joins, [&](int value) { taken.push_back(value); }));
    sequence order;
    for (const int value : taken)
        order.follow(value);
    BOOST_TEST(order.next == 100);
    BOOST_TEST(order.unbroken);
}

CHORUS_COROUTINE_TEST(a_flooding_channel_does_not_starve_a_quiet_one)
{
    channel<int> flood{256}, quiet{1};
    scope children{shard.get_executor()};
    children.spawn(send_numbers(flood, 100'000));
    shard.poll();
    quiet.try_send(1);

    int taken_before_quiet = 0;
    bool quiet_was_heard = false;
    while (!quiet_was_heard) {
        co_await select(when(flood, [&](int) { ++taken_before_quiet; }),
                        when(quiet, [&](int) { quiet_was_heard = true; }));
    }
    BOOST_TEST(taken_before_quiet <= 256 + 1); // what was there before it: a buffer, and one sender in line

    while (const auto rest = co_await flood.receive())
        ++taken_before_quiet;
    co_await children.join();
    BOOST_TEST(taken_before_quiet == 100'000);
}

CHORUS_COROUTINE_TEST(a_select_is_woken_by_either_channel)
{
    channel<int> first{1}, second{1};
    sequence from_first, from_second;
    scope children{shard.get_executor()};
    children.spawn(select_until_closed(first, second, from_first, from_second));
    shard.poll();
    second.try_send(0);
    shard.poll();
    BOOST_TEST(from_second.next == 1);
    first.try_send(0);
    shard.poll();
    BOOST_TEST(from_first.next == 1);
    first.close();
    shard.poll();
    BOOST_TEST(children.size() == 1u);
    second.close();
    co_await children.join();
}

CHORUS_COROUTINE_TEST(a_select_ends_at_its_deadline_and_leaves_the_line)
{
    channel<int> numbers{1};
    values received;
    std::vector<selected> outcomes;
    scope children{shard.get_executor()};
    children.spawn(note_select(numbers, until(clock, clock.now() + 10s), received, outcomes));
    shard.poll();
    clock.advance(10s);
    co_await children.join();
    BOOST_TEST((outcomes == std::vector{selected::timed_out}));
    numbers.try_send(1);
    BOOST_TEST(numbers.size() == 1u);
    BOOST_TEST(received.empty());
}

CHORUS_COROUTINE_TEST(a_value_that_is_there_beats_a_deadline_that_has_passed)
{
    channel<int> numbers{1};
    values received;
    std::vector<selected> outcomes;
    scope children{shard.get_executor()};
    children.spawn(note_select(numbers, until(clock, clock.now() + 10s), received, outcomes));
    shard.poll();
    clock.advance(10s);
    numbers.try_send(1);
    co_await children.join();
    BOOST_TEST((outcomes == std::vector{selected::one}));
    BOOST_TEST(received == values{1});
}

CHORUS_COROUTINE_TEST(a_cancelled_select_takes_nothing_and_wakes_the_next)
{
    channel<int> numbers{1};
    bell stop;
    values cancelled, patient;
    std::vector<selected> outcomes;
    const until never{clock, time_point::max()};
    scope children{shard.get_executor()};
    children.spawn(select_unless_rung(numbers, stop, never, cancelled, outcomes));
    shard.poll();
    children.spawn(note_select(numbers, never, patient, outcomes));
    shard.poll();

    stop.ring();
    numbers.try_send(1);
    co_await children.join();
    BOOST_TEST((outcomes == std::vector{selected::cancelled, selected::one}));
    BOOST_TEST(cancelled.empty());
    BOOST_TEST(patient == values{1});
}

CHORUS_COROUTINE_TEST(a_select_that_found_something_older_elsewhere_wakes_the_next_in_line)
{
    channel<int> first{1}, second{1};
    sequence from_first, from_second;
    values patient;
    std::vector<selected> outcomes;
    scope children{shard.get_executor()};
    children.spawn([](channel<int>& a, channel<int>& b, sequence& from_a, sequence& from_b) -> task<> {
        co_await select(when(a, [&](int value) { from_a.follow(value); }),
                        when(b, [&](int value) { from_b.follow(value); }));
    }(first, second, from_first, from_second));
    shard.poll();
    children.spawn(note_select(second, until(clock, time_point::max()), patient, outcomes));
    shard.poll();

    first.try_send(0);
    second.try_send(0); // both wake the same select, which takes the first
    co_await children.join();
    BOOST_TEST(from_first.next == 1);
    BOOST_TEST(from_second.next == 0);
    BOOST_TEST(patient == values{0});
}

BOOST_AUTO_TEST_SUITE_END()

// Why select exists: racing two receives with `||` lets both complete, and throws one value away.
BOOST_AUTO_TEST_SUITE(core_select_against_a_race)

using namespace asio::experimental::awaitable_operators;

namespace {

using raced_channel = asio::experimental::channel<executor, void(error_code, int)>;
constexpr asio::use_awaitable_t<executor> use_awaitable;
constexpr int count = 1'000;

task<> send_numbers(raced_channel& to)
{
    for (int i = 0; i < count; ++i)
        co_await to.async_send({}, i, use_awaitable);
}

task<> race(raced_channel& first, raced_channel& second, int& received)
{
    for (;;) {
        co_await (first.async_receive(use_awaitable) || second.async_receive(use_awaitable));
        ++received;
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(racing_two_receives_loses_values_where_select_loses_none)
{
    int received_by_race = 0;
    {
        test::test_shard here;
        raced_channel first{here.shard.get_executor(), 16}, second{here.shard.get_executor(), 16};
        scope children{here.shard.get_executor()};
        children.spawn(send_numbers(first));
        children.spawn(send_numbers(second));
        children.spawn(race(first, second, received_by_race));
        here.shard.poll();
    }
    BOOST_TEST(received_by_race < 2 * count);

    int received_by_select = 0;
    channel<int> first{16}, second{16};
    test::test_shard here;
    scope children{here.shard.get_executor()};
    children.spawn(core_select::send_numbers(first, count));
    children.spawn(core_select::send_numbers(second, count));
    children.spawn([](channel<int>& a, channel<int>& b, int& received) -> task<> {
        selected outcome = selected::one;
        while (outcome == selected::one)
            outcome = co_await select(when(a, [&](int) { ++received; }), when(b, [&](int) { ++received; }));
    }(first, second, received_by_select));
    here.shard.poll();
    BOOST_TEST(received_by_select == 2 * count);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
