// clock_test.cpp — alarms ring at their time, in order, once; a callback may arm and disarm what it likes.
#include "support/coroutine_test.hpp"

#include <chorus/core/clock.hpp>

#include <optional>
#include <string>
#include <vector>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_clock)

using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(alarms_ring_in_the_order_of_their_times)
{
    manual_clock clock;
    std::string rung;
    alarm late{clock, [&] { rung += 'c'; }};
    alarm early{clock, [&] { rung += 'a'; }};
    alarm middle{clock, [&] { rung += 'b'; }};
    late.set(clock.now() + 3s);
    early.set(clock.now() + 1s);
    middle.set(clock.now() + 2s);
    BOOST_TEST((clock.earliest() == clock.now() + 1s));

    clock.advance(2s);
    BOOST_TEST(rung == "ab");
    BOOST_TEST(late.is_set());
    BOOST_TEST(!early.is_set());
    clock.advance(1h);
    BOOST_TEST(rung == "abc");
}

BOOST_AUTO_TEST_CASE(an_alarm_rings_at_its_own_time_however_far_the_clock_is_moved)
{
    manual_clock clock;
    const time_point start = clock.now();
    std::vector<duration> rung;
    std::optional<alarm> every_minute;
    every_minute.emplace(clock, [&] {
        rung.push_back(clock.now() - start);
        every_minute->set(clock.now() + 1min);
    });
    every_minute->set(start + 1min);
    clock.advance(3min + 30s);
    BOOST_TEST((rung == std::vector<duration>{1min, 2min, 3min}));
    BOOST_TEST((clock.now() == start + 3min + 30s));
    BOOST_TEST((clock.earliest() == start + 4min));
}

BOOST_AUTO_TEST_CASE(a_callback_may_clear_an_alarm_that_is_due_at_the_same_time)
{
    manual_clock clock;
    std::string rung;
    alarm second{clock, [&] { rung += 'b'; }};
    alarm first{clock, [&] {
                    rung += 'a';
                    second.clear();
                }};
    first.set(clock.now() + 1s);
    second.set(clock.now() + 1s);
    clock.advance(1s);
    BOOST_TEST(rung == "a");
    BOOST_TEST(!second.is_set());
}

BOOST_AUTO_TEST_CASE(setting_an_alarm_again_moves_it)
{
    manual_clock clock;
    int rung = 0;
    alarm alarm{clock, [&] { ++rung; }};
    alarm.set(clock.now() + 1s);
    alarm.set(clock.now() + 5s);
    clock.advance(4s);
    BOOST_TEST(rung == 0);
    clock.advance(1s);
    BOOST_TEST(rung == 1);
}

BOOST_AUTO_TEST_CASE(an_alarm_set_for_the_past_waits_for_the_clock_all_the_same)
{
    manual_clock clock;
    int rung = 0;
    alarm alarm{clock, [&] { ++rung; }};
    alarm.set(clock.now() - 1s);
    BOOST_TEST(rung == 0);
    clock.advance(0s);
    BOOST_TEST(rung == 1);
}

BOOST_AUTO_TEST_CASE(a_destroyed_alarm_does_not_ring)
{
    manual_clock clock;
    int rung = 0;
    {
        alarm alarm{clock, [&] { ++rung; }};
        alarm.set(clock.now() + 1s);
    }
    clock.advance(1s);
    BOOST_TEST(rung == 0);
    BOOST_TEST(!clock.earliest());
}

BOOST_AUTO_TEST_CASE(an_alarm_may_outlive_its_clock)
{
    auto clock = std::make_unique<manual_clock>();
    alarm alarm{*clock, [] {}};
    alarm.set(clock->now() + 1s);
    clock.reset();
    BOOST_TEST(!alarm.is_set());
}

BOOST_AUTO_TEST_CASE(people_see_the_same_time_pass)
{
    manual_clock clock;
    const auto before = clock.unix_ms();
    clock.advance(1'500ms);
    BOOST_TEST(clock.unix_ms() - before == 1'500);
}

// The real clock, with times that have passed: it rings from the loop, without a wait.
BOOST_AUTO_TEST_CASE(a_shard_rings_its_alarms_in_order_from_its_loop)
{
    shard here{0};
    std::string rung;
    alarm last{here.clock(), [&] { here.stop(); }};
    alarm second{here.clock(), [&] { rung += 'b'; }};
    alarm first{here.clock(), [&] {
                    rung += 'a';
                    last.set(here.clock().now());
                }};
    second.set(here.clock().now() - 1s);
    first.set(here.clock().now() - 2s);
    BOOST_TEST(rung == "");
    here.run();
    BOOST_TEST(rung == "ab");
}

BOOST_AUTO_TEST_CASE(a_shard_rearms_its_timer_for_the_next_alarm)
{
    shard here{0};
    std::string rung;
    alarm far{here.clock(), [&] { rung += '!'; }};
    alarm next{here.clock(), [&] { here.stop(); }};
    alarm cleared{here.clock(), [&] { rung += '!'; }};
    far.set(here.clock().now() + 24h);
    next.set(here.clock().now() + 2ms);
    cleared.set(here.clock().now() + 1ms);
    cleared.clear();
    here.run();
    BOOST_TEST(rung == "");
    BOOST_TEST(far.is_set());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
