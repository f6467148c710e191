// shard.hpp — one thread, its event loop, and what all coroutines on it share.
#pragma once

#include <chorus/core/clock.hpp>
#include <chorus/core/task.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <span>

namespace chorus {

// Runs on its own thread with run(), or step by step with poll(): a test polls as many shards as it likes in one
// thread.
//
// Everything here belongs to the thread that runs the shard, except stop(), index() and the executor. run() goes on
// while there is nothing to do, until stop(). Destroying a shard destroys the coroutines still suspended on it, while
// the clock they may refer to is alive.
class shard
{
public:
    static constexpr std::size_t read_buffer_size = 128 * 1024;

    explicit shard(unsigned index);                                   // on the real clock
    shard(unsigned index, std::unique_ptr<chorus::clock> test_clock); // on a clock set by hand
    ~shard();
    shard(const shard&) = delete;
    shard& operator=(const shard&) = delete;

    unsigned index() const { return index_; }
    asio::io_context& context() { return context_; }
    executor get_executor() { return context_.get_executor(); }
    chorus::clock& clock() { return *clock_; }

    // Where every session of the shard reads into: valid until the next co_await.
    std::span<char> read_buffer() { return {read_buffer_.get(), read_buffer_size}; }

    void run();
    void stop(); // from any thread; what is suspended stays suspended
    std::size_t poll();

private:
    // Gives the destructor below the first half of what ~io_context does.
    struct context_type : asio::io_context
    {
        using asio::execution_context::shutdown;
        using asio::io_context::io_context;
    };

    const unsigned index_;
    context_type context_{1}; // the hint that one thread runs it
    asio::executor_work_guard<executor> keep_running_;
    std::unique_ptr<chorus::clock> clock_;
    std::unique_ptr<char[]> read_buffer_;
};

} // namespace chorus
