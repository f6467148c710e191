// scope_test.cpp — a scope waits for its children, and what escapes one of them ends nothing else.
#include "support/coroutine_test.hpp"

#include <chorus/core/log.hpp>
#include <chorus/core/scope.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_scope)

using namespace std::chrono_literals;

namespace {

task<> count_up(int& count)
{
    ++count;
    co_return;
}

task<> count_up_when_rung(bell& bell, int& count)
{
    co_await bell.wait();
    ++count;
}

task<> spawn_another(scope& children, int& count)
{
    children.spawn(count_up(count));
    co_return;
}

task<> fail()
{
    throw std::runtime_error{"a bug"};
    co_return;
}

task<> join_until(scope& children, clock& clock, time_point deadline, std::vector<bool>& answers)
{
    const bool all_ended = co_await children.join_until(clock, deadline);
    answers.push_back(all_ended);
}

struct captured_log
{
    captured_log()
    {
        redirect_log([this](std::string_view line) { lines.emplace_back(line); });
    }
    ~captured_log() { redirect_log({}); }

    std::vector<std::string> lines;
};

} // namespace

CHORUS_COROUTINE_TEST(a_child_starts_from_the_queue_and_is_joined)
{
    int count = 0;
    scope children{shard.get_executor()};
    children.spawn(count_up(count));
    children.spawn(count_up(count));
    BOOST_TEST(count == 0);
    BOOST_TEST(children.size() == 2u);
    const bool all_ended = co_await children.join();
    BOOST_TEST(all_ended);
    BOOST_TEST(count == 2);
    BOOST_TEST(children.size() == 0u);
}

CHORUS_COROUTINE_TEST(joining_nobody_does_not_wait)
{
    scope children{shard.get_executor()};
    const bool all_ended = co_await children.join();
    BOOST_TEST(all_ended);
}

CHORUS_COROUTINE_TEST(join_waits_for_children_spawned_meanwhile)
{
    int count = 0;
    scope children{shard.get_executor()};
    children.spawn(spawn_another(children, count));
    co_await children.join();
    BOOST_TEST(count == 1);
}

CHORUS_COROUTINE_TEST(a_join_with_a_deadline_gives_up_and_can_be_repeated)
{
    bell bell;
    int count = 0;
    std::vector<bool> answers;
    scope children{shard.get_executor()};
    children.spawn(count_up_when_rung(bell, count));

    scope waiting{shard.get_executor()};
    waiting.spawn(join_until(children, clock, clock.now() + 5s, answers));
    shard.poll();
    clock.advance(5s);
    co_await waiting.join();
    BOOST_TEST(answers == std::vector{false});
    BOOST_TEST(children.size() == 1u);

    bell.ring();
    const bool all_ended = co_await children.join_until(clock, clock.now() + 5s);
    BOOST_TEST(all_ended);
    BOOST_TEST(count == 1);
}

CHORUS_COROUTINE_TEST(an_exception_that_escapes_a_child_is_logged_and_ends_only_that_child)
{
    captured_log captured;
    int count = 0;
    scope children{shard.get_executor()};
    children.spawn(fail());
    children.spawn(count_up(count));
    co_await children.join();
    BOOST_TEST(count == 1);
    BOOST_REQUIRE(captured.lines.size() == 1u);
    BOOST_TEST(captured.lines.front().ends_with("error exception_escaped what=\"a bug\""));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
