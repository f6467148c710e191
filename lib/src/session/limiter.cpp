// limiter.cpp — the arithmetic of the token bucket, written so that no product can overflow.
#include <chorus/session/limiter.hpp>

#include <algorithm>

namespace chorus {
namespace {

constexpr std::int64_t second = 1'000'000'000;

// No time of ours lies beyond, in 146 years; what is added to it stays below 2^63.
constexpr std::int64_t last_time = std::int64_t{1} << 62;

// At most 2^32 seconds, which is less than 2^62 ns. Rounded down: in favour of who waits.
std::int64_t time_for(std::uint32_t tokens, const rate& at) { return tokens * second / at.per_second; }

} // namespace

bool limiter::take(const rate& allowed, time_point now, std::uint32_t tokens)
{
    if (allowed.per_second == 0) return true;
    const auto whole = std::max<std::uint32_t>(allowed.burst, 1);
    const auto present = std::min(std::chrono::nanoseconds{now.time_since_epoch()}.count(), last_time);
    const auto latest = present + time_for(whole, allowed);
    const auto cost = time_for(tokens, allowed);
    auto full_at = full_at_.load(std::memory_order_relaxed);
    for (;;) {
        const auto from = std::max(full_at, present);
        const auto is_full = from == present; // then even a cost above a burst is taken: it would never be otherwise
        if (cost > latest - from && !is_full) return false;
        if (full_at_.compare_exchange_weak(full_at, from + cost, std::memory_order_relaxed)) return true;
    }
}

} // namespace chorus
