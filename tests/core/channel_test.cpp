// channel_test.cpp — a channel gives each value once, in order, and its end is told to everybody.
#include "support/coroutine_test.hpp"

#include <chorus/core/channel.hpp>
#include <chorus/core/scope.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <memory>
#include <string>
#include <vector>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_channel)

using namespace asio::experimental::awaitable_operators;

namespace {

using values = std::vector<int>;

task<> send_all(channel<int>& to, values what, std::vector<bool>& answers)
{
    for (const int value : what) {
        const bool taken = co_await to.send(value);
        answers.push_back(taken);
    }
}

task<> receive_all(channel<int>& from, values& received)
{
    while (const auto value = co_await from.receive())
        received.push_back(*value);
}

task<> receive_one(channel<int>& from, values& received)
{
    const auto value = co_await from.receive();
    if (value) received.push_back(*value);
}

task<> receive_unless_rung(channel<int>& from, bell& stop, values& received)
{
    co_await (receive_one(from, received) || stop.wait());
}

} // namespace

BOOST_AUTO_TEST_CASE(try_send_and_try_receive_answer_at_once)
{
    channel<int> numbers{2};
    BOOST_TEST((numbers.try_send(1) == sent::queued));
    BOOST_TEST((numbers.try_send(2) == sent::queued));
    BOOST_TEST((numbers.try_send(3) == sent::full));
    BOOST_TEST(numbers.try_receive().value() == 1);
    BOOST_TEST(numbers.try_receive().value() == 2);
    BOOST_TEST(!numbers.try_receive());
}

BOOST_AUTO_TEST_CASE(a_refused_value_is_left_with_its_sender)
{
    channel<std::unique_ptr<int>> boxes{1};
    auto first = std::make_unique<int>(1);
    auto second = std::make_unique<int>(2);
    boxes.try_send(std::move(first));
    BOOST_TEST((boxes.try_send(std::move(second)) == sent::full));
    BOOST_REQUIRE(second);
    boxes.close();
    BOOST_TEST((boxes.try_send(std::move(second)) == sent::closed));
    BOOST_TEST(*second == 2);
}

BOOST_AUTO_TEST_CASE(a_closed_channel_still_gives_what_it_holds)
{
    channel<int> numbers{4};
    numbers.try_send(1);
    numbers.try_send(2);
    numbers.close();
    BOOST_TEST(numbers.closed());
    BOOST_TEST(numbers.try_receive().value() == 1);
    BOOST_TEST(numbers.try_receive().value() == 2);
    BOOST_TEST(!numbers.try_receive());
}

CHORUS_COROUTINE_TEST(a_receiver_waits_for_a_value_and_is_not_run_by_its_sender)
{
    channel<int> numbers{4};
    values received;
    scope children{shard.get_executor()};
    children.spawn(receive_one(numbers, received));
    shard.poll();
    numbers.try_send(7);
    BOOST_TEST(received.empty());
    co_await children.join();
    BOOST_TEST(received == values{7});
}

CHORUS_COROUTINE_TEST(senders_wait_while_the_channel_is_full_and_are_served_in_order)
{
    channel<int> numbers{1};
    std::vector<bool> answers;
    scope children{shard.get_executor()};
    children.spawn(send_all(numbers, {1}, answers));
    children.spawn(send_all(numbers, {2}, answers));
    children.spawn(send_all(numbers, {3}, answers));
    shard.poll();
    BOOST_TEST(answers.size() == 1u);
    BOOST_TEST(numbers.size() == 1u);

    values received;
    for (int i = 0; i < 3; ++i)
        received.push_back(numbers.try_receive().value());
    co_await children.join();
    BOOST_TEST(received == (values{1, 2, 3}));
    BOOST_TEST(answers == (std::vector{true, true, true}));
}

CHORUS_COROUTINE_TEST(close_wakes_every_receiver_and_they_share_what_is_left)
{
    channel<int> numbers{4};
    values first, second;
    scope children{shard.get_executor()};
    children.spawn(receive_all(numbers, first));
    children.spawn(receive_all(numbers, second));
    shard.poll();
    numbers.try_send(1);
    numbers.try_send(2);
    numbers.try_send(3);
    numbers.close();
    co_await children.join();
    BOOST_TEST(first.size() + second.size() == 3u);
}

CHORUS_COROUTINE_TEST(close_tells_waiting_senders_that_their_value_is_dropped)
{
    channel<int> numbers{1};
    std::vector<bool> answers;
    scope children{shard.get_executor()};
    children.spawn(send_all(numbers, {1, 2, 3}, answers));
    shard.poll();
    numbers.close();
    co_await children.join();
    BOOST_TEST(answers == (std::vector{true, false, false}));
    const auto kept = co_await numbers.receive();
    BOOST_TEST(kept.value() == 1);
    const auto nothing = co_await numbers.receive();
    BOOST_TEST(!nothing);
}

CHORUS_COROUTINE_TEST(a_cancelled_receiver_takes_nothing)
{
    channel<int> numbers{4};
    bell stop;
    values received;
    scope children{shard.get_executor()};
    children.spawn(receive_unless_rung(numbers, stop, received));
    shard.poll();
    stop.ring();
    co_await children.join();
    numbers.try_send(1);
    BOOST_TEST(received.empty());
    BOOST_TEST(numbers.size() == 1u);
}

CHORUS_COROUTINE_TEST(a_receiver_cancelled_after_it_was_woken_wakes_the_next)
{
    channel<int> numbers{4};
    bell stop;
    values cancelled, patient;
    scope children{shard.get_executor()};
    children.spawn(receive_unless_rung(numbers, stop, cancelled));
    children.spawn(receive_one(numbers, patient));
    shard.poll();

    stop.ring(); // first in the queue: the receiver is cancelled when it has been woken, and has not run yet
    numbers.try_send(1);
    co_await children.join();
    BOOST_TEST(cancelled.empty());
    BOOST_TEST(patient == values{1});
}

CHORUS_COROUTINE_TEST(a_cancelled_sender_leaves_nothing_behind)
{
    channel<int> numbers{1};
    numbers.try_send(1);
    bell stop;
    stop.ring();
    const auto outcome = co_await (numbers.send(2) || stop.wait());
    BOOST_TEST(outcome.index() == 1u);
    BOOST_TEST(numbers.try_receive().value() == 1);
    BOOST_TEST(!numbers.try_receive());
}

BOOST_AUTO_TEST_CASE(senders_and_receivers_still_waiting_are_destroyed_with_their_shard)
{
    const auto witness = std::make_shared<int>(0);
    {
        channel<std::shared_ptr<int>> full{1};
        channel<int> empty{1};
        values received;
        test::test_shard here;
        scope children{here.shard.get_executor()};
        children.spawn([](channel<std::shared_ptr<int>>& to, std::shared_ptr<int> value) -> task<> {
            co_await to.send(value);
            co_await to.send(std::move(value));
        }(full, witness));
        children.spawn(receive_one(empty, received));
        here.shard.poll();
        BOOST_TEST(witness.use_count() == 3);
    }
    BOOST_TEST(witness.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
