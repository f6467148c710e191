// run.hpp — runs one coroutine on a shard of this thread, from its beginning to its end.
#pragma once

#include <chorus/core/shard.hpp>
#include <chorus/core/task.hpp>

#include <optional>
#include <utility>

namespace chorus {

// For main(): ends when the coroutine has, gives what it gave, and throws what escaped it. What else runs on the shard
// then stays suspended until the shard is destroyed.
void run(shard& where, task<> coroutine);

namespace detail {
template <class T> task<> keep_result(task<T> coroutine, std::optional<T>& result)
{
    T value = co_await std::move(coroutine);
    result.emplace(std::move(value));
}
} // namespace detail

template <class T> T run(shard& where, task<T> coroutine)
{
    std::optional<T> result;
    run(where, detail::keep_result(std::move(coroutine), result));
    return std::move(*result);
}

} // namespace chorus
