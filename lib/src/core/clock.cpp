// clock.cpp — rings the alarms of one shard in order, on a real timer or by hand.
#include <chorus/core/clock.hpp>

#include <algorithm>
#include <utility>

namespace chorus {

namespace {

// What a test reads as the wall clock at the start: 2023-11-14 22:13:20 UTC.
constexpr std::int64_t manual_start_unix_ms = 1'700'000'000'000;

std::int64_t in_milliseconds(std::chrono::nanoseconds time)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

} // namespace

alarm::alarm(clock& clock, std::function<void()> callback) : clock_{clock}, callback_{std::move(callback)} {}

void alarm::set(time_point time)
{
    clear();
    time_ = time;
    clock_.alarms_.insert(*this);
    clock_.alarm_was_set(time);
}

std::optional<time_point> clock::earliest() const
{
    if (alarms_.empty()) return std::nullopt;
    return alarms_.begin()->time_;
}

void clock::run_due()
{
    // Due alarms are moved aside first: one that a callback sets again for now cannot keep this loop going for ever,
    // and one that a callback clears leaves by itself.
    alarms due;
    const time_point now = this->now();
    while (!alarms_.empty() && alarms_.begin()->time_ <= now) {
        alarm& next = *alarms_.begin();
        next.unlink();
        due.insert(due.end(), next);
    }
    while (!due.empty()) {
        alarm& next = *due.begin();
        next.unlink();
        next.callback_();
    }
}

shard_clock::shard_clock(executor where) : timer_{where} {}

std::int64_t shard_clock::unix_ms() const
{
    return in_milliseconds(std::chrono::system_clock::now().time_since_epoch());
}

void shard_clock::alarm_was_set(time_point time)
{
    if (time < armed_for_) arm(time);
}

void shard_clock::arm(time_point time)
{
    armed_for_ = time;
    timer_.expires_at(time); // what waited for a later time is told operation_aborted
    timer_.async_wait([this](error_code error) { on_timer(error); });
}

// Alarms that were cleared or moved later leave the timer as it is: it then fires for nothing, once, which is cheaper
// than arming it anew each time a session hears from its client.
void shard_clock::on_timer(error_code error)
{
    if (error == asio::error::operation_aborted) return; // armed again, or this clock is gone
    armed_for_ = time_point::max();
    run_due();
    if (const auto next = earliest()) alarm_was_set(*next);
}

std::int64_t manual_clock::unix_ms() const { return manual_start_unix_ms + in_milliseconds(now_ - start); }

void manual_clock::advance(duration by)
{
    const time_point end = now_ + by;
    while (earliest().value_or(time_point::max()) <= end) {
        now_ = std::max(now_, *earliest());
        run_due();
    }
    now_ = end;
}

} // namespace chorus
