// cancellable.hpp — runs a coroutine of somebody else's that may be asked to end before it has.
#pragma once

#include <chorus/core/task.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace chorus {

// Our own coroutines are never cancelled: they look at their state (docs/decisions.md). This is for what a service
// brings along, such as a question to a database, whose state we do not know.
//
// One shard. It must live until `run` has ended. A coroutine that is asked to end finds what it awaits cancelled
// (asio::error::operation_aborted) and what it awaits after that throws; one that computes, or passes over both, goes
// on.
class cancellable
{
public:
    // The result must have a default. What escapes the coroutine escapes here.
    template <class T> task<T> run(task<T> child)
    {
        const auto here = co_await asio::this_coro::executor;
        auto ends = asio::bind_cancellation_slot(signal_.slot(), asio::use_awaitable_t<executor>{});
        T result = co_await asio::co_spawn(here, std::move(child), std::move(ends));
        co_return result;
    }

    void cancel() { signal_.emit(asio::cancellation_type::terminal); }

private:
    asio::cancellation_signal signal_;
};

} // namespace chorus
