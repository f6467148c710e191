// strikes.hpp — how often somebody has gone on over a limit without a rest.
#pragma once

#include <chrono>
#include <cstdint>

namespace chorus {

// One thread at a time.
class strikes
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    // One more; how many there are now. After a rest the count begins anew.
    std::uint32_t add(time_point now, std::chrono::milliseconds rest)
    {
        if (now - last_ >= rest) count_ = 0;
        last_ = now;
        return ++count_;
    }

private:
    time_point last_{};
    std::uint32_t count_ = 0;
};

} // namespace chorus
