// bell.hpp — where one coroutine waits until somebody rings; a ring nobody waits for is remembered.
#pragma once

#include <chorus/core/clock.hpp>
#include <chorus/core/task.hpp>

#include <boost/intrusive/list_hook.hpp>

#include <optional>

namespace chorus {

enum class wake { rung, timed_out, cancelled };

// A bell carries no value: it says "look again". Several rings before the coroutine looks are one ring, so whoever is
// woken looks until there is nothing left to see. That is why losing a race here costs a ring, never a message.
//
// Belongs to one shard, and at most one coroutine waits at a time. ring() never runs that coroutine: it puts it into
// the queue of its shard. A wait ends with `cancelled` when an Asio cancellation reaches the coroutine (`||`, `&&`).
// A bell outlives whoever waits at it, except when the shard itself ends: then the coroutines are destroyed with it.
class bell : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>
{
public:
    bell() = default;
    bell(const bell&) = delete;
    bell& operator=(const bell&) = delete;

    void ring();
    bool waiting() const { return sleeper_.has_value(); }

    task<wake> wait();
    // As wait(), but without a frame of its own, for whoever sleeps long and is many; a cancellation that comes after
    // the ring is not seen.
    task<wake> sleep();
    task<wake> wait_until(clock& clock, time_point deadline);

private:
    friend class waiting_bells;
    struct on_cancel;
    // The suspended coroutine itself, as Asio hands it over: destroying it destroys the coroutine.
    using sleeper = asio::async_result<asio::use_awaitable_t<executor>, void(wake)>::handler_type;

    void hold(sleeper coroutine);
    void end_wait(wake reason);
    void resume(wake reason);

    std::optional<sleeper> sleeper_;
    bool rung_ = false;
};

} // namespace chorus
