// coroutine_test.hpp — runs the body of a test as a coroutine, on a shard of its own whose clock is set by hand.
#pragma once

#include <chorus/core/clock.hpp>
#include <chorus/core/shard.hpp>
#include <chorus/core/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>

#include <exception>
#include <memory>
#include <utility>

// CHORUS_COROUTINE_TEST(a_rung_bell_wakes_its_coroutine) { ...; co_await ...; }
//
// The body sees `shard` and `clock`, and may move time and run others itself: clock.advance(10s); shard.poll();
// The test fails when the body throws, and when it waits while nothing else can run: stuck.
#define CHORUS_COROUTINE_TEST(name)                                                                                    \
    static ::chorus::task<> name##_body(::chorus::shard&, ::chorus::manual_clock&);                                    \
    BOOST_AUTO_TEST_CASE(name) { ::chorus::test::run_coroutine_test(name##_body); }                                    \
    static ::chorus::task<> name##_body([[maybe_unused]] ::chorus::shard& shard,                                       \
                                        [[maybe_unused]] ::chorus::manual_clock& clock)

namespace chorus::test {

// A shard for a test that isn't a coroutine, and the clock it runs on.
struct test_shard
{
    explicit test_shard(unsigned index = 0) : test_shard{index, std::make_unique<manual_clock>()} {}

    manual_clock& clock;
    chorus::shard shard;

private:
    test_shard(unsigned index, std::unique_ptr<manual_clock> made) : clock{*made}, shard{index, std::move(made)} {}
};

inline void run_coroutine_test(task<> (*body)(shard&, manual_clock&))
{
    bool ended = false;
    std::exception_ptr escaped;
    test_shard here;
    asio::co_spawn(here.shard.get_executor(), body(here.shard, here.clock), [&](std::exception_ptr error) {
        ended = true;
        escaped = error;
    });
    here.shard.poll();
    if (escaped) std::rethrow_exception(escaped);
    BOOST_TEST(ended, "stuck: the test still waits, and nothing else can run");
}

} // namespace chorus::test
