// limiter.cpp — the arithmetic of the token bucket, written so that no product can overflow.
#include <chorus/session/limiter.hpp>

#include <algorithm>

namespace chorus {

bool limiter::take(const rate& allowed, time_point now)
{
    if (allowed.per_second == 0) return true;
    earn(allowed, now);
    const std::int64_t capacity = std::max<std::int64_t>(allowed.burst, 1) * token;
    if (missing_ + token > capacity) return false;
    missing_ += token;
    return true;
}

void limiter::earn(const rate& allowed, time_point now)
{
    if (now <= last_) return;
    const std::int64_t elapsed = std::chrono::nanoseconds{now - last_}.count();
    const std::int64_t until_full = missing_ / allowed.per_second + 1;
    missing_ = elapsed >= until_full ? 0 : std::max<std::int64_t>(0, missing_ - elapsed * allowed.per_second);
    last_ = now;
}

} // namespace chorus
