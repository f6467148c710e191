// bell.cpp — suspends a coroutine, resumes it through the shard's queue, and lets go of it when the shard ends.
#include <chorus/core/bell.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/intrusive/list.hpp>

#include <utility>

namespace chorus {
namespace {

task<wake> at_once(wake reason) { co_return reason; }

} // namespace

// Every bell of one shard that somebody waits at. A coroutine commonly waits at a bell that lies in its own frame: it
// owns the bell and the bell owns it. When the shard ends, this list is what breaks the circle.
class waiting_bells final : public asio::execution_context::service
{
public:
    using key_type = waiting_bells;
    static inline asio::execution_context::id id;

    explicit waiting_bells(asio::execution_context& context) : service{context} {}

    void add(bell& bell) { bells_.push_back(bell); }

private:
    // Destroying a sleeper only queues the destruction of its coroutine, so no bell vanishes during this loop.
    void shutdown() noexcept override
    {
        while (!bells_.empty()) {
            bell& next = bells_.front();
            next.unlink();
            next.sleeper_.reset();
        }
    }

    boost::intrusive::list<bell, boost::intrusive::constant_time_size<false>> bells_;
};

// Sits in the cancellation slot of the waiting coroutine.
struct bell::on_cancel
{
    bell* waiting;

    void operator()(asio::cancellation_type type)
    {
        // Once: a second signal may come when the coroutine is in the queue already and the bell is gone.
        if (type != asio::cancellation_type::none && waiting) std::exchange(waiting, nullptr)->resume(wake::cancelled);
    }
};

void bell::ring()
{
    if (waiting())
        end_wait(wake::rung);
    else
        rung_ = true;
}

task<wake> bell::wait()
{
    if (std::exchange(rung_, false)) co_return wake::rung;
    const wake reason = co_await sleep();

    // A cancellation may have come after the ring, while this coroutine was in the queue: it counts.
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    co_return cancellation.cancelled() == asio::cancellation_type::none ? reason : wake::cancelled;
}

task<wake> bell::sleep()
{
    if (std::exchange(rung_, false)) return at_once(wake::rung);
    asio::use_awaitable_t<executor> suspend;
    return asio::async_initiate<asio::use_awaitable_t<executor>, void(wake)>(
        [this](sleeper coroutine) { hold(std::move(coroutine)); }, suspend);
}

task<wake> bell::wait_until(clock& clock, time_point deadline)
{
    alarm timeout{clock, [this] { end_wait(wake::timed_out); }};
    timeout.set(deadline);
    co_return co_await wait();
}

void bell::hold(sleeper coroutine)
{
    auto slot = asio::get_associated_cancellation_slot(coroutine);
    if (slot.is_connected()) slot.template emplace<on_cancel>(this);

    auto& context = asio::query(asio::get_associated_executor(coroutine), asio::execution::context);
    asio::use_service<waiting_bells>(context).add(*this);
    sleeper_.emplace(std::move(coroutine));
}

void bell::end_wait(wake reason)
{
    if (!waiting()) return; // the alarm rang after the bell
    asio::get_associated_cancellation_slot(*sleeper_).clear();
    resume(reason);
}

void bell::resume(wake reason)
{
    unlink();
    sleeper coroutine = std::move(*sleeper_);
    sleeper_.reset();
    asio::post(asio::append(std::move(coroutine), reason));
}

} // namespace chorus
