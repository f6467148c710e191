// limiter.cpp — the arithmetic of the token bucket, written so that no product can overflow.
#include <chorus/session/limiter.hpp>

#include <algorithm>

namespace chorus {

limiter::limiter(rate allowed)
    : per_second_{allowed.per_second}, capacity_{std::max<std::int64_t>(allowed.burst, 1) * token}, credit_{capacity_}
{
}

bool limiter::take(time_point now)
{
    if (per_second_ == 0) return true;
    earn(now);
    if (credit_ < token) return false;
    credit_ -= token;
    return true;
}

void limiter::earn(time_point now)
{
    if (now <= last_) return;
    const std::int64_t elapsed = std::chrono::nanoseconds{now - last_}.count();
    const std::int64_t until_full = (capacity_ - credit_) / per_second_ + 1;
    credit_ = elapsed >= until_full ? capacity_ : std::min(capacity_, credit_ + elapsed * per_second_);
    last_ = now;
}

} // namespace chorus
