// coroutine_test.hpp — runs the body of a test as a coroutine, on a shard of its own whose clock is set by hand.
#pragma once

#include <chorus/test/test_shard.hpp>

#include <boost/asio/co_spawn.hpp> // for what a test spawns itself
#include <boost/test/unit_test.hpp>

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

inline void run_coroutine_test(task<> (*body)(shard&, manual_clock&))
{
    test_shard here;
    BOOST_TEST(here.run(body(here.shard, here.clock)), "stuck: the test still waits, and nothing else can run");
}

} // namespace chorus::test
