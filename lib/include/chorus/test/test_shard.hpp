// test_shard.hpp — a shard whose clock is set by hand: coroutines run in the thread of the test, and time when it says.
#pragma once

#include <chorus/core/clock.hpp>
#include <chorus/core/shard.hpp>
#include <chorus/core/task.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace chorus::test {

struct test_shard
{
    explicit test_shard(unsigned index = 0) : test_shard{index, std::make_unique<manual_clock>()} {}

    // Lets everything happen that needs no time.
    void settle() { shard.poll(); }
    // Lets time pass, and everything happen on the way.
    void pass(duration time);

    // Runs a coroutine as far as it comes without time passing, and throws what escaped it. False: it still waits, and
    // goes on when this shard does.
    bool run(task<> coroutine);

    manual_clock& clock;
    chorus::shard shard;

private:
    test_shard(unsigned index, std::unique_ptr<manual_clock> made) : clock{*made}, shard{index, std::move(made)} {}
};

// Goes from one alarm to the next; what `settle` does in between happens at their time.
template <class Settle> void pass_time(manual_clock& clock, duration time, Settle settle)
{
    settle();
    for (const auto end = clock.now() + time; clock.now() < end; settle()) {
        const auto next = clock.earliest().value_or(end);
        clock.advance(std::clamp(next, clock.now(), end) - clock.now());
    }
}

} // namespace chorus::test
