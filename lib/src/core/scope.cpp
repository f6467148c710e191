// scope.cpp — the only place where coroutines are spawned, and where an exception that escapes one ends.
#include <chorus/core/log.hpp>
#include <chorus/core/scope.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/assert.hpp>

#include <utility>

namespace chorus {

namespace {

void log_escaped(const std::exception_ptr& escaped)
{
    try {
        std::rethrow_exception(escaped);
    } catch (const std::exception& error) {
        log(log_level::error, "exception_escaped", {{"what", error.what()}});
    } catch (...) {
        log(log_level::error, "exception_escaped");
    }
}

} // namespace

scope::~scope()
{
    // When the shard itself ends it destroys every coroutine, children and parents, outside its loop.
    BOOST_ASSERT_MSG(running_ == 0 || !executor_.running_in_this_thread(), "a scope was left without join()");
}

void scope::spawn(task<> child)
{
    ++running_;
    asio::post(executor_, [this, child = std::move(child)]() mutable {
        asio::co_spawn(executor_, std::move(child), [this](std::exception_ptr escaped) { child_ended(escaped); });
    });
}

void scope::child_ended(std::exception_ptr escaped)
{
    if (escaped) log_escaped(escaped);
    if (--running_ == 0) all_ended_.ring();
}

task<bool> scope::join()
{
    while (running_ > 0) {
        const wake reason = co_await all_ended_.wait();
        if (reason != wake::rung) co_return false;
    }
    co_return true;
}

task<bool> scope::join_until(clock& clock, time_point deadline)
{
    while (running_ > 0) {
        const wake reason = co_await all_ended_.wait_until(clock, deadline);
        if (reason != wake::rung) co_return false;
    }
    co_return true;
}

} // namespace chorus
