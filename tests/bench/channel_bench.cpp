// channel_bench.cpp — what one value costs on its way between two coroutines: ours beside Asio's channels and a race.
#include <chorus/core/channel.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/core/scope.hpp>
#include <chorus/core/select.hpp>
#include <chorus/core/shard.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>

#include <benchmark/benchmark.h>

namespace chorus {

namespace {

using namespace asio::experimental::awaitable_operators;

constexpr int values_per_round = 100'000;
constexpr std::size_t capacity = 256;

task<> send_values(channel<int>& to)
{
    for (int i = 0; i < values_per_round; ++i)
        co_await to.send(i);
    to.close();
}

// Uses send() only when the channel is full, as a session does at ingress.
task<> try_send_values(channel<int>& to)
{
    for (int i = 0; i < values_per_round; ++i) {
        if (to.try_send(i) == sent::queued) continue;
        co_await to.send(i);
    }
    to.close();
}

task<> receive_values(channel<int>& from)
{
    while (const auto value = co_await from.receive())
        benchmark::DoNotOptimize(*value);
}

task<> select_values(channel<int>& first, channel<int>& second)
{
    selected outcome = selected::one;
    while (outcome == selected::one)
        outcome = co_await select(when(first, [](int value) { benchmark::DoNotOptimize(value); }),
                                  when(second, [](int value) { benchmark::DoNotOptimize(value); }));
}

task<> select_values_until(channel<int>& first, channel<int>& second, until deadline)
{
    selected outcome = selected::one;
    while (outcome == selected::one)
        outcome = co_await select(when(first, [](int value) { benchmark::DoNotOptimize(value); }),
                                  when(second, [](int value) { benchmark::DoNotOptimize(value); }), deadline);
}

// One select wakes, and empties its channels without suspending again: the shape of a hub's round.
task<> select_and_drain(channel<int>& first, channel<int>& second)
{
    const auto take = [](int value) { benchmark::DoNotOptimize(value); };
    selected outcome = selected::one;
    while (outcome == selected::one) {
        outcome = co_await select(when(first, take), when(second, take));
        while (outcome == selected::one && (!first.empty() || !second.empty()))
            outcome = try_select(when(first, take), when(second, take));
    }
}

using asio_channel = asio::experimental::channel<executor, void(error_code, int)>;
constexpr asio::use_awaitable_t<executor> use_awaitable;

task<> send_asio_values(asio_channel& to)
{
    for (int i = 0; i < values_per_round; ++i)
        co_await to.async_send({}, i, use_awaitable);
}

task<> receive_asio_values(asio_channel& from)
{
    for (int i = 0; i < values_per_round; ++i)
        benchmark::DoNotOptimize(co_await from.async_receive(use_awaitable));
}

// Loses values, so it counts what it got until both senders have ended.
task<> race_asio_values(asio_channel& first, asio_channel& second, std::int64_t& received)
{
    for (;;) {
        co_await (first.async_receive(use_awaitable) || second.async_receive(use_awaitable));
        ++received;
    }
}

void report(benchmark::State& state, std::int64_t values)
{
    state.SetItemsProcessed(values);
    state.counters["per_value"] =
        benchmark::Counter(static_cast<double>(values), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void channel_send_receive(benchmark::State& state)
{
    for (auto _ : state) {
        shard here{0};
        channel<int> values{capacity};
        scope children{here.get_executor()};
        children.spawn(send_values(values));
        children.spawn(receive_values(values));
        here.poll();
    }
    report(state, state.iterations() * values_per_round);
}

template <class Consumer> void run_select(benchmark::State& state, task<> (*produce)(channel<int>&), Consumer consume)
{
    for (auto _ : state) {
        shard here{0};
        channel<int> first{capacity}, second{capacity};
        scope children{here.get_executor()};
        children.spawn(produce(first));
        children.spawn(produce(second));
        children.spawn(consume(here, first, second));
        here.poll();
    }
    report(state, state.iterations() * 2 * values_per_round);
}

void select_two_channels(benchmark::State& state)
{
    run_select(state, send_values, [](shard&, auto& first, auto& second) { return select_values(first, second); });
}

void select_two_channels_fed_by_try_send(benchmark::State& state)
{
    run_select(state, try_send_values, [](shard&, auto& first, auto& second) { return select_values(first, second); });
}

void select_two_channels_until_a_deadline(benchmark::State& state)
{
    run_select(state, try_send_values, [](shard& here, auto& first, auto& second) {
        return select_values_until(first, second, until{here.clock(), time_point::max()});
    });
}

void select_then_drain_with_try_select(benchmark::State& state)
{
    run_select(state, try_send_values,
               [](shard&, auto& first, auto& second) { return select_and_drain(first, second); });
}

void asio_channel_send_receive(benchmark::State& state)
{
    for (auto _ : state) {
        shard here{0};
        asio_channel values{here.get_executor(), capacity};
        scope children{here.get_executor()};
        children.spawn(send_asio_values(values));
        children.spawn(receive_asio_values(values));
        here.poll();
    }
    report(state, state.iterations() * values_per_round);
}

void asio_race_of_two_receives(benchmark::State& state)
{
    std::int64_t received = 0;
    for (auto _ : state) {
        shard here{0};
        asio_channel first{here.get_executor(), capacity}, second{here.get_executor(), capacity};
        scope children{here.get_executor()};
        children.spawn(send_asio_values(first));
        children.spawn(send_asio_values(second));
        children.spawn(race_asio_values(first, second, received));
        here.poll();
    }
    report(state, received);
    state.counters["lost"] =
        1.0 - static_cast<double>(received) / (2.0 * values_per_round * static_cast<double>(state.iterations()));
}

BENCHMARK(channel_send_receive);
BENCHMARK(select_two_channels);
BENCHMARK(select_two_channels_fed_by_try_send);
BENCHMARK(select_two_channels_until_a_deadline);
BENCHMARK(select_then_drain_with_try_select);
BENCHMARK(asio_channel_send_receive);
BENCHMARK(asio_race_of_two_receives);

} // namespace

} // namespace chorus

BENCHMARK_MAIN();
