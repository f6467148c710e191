// counters_test.cpp — what a hub and its outboxes have counted after known traffic.
#include "support/hub_world.hpp"

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_counters_)

using namespace std::chrono_literals;
using test::fake_member;
using test::hub_world;

BOOST_AUTO_TEST_CASE(a_message_is_published_once_and_delivered_to_each)
{
    hub_world world{1};
    auto& hub = world.hub_of(0);
    auto& ann = world.come(0, "ann");
    auto& bob = world.come(0, "bob");
    BOOST_TEST(hub.measures().rooms == 0u);
    for (auto* const each : {&ann, &bob})
        (**each).join("tea");
    world.settle();
    BOOST_TEST(hub.measures().rooms == 1u);
    const auto before = hub.counters().delivered.value();
    ann.say("tea", "one");
    ann.say("tea", "two");
    ann.say(std::string(everyone), "three");
    world.settle();
    BOOST_TEST(hub.measures().published == 3u);
    BOOST_TEST(hub.counters().delivered == before + 6u);
    BOOST_TEST(hub.counters().sent_bytes > 0u);
}

BOOST_AUTO_TEST_CASE(presence_and_what_is_refused_are_not_published)
{
    hub_world world{1};
    auto& ann = world.come(0, "ann");
    ann->join("tea");
    ann.say("no such room", "hello");
    world.settle();
    BOOST_TEST(world.hub_of(0).measures().published == 0u);
    BOOST_TEST(world.hub_of(0).measures().fan_out.read().count() == 0u);
}

BOOST_AUTO_TEST_CASE(a_room_that_has_ended_is_none)
{
    hub_world world{1, hub_limits{.room_linger = 60s}};
    auto& ann = world.come(0, "ann");
    ann->join("tea");
    world.settle();
    ann->leave("tea");
    world.settle();
    BOOST_TEST(world.hub_of(0).measures().rooms == 1u);
    world.advance(60s);
    BOOST_TEST(world.hub_of(0).measures().rooms == 0u);
}

BOOST_AUTO_TEST_CASE(the_fan_out_is_timed_once_for_each_shard_that_hears_a_message)
{
    hub_world world{2};
    auto& ann = world.come(0, "ann");
    world.come(1, "bob");
    ann.say(std::string(everyone), "hello");
    world.advance_shard(0, 30ms); // before the hubs have their turn
    world.advance_shard(1, 30ms);
    world.settle();
    for (const unsigned shard : {0u, 1u}) {
        const auto times = world.hub_of(shard).measures().fan_out.read();
        BOOST_TEST(times.count() == 1u);
        BOOST_TEST((times.sum == 30ms));
    }
}

BOOST_AUTO_TEST_CASE(what_waits_is_counted_until_it_goes_out)
{
    hub_world world{1};
    const auto& counted = world.hub_of(0).counters();
    auto& slow = world.come(0, "slow");
    slow.stall();
    auto& ann = world.come(0, "ann");
    for (int i = 0; i < 5; ++i)
        ann.say(std::string(everyone), "hello");
    world.settle();
    BOOST_TEST(counted.queued_messages == 5u);
    BOOST_TEST(counted.queued_bytes == slow->out().bytes());
    BOOST_TEST(slow.heard().size() == 5u);
    BOOST_TEST(counted.queued_messages == 0u);
    BOOST_TEST(counted.queued_bytes == 0u);
    BOOST_TEST(slow->out().sent_messages() == 5u);
}

BOOST_AUTO_TEST_CASE(what_is_dropped_does_not_wait_any_more_and_is_counted_by_its_reason)
{
    for (const auto policy : {slow_policy::drop_newest, slow_policy::drop_oldest, slow_policy::close}) {
        hub_world world{1};
        const auto& counted = world.hub_of(0).counters();
        auto& slow = world.come(0, "slow", {.messages = 2, .slow = policy}, 16);
        slow.stall();
        auto& ann = world.come(0, "ann");
        for (int i = 0; i < 6; ++i) {
            ann.say(std::string(everyone), "hello");
            world.settle();
        }
        const auto is_closed = policy == slow_policy::close;
        BOOST_TEST(counted.dropped_newest == (policy == slow_policy::drop_newest ? 4u : 0u));
        BOOST_TEST(counted.dropped_oldest == (policy == slow_policy::drop_oldest ? 4u : 0u));
        BOOST_TEST(counted.dropped_on_close == (is_closed ? 2u : 0u));
        BOOST_TEST(counted.closed_slow == (is_closed ? 1u : 0u));
        BOOST_TEST(counted.queued_messages == (is_closed ? 0u : 2u));
        BOOST_TEST(counted.queued_bytes == slow->out().bytes());
    }
}

BOOST_AUTO_TEST_CASE(pongs_are_no_messages)
{
    hub_world world{1};
    const auto& counted = world.hub_of(0).counters();
    auto& ann = world.come(0, "ann");
    auto& out = ann->out();
    for (const bool ends : {false, true}) {
        out.hold();
        for (const auto* const ping : {"one", "two", "three"})
            out.pong(ping);
        BOOST_TEST(counted.queued_messages == 0u);
        BOOST_TEST(counted.queued_bytes == out.bytes());
        BOOST_TEST(out.bytes() > 0u);
        if (ends)
            out.end();
        else
            out.release();
        world.settle();
        BOOST_TEST(counted.queued_bytes == 0u);
    }
    BOOST_TEST(counted.queued_messages == 0u);
    BOOST_TEST(counted.delivered == 0u);
    BOOST_TEST(counted.dropped_on_close == 0u);
}

BOOST_AUTO_TEST_CASE(what_an_ended_outbox_held_waits_no_more)
{
    hub_world world{1};
    const auto& counted = world.hub_of(0).counters();
    auto& slow = world.come(0, "slow", {}, 16);
    slow.stall();
    slow->out().send_latest("price", make_frame(opcode::text, "1"));
    slow->out().send_latest("price", make_frame(opcode::text, "22"));
    slow->out().send(make_frame(opcode::text, std::string(100, 'x')));
    BOOST_TEST(counted.conflated + counted.queued_messages >= 2u);
    slow->out().end();
    BOOST_TEST(counted.queued_messages == 0u);
    BOOST_TEST(counted.queued_bytes == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
