// peak_watch.cpp — compares how many there were with how many there are.
#include <chorus/server/peak_watch.hpp>

#include <algorithm>
#include <utility>

namespace chorus {

peak_watch::peak_watch(clock& time, std::function<std::size_t()> count, std::function<void()> gone)
    : clock_(time), count_(std::move(count)), gone_(std::move(gone)), next_(time, [this] { look(); })
{
}

void peak_watch::somebody_came()
{
    peak_ = std::max(peak_, count_());
    if (!next_.is_set()) look_later();
}

void peak_watch::look()
{
    const auto now = count_();
    missed_ = peak_ >= now + crowd ? missed_ + 1 : 0;
    if (missed_ == looks_until_sure) {
        gone_();
        peak_ = now;
        missed_ = 0;
    }
    if (now > 0 || missed_ > 0) look_later(); // else the next to come sees to it
}

} // namespace chorus
