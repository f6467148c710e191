// loop_watch_test.cpp — a loop that is on time has no lag; one that was busy has it once.
#include "support/coroutine_test.hpp"

#include <chorus/core/loop_watch.hpp>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_loop_watch)

using namespace std::chrono_literals;

namespace {

// Time that passes while nobody looks at the alarms, as it does while a callback works.
class busy_clock final : public clock
{
public:
    time_point now() const override { return now_; }
    std::int64_t unix_ms() const override { return 0; }

    void work(duration time) { now_ += time; }
    void look() { run_due(); }

private:
    void alarm_was_set(time_point) override {}

    time_point now_{1h};
};

} // namespace

BOOST_AUTO_TEST_CASE(a_loop_that_is_on_time_has_no_lag)
{
    manual_clock clock;
    const loop_watch watch(clock);
    clock.advance(10 * loop_watch::period);
    BOOST_TEST(watch.lag().count() == 10u);
    BOOST_TEST((watch.lag().sum == 0ns));
}

BOOST_AUTO_TEST_CASE(one_long_stop_is_one_late_look)
{
    busy_clock clock;
    const loop_watch watch(clock);
    clock.work(3s);
    clock.look();
    clock.look();
    BOOST_TEST(watch.lag().count() == 1u);
    BOOST_TEST((watch.lag().sum == 3s - loop_watch::period));
    clock.work(loop_watch::period);
    clock.look();
    BOOST_TEST(watch.lag().count() == 2u);
    BOOST_TEST((watch.lag().sum == 3s - loop_watch::period));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
