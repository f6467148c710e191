// tally.hpp — counts by number, of a few numbers that are known: what others choose can never make it grow.
#pragma once

#include <chorus/core/counter.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace chorus {

// `Known` is an array of the numbers; any other is counted together with all others. One thread counts, any may read.
template <const auto& Known> class tally
{
public:
    // In the order of `Known`; the last is for the others.
    struct reading : std::array<std::uint64_t, Known.size() + 1>
    {
        reading& operator+=(const reading& more)
        {
            std::ranges::transform(*this, more, this->begin(), std::plus{});
            return *this;
        }
    };

    void add(unsigned number) { ++counts_[static_cast<std::size_t>(std::ranges::find(Known, number) - Known.begin())]; }

    reading read() const
    {
        reading now{};
        std::ranges::transform(counts_, now.begin(), &counter::value);
        return now;
    }

private:
    std::array<counter, Known.size() + 1> counts_{};
};

} // namespace chorus
