// loop_watch.cpp — how late a shard's loop is: an alarm that should ring every so often, and when it really does.
#include <chorus/core/loop_watch.hpp>

namespace chorus {

loop_watch::loop_watch(clock& time) : clock_(time), due_(time.now() + period), next_(time, [this] { look(); })
{
    next_.set(due_);
}

void loop_watch::look()
{
    const auto now = clock_.now();
    lag_.add(now - due_);
    due_ = now + period; // not a period after the last: one long stop is one late alarm, not many
    next_.set(due_);
}

} // namespace chorus
