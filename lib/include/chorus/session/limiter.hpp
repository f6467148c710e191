// limiter.hpp — how often somebody may do something: a token bucket in whole numbers.
#pragma once

#include <chrono>
#include <cstdint>

namespace chorus {

struct rate
{
    std::uint32_t per_second = 0; // 0: no limit
    std::uint32_t burst = 1;      // how many at once after a rest; 0 counts as 1
};

// Starts full, gains `per_second` tokens a second, holds at most `burst`; each take() costs one. One thread at a time.
// The rate comes with each call, the same every time: every session has several buckets, and all share their rates.
// What is missing is counted in nanoseconds times rate, where a token is exactly one second: nothing is lost to
// rounding.
class limiter
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    // False: not now, and nothing is taken. A clock that goes backwards earns nothing.
    bool take(const rate& allowed, time_point now);

private:
    static constexpr std::int64_t token = 1'000'000'000;

    void earn(const rate& allowed, time_point now);

    std::int64_t missing_ = 0; // from a full bucket
    time_point last_{};
};

} // namespace chorus
