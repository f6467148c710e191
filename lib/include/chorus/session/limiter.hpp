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
// Credit is counted in nanoseconds times rate, where a token is exactly one second: nothing is lost to rounding.
class limiter
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit limiter(rate allowed);

    // False: not now, and nothing is taken. A clock that goes backwards earns nothing.
    bool take(time_point now);

private:
    static constexpr std::int64_t token = 1'000'000'000;

    void earn(time_point now);

    std::int64_t per_second_;
    std::int64_t capacity_;
    std::int64_t credit_;
    time_point last_{};
};

} // namespace chorus
