// loop_watch.hpp — how late a shard's loop is: an alarm that should ring every so often, and when it really does.
#pragma once

#include <chorus/core/latency_histogram.hpp>

#include <chrono>

namespace chorus {

// Whatever keeps the loop busy makes its alarms late, and with them every answer. Belongs to the thread of its clock;
// any thread may read the lag.
class loop_watch
{
public:
    // Often enough to see a second that was lost, seldom enough to leave an idle machine asleep.
    static constexpr std::chrono::milliseconds period{250};

    explicit loop_watch(clock& time);

    latency_histogram::reading lag() const { return lag_.read(); }

private:
    void look();

    clock& clock_;
    time_point due_;
    latency_histogram lag_;
    alarm next_;
};

} // namespace chorus
