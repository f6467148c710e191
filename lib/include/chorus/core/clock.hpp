// clock.hpp — knows what time it is and wakes whoever asked; a test sets it by hand.
#pragma once

#include <chorus/core/task.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/set.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace chorus {

using time_point = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

class clock;

// One callback at one time. set() arms it or moves it, clear() and the destructor disarm it; arming allocates nothing.
//
// Belongs to the thread of its clock. The callback runs from the shard's loop, never inside set(). It may set or clear
// any alarm, its own too, and destroy any but its own. An alarm that outlives its clock is simply never rung.
class alarm : public boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>,
                                                     boost::intrusive::optimize_size<true>>
{
public:
    alarm(clock& clock, std::function<void()> callback);
    alarm(const alarm&) = delete;
    alarm& operator=(const alarm&) = delete;

    void set(time_point time);
    void clear() { unlink(); }
    bool is_set() const { return is_linked(); }

private:
    friend class clock;
    friend bool operator<(const alarm& left, const alarm& right) { return left.time_ < right.time_; }

    clock& clock_;
    time_point time_;
    std::function<void()> callback_;
};

// The time of one shard, and the alarms set on it. Belongs to the thread of its shard.
class clock
{
public:
    virtual ~clock() = default;

    virtual time_point now() const = 0;
    virtual std::int64_t unix_ms() const = 0; // milliseconds since 1970, UTC: for people, not for measuring

    std::optional<time_point> earliest() const; // when the next alarm is due

protected:
    // Tells the derived clock that an alarm is now due at `time`, perhaps sooner than any before.
    virtual void alarm_was_set(time_point time) = 0;

    // Runs what is due, in order of time. What a callback sets for now or earlier waits for the next call.
    void run_due();

private:
    friend class alarm;
    using alarms = boost::intrusive::multiset<alarm, boost::intrusive::constant_time_size<false>>;

    alarms alarms_;
};

// The clock of a running shard: one Asio timer, armed at the earliest alarm. Must not outlive the context.
class shard_clock final : public clock
{
public:
    explicit shard_clock(executor where);

    time_point now() const override { return std::chrono::steady_clock::now(); }
    std::int64_t unix_ms() const override;

private:
    using timer =
        asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>;

    void alarm_was_set(time_point time) override;
    void arm(time_point time);
    void on_timer(error_code error);

    timer timer_;
    time_point armed_for_ = time_point::max();
};

// The clock of a test: time stands still until advance() moves it, and every alarm on the way rings at its own time.
class manual_clock final : public clock
{
public:
    time_point now() const override { return now_; }
    std::int64_t unix_ms() const override;

    void advance(duration by);

private:
    void alarm_was_set(time_point) override {}

    // An hour, so that a forgotten, zero time_point is visibly in the past.
    static constexpr time_point start{std::chrono::hours{1}};

    time_point now_ = start;
};

} // namespace chorus
