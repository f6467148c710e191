// hub_world_test.cpp — the hubs under test of the kit, and what they complain of.
#include <chorus/test/complaint.hpp>
#include <chorus/test/hub_world.hpp>

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using namespace chorus;
using test::hub_world;

BOOST_AUTO_TEST_SUITE(test_hub_world)

BOOST_AUTO_TEST_CASE(members_on_different_shards_hear_the_same)
{
    hub_world world{2};
    auto& ann = world.come_to(0, "ann", "tea");
    auto& bo = world.come_to(1, "bo", "tea");
    ann.say("tea", "milk?");
    bo.say("everyone", "good morning");
    world.settle();
    BOOST_TEST(ann.heard_in("tea") == "tea 1 milk?");
    BOOST_TEST(bo.heard().size() == 2U, "and what was said to everyone");
}

BOOST_AUTO_TEST_CASE(a_stalled_member_hears_when_it_listens_again)
{
    hub_world world{1};
    auto& ann = world.come_to(0, "ann", "tea");
    ann.stall();
    ann.say("tea", "one");
    world.settle();
    BOOST_TEST(ann.under_way() == 0U);
    BOOST_TEST(ann.heard() == "tea 1 one");
}

BOOST_AUTO_TEST_CASE(who_listens_does_not_wait_for_a_batch)
{
    hub_world world{1};
    auto& ann = world.come_to(0, "ann", "tea", {.batch = {.messages = 8}});
    ann.say("tea", "one");
    ann.say("tea", "two");
    world.settle();
    BOOST_TEST(ann.under_way() == 0U);
    BOOST_TEST(ann.heard() == "tea 1 one; tea 2 two");
}

BOOST_AUTO_TEST_CASE(an_empty_room_is_forgotten_when_its_time_has_passed)
{
    hub_world world{1};
    world.go(world.come_to(0, "ann", "tea"));
    world.advance(60s - 1ms);
    BOOST_TEST(world.rooms() == 1U);
    world.advance(1ms);
    BOOST_TEST(world.rooms() == 0U);
}

BOOST_AUTO_TEST_CASE(a_room_that_lets_nobody_in_is_complained_of)
{
    std::string heard;
    const auto before = test::on_complaint([&](std::string_view what) { heard += what; });
    {
        hub_world world{1};
        world.come_to(0, "ann", "");
    }
    test::on_complaint(before);
    BOOST_TEST(heard == "the room lets nobody in: ");
}

BOOST_AUTO_TEST_SUITE_END()
