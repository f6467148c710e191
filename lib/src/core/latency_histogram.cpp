// latency_histogram.cpp — how long something took, each time: counted by one thread in buckets that any may read.
#include <chorus/core/latency_histogram.hpp>

#include <algorithm>
#include <numeric>

namespace chorus {

static_assert(latency_histogram::bounds.front() == std::chrono::microseconds{10});
static_assert(latency_histogram::bounds.back() == std::chrono::seconds{10});

void latency_histogram::add(duration took)
{
    const auto time = std::max(took, duration::zero());
    const auto bucket = std::ranges::lower_bound(bounds, time) - bounds.begin();
    ++buckets_[static_cast<std::size_t>(bucket)];
    sum_ += static_cast<std::uint64_t>(std::chrono::nanoseconds{time}.count());
}

latency_histogram::reading latency_histogram::read() const
{
    reading now;
    std::ranges::transform(buckets_, now.buckets.begin(), &counter::value);
    now.sum = std::chrono::nanoseconds{sum_.value()};
    return now;
}

latency_histogram::reading& latency_histogram::reading::operator+=(const reading& other)
{
    std::ranges::transform(buckets, other.buckets, buckets.begin(), std::plus{});
    sum += other.sum;
    return *this;
}

std::uint64_t latency_histogram::reading::count() const
{
    return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

} // namespace chorus
