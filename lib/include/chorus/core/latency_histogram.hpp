// latency_histogram.hpp — how long something took, each time: counted by one thread in buckets that any may read.
#pragma once

#include <chorus/core/clock.hpp>
#include <chorus/core/counter.hpp>

#include <array>
#include <chrono>
#include <cstdint>

namespace chorus {

class latency_histogram
{
public:
    // A bucket holds what took no longer than its bound, and longer than that of the one before; the last has no bound.
    static constexpr std::array bounds = [] {
        using std::chrono::microseconds;
        constexpr std::array steps{10, 25, 50};
        std::array<duration, 19> all{};
        int scale = 1;
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i] = microseconds{std::int64_t{steps[i % steps.size()]} * scale};
            if (i % steps.size() == steps.size() - 1) scale *= 10;
        }
        return all; // 10 µs, 25 µs, 50 µs, 100 µs, ... 10 s
    }();

    struct reading
    {
        std::array<std::uint64_t, bounds.size() + 1> buckets{};
        std::chrono::nanoseconds sum{};

        reading& operator+=(const reading& other);
        std::uint64_t count() const;
    };

    void add(duration took); // less than nothing counts as nothing: clocks of two shards may differ by a moment
    reading read() const;

private:
    std::array<counter, bounds.size() + 1> buckets_{};
    counter sum_; // in nanoseconds
};

} // namespace chorus
