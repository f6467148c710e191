// test_shard.cpp — runs coroutines in the thread of the test, and lets time pass from one alarm to the next.
#include <chorus/test/test_shard.hpp>

#include <boost/asio/co_spawn.hpp>

#include <exception>

namespace chorus::test {

void test_shard::pass(duration time)
{
    pass_time(clock, time, [this] { settle(); });
}

bool test_shard::run(task<> coroutine)
{
    struct outcome
    {
        bool ended = false;
        std::exception_ptr escaped;
    };
    const auto known = std::make_shared<outcome>(); // a coroutine that still waits may end after us
    asio::co_spawn(shard.get_executor(), std::move(coroutine), [known](std::exception_ptr error) {
        known->ended = true;
        known->escaped = error;
    });
    settle();
    if (known->escaped) std::rethrow_exception(known->escaped);
    return known->ended;
}

} // namespace chorus::test
