// run.cpp — spawns the coroutine, and stops the shard behind it.
#include <chorus/core/run.hpp>

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace chorus {

void run(shard& where, task<> coroutine)
{
    std::exception_ptr escaped;
    asio::co_spawn(where.get_executor(), std::move(coroutine), [&](std::exception_ptr error) {
        escaped = error;
        where.stop();
    });
    where.run();
    if (escaped) std::rethrow_exception(escaped);
}

} // namespace chorus
