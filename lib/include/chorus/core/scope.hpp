// scope.hpp — owns child coroutines; whoever leaves the scope waits for them.
#pragma once

#include <chorus/core/bell.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/core/task.hpp>

#include <cstddef>
#include <exception>

namespace chorus {

// Every coroutine that is not awaited directly is spawned here, so each has an owner that outlives it.
//
// Belongs to one shard. spawn() never runs the child: it starts from the shard's queue. A child answers for its own
// errors; an exception that escapes it is a bug, which is logged, and ends that child only. join() waits until every
// child has ended, those spawned meanwhile too; false means the deadline came first (or a cancellation), and the
// children still run. A scope must be joined before it is destroyed, unless the shard itself ends.
class scope
{
public:
    explicit scope(executor where) : executor_{where} {}
    ~scope();
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;

    void spawn(task<> child);
    std::size_t size() const { return running_; }

    task<bool> join();
    task<bool> join_until(clock& clock, time_point deadline);

private:
    void child_ended(std::exception_ptr escaped);

    executor executor_;
    std::size_t running_ = 0;
    bell all_ended_;
};

} // namespace chorus
