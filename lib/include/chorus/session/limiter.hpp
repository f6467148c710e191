// limiter.hpp — how often somebody may do something: a token bucket in one number that threads share.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace chorus {

struct rate
{
    std::uint32_t per_second = 0; // 0: no limit
    std::uint32_t burst = 1;      // how many at once after a rest; 0 counts as 1

    bool operator==(const rate&) const = default;
};

// Starts full, gains `per_second` tokens a second, holds at most `burst`; each take() costs one, or more. The rate
// comes with each call: every user has several buckets, and all share their rates. After a change of the rate the
// bucket is to be filled: how empty it is was counted in time. Any thread.
//
// It is the generic cell rate algorithm (ITU-T I.371): the one number is the time at which the bucket will be full
// again. Each token taken moves it on, and it may not come to lie further ahead than a whole burst takes.
class limiter
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    // False: not now, and nothing is taken. Who asks for more than a burst at once gets it from a full bucket, and then
    // waits for all of it. A clock that goes backwards earns nothing.
    bool take(const rate& allowed, time_point now, std::uint32_t tokens = 1);

    void fill() { full_at_.store(0, std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> full_at_ = 0; // nanoseconds of the steady clock
};

} // namespace chorus
