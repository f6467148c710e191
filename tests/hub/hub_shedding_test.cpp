// hub_shedding_test.cpp — all outboxes together have a bound, and those that hold the most give way to it.
#include "support/hub_world.hpp"
#include "support/log_lines.hpp"

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::test;

namespace {

constexpr std::size_t bound = 20'000;
constexpr std::size_t a_little = 1000; // what is on its way to a client at most

// A thousand bytes of text, and some more around them.
void say_long(fake_member& who, const std::string& room, int times)
{
    for (int each = 0; each < times; ++each)
        who.say(room, std::string(1000, 'x'));
}

// Takes no more than a few bytes until it listens.
fake_member& come_deaf(hub_world& world, unsigned shard, const std::string& name, const std::string& room)
{
    auto& who = world.come_to(shard, name, room);
    who.stall();
    return who;
}

bool is_closed(fake_member& who) { return who->out().too_slow(); }

} // namespace

BOOST_AUTO_TEST_SUITE(hub_hub_shedding)

BOOST_AUTO_TEST_CASE(when_all_together_hold_too_much_those_that_hold_the_most_are_closed)
{
    for (const unsigned shards : {1u, 2u, 4u}) {
        hub_world world{shards, {.queued_bytes = bound}};
        auto& ann = world.come_to(0, "ann", "tea");
        auto& slowest = come_deaf(world, shards - 1, "slowest", "tea");
        say_long(ann, "tea", 8);
        world.settle();
        auto& slow = come_deaf(world, shards - 1, "slow", "tea");
        say_long(ann, "tea", 4);
        world.settle();
        BOOST_TEST(!is_closed(slowest), "all hold less than the bound");
        say_long(ann, "tea", 4);
        world.settle();
        BOOST_TEST(is_closed(slowest));
        BOOST_TEST(!is_closed(slow));
        BOOST_TEST(slowest.heard().back() == "close 1013 too slow");
        BOOST_TEST(slow.heard_in("tea").size() == 8U, "and misses nothing");
        BOOST_TEST(ann.heard_in("tea").size() == 16U);
    }
}

BOOST_AUTO_TEST_CASE(as_many_are_closed_as_it_takes_and_no_more)
{
    log_lines log;
    hub_world world{1, {.queued_bytes = bound}};
    auto& ann = world.come_to(0, "ann", "tea");
    std::vector<fake_member*> deaf;
    for (int each = 0; each < 6; ++each)
        deaf.push_back(&come_deaf(world, 0, "deaf", "tea"));
    say_long(ann, "tea", 4); // 6 hold four of them each, 24,000; with 4 of them it fits
    world.settle();
    BOOST_TEST(std::ranges::count_if(deaf, [](auto* each) { return is_closed(*each); }) == 2);
    BOOST_TEST(log.count("slowest_shed sessions=2") == 1U, log.all());
}

BOOST_AUTO_TEST_CASE(a_shard_that_has_nothing_to_do_is_told)
{
    hub_world world{2, {.queued_bytes = bound}};
    auto& ann = world.come_to(0, "ann", "tea");
    auto& hoarder = come_deaf(world, 1, "hoarder", "tea");
    say_long(ann, "tea", 16);
    world.settle();
    BOOST_TEST(!is_closed(hoarder));
    const auto elsewhere = world.room_at(0, "pub");
    ann->join(elsewhere);
    auto& slow = come_deaf(world, 0, "slow", elsewhere);
    say_long(ann, elsewhere, 4);
    world.settle();
    BOOST_TEST(is_closed(hoarder));
    BOOST_TEST(!is_closed(slow));
}

BOOST_AUTO_TEST_CASE(without_a_bound_nobody_is_closed_for_what_all_hold)
{
    hub_world world{1, {.queued_bytes = 0}};
    auto& ann = world.come_to(0, "ann", "tea");
    auto& deaf = come_deaf(world, 0, "deaf", "tea");
    say_long(ann, "tea", 100);
    world.settle();
    BOOST_TEST(!is_closed(deaf));
    BOOST_TEST(deaf.heard_in("tea").size() == 100U);
}

BOOST_AUTO_TEST_CASE(what_is_sent_past_the_hub_counts_as_well)
{
    hub_world world{1, {.queued_bytes = bound}};
    auto& deaf = come_deaf(world, 0, "deaf", "tea");
    for (int each = 0; each < 30; ++each)
        deaf->out().send(make_frame(opcode::text, std::string(1000, 'x')));
    BOOST_TEST(!is_closed(deaf));
    world.hub_of(0).keep_bound();
    BOOST_TEST(is_closed(deaf));
}

BOOST_AUTO_TEST_CASE(what_is_left_of_a_frame_on_its_way_counts_as_well)
{
    hub_world world{1, {.queued_bytes = bound}};
    auto& slow = world.come(0, "slow", {}, a_little);
    slow->out().send(make_frame(opcode::text, std::string(30'000, 'x')));
    slow->out().flush();
    BOOST_TEST(slow->out().messages() == 0U, "it has begun");
    world.hub_of(0).keep_bound();
    BOOST_TEST(is_closed(slow));
}

BOOST_AUTO_TEST_CASE(who_only_waits_for_a_batch_is_not_slow)
{
    hub_world world{1, {.queued_bytes = bound}};
    auto& ann = world.come_to(0, "ann", "tea", {.batch = {.messages = 100}});
    for (int each = 0; each < 30; ++each)
        ann->out().send(make_frame(opcode::text, std::string(1000, 'x')));
    BOOST_TEST(ann.under_way() == 0U);
    world.hub_of(0).keep_bound();
    BOOST_TEST(!is_closed(ann));
    BOOST_TEST(ann.heard().size() == 30U);
}

BOOST_AUTO_TEST_CASE(who_is_leaving_keeps_its_goodbye_but_not_what_waits_before_it)
{
    hub_world world{1, {.queued_bytes = bound}};
    auto& leaving = come_deaf(world, 0, "leaving", "tea");
    for (int each = 0; each < 30; ++each)
        leaving->out().send(make_frame(opcode::text, std::string(1000, 'x')));
    leaving->out().close(close_code::normal, "good night");
    world.hub_of(0).keep_bound();
    BOOST_TEST(is_closed(leaving), "it gets less patience, too");
    BOOST_TEST(leaving->out().bytes() == 0U);
    BOOST_TEST(leaving.heard().back() == "close 1000 good night");
}

BOOST_AUTO_TEST_CASE(when_nobody_is_left_to_be_closed_it_is_looked_again_only_after_a_while)
{
    hub_world world{1, {.queued_bytes = bound}};
    auto& slow = world.come(0, "slow", {}, a_little);
    slow->out().send(make_frame(opcode::text, std::string(30'000, 'x')));
    slow->out().flush();
    world.hub_of(0).keep_bound(); // it is closed, and holds what has begun
    auto& deaf = come_deaf(world, 0, "deaf", "tea");
    for (int each = 0; each < 30; ++each)
        deaf->out().send(make_frame(opcode::text, std::string(1000, 'x')));
    world.hub_of(0).keep_bound();
    BOOST_TEST(!is_closed(deaf));
    world.advance(std::chrono::milliseconds{100});
    BOOST_TEST(is_closed(deaf));
}

BOOST_AUTO_TEST_SUITE_END()
