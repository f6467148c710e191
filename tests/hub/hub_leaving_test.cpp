// hub_leaving_test.cpp — members that go at the worst moments: nothing is written to them, and nobody else notices.
#include "support/hub_world.hpp"

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_leaving)

using namespace std::chrono_literals;
using test::fake_member;
using test::hub_world;
using test::joined;

BOOST_AUTO_TEST_CASE(who_goes_while_messages_are_queued_is_forgotten_and_the_others_hear_on)
{
    hub_world world{1};
    auto& ann = world.come_to(0, "ann", "tea");
    auto& slow = world.come_to(0, "slow", "tea");
    ann.heard();
    slow.stall();
    ann.say("tea", "one");
    world.settle();
    ann.say("tea", "two");
    world.go(slow);
    ann.say("tea", "three");
    world.settle();
    BOOST_TEST(joined(ann.heard()) == "tea 1 one; tea 2 two; presence tea slow leave; tea 3 three");
}

BOOST_AUTO_TEST_CASE(who_goes_while_its_leave_is_under_way_keeps_no_seat)
{
    hub_world world{2};
    const auto room = world.room_at(1);
    auto& ann = world.come_to(0, "ann", room);
    auto& bob = world.come_to(0, "bob", room);
    ann.heard();
    bob->leave(room);
    world.begin_to_go(bob);
    world.shard(0).poll(); // its hub has let go of it; the home on the other shard has not answered yet
    world.forget(bob);
    ann.say(room, "hello");
    world.settle();
    BOOST_TEST(joined(ann.heard()) == "presence " + room + " bob leave; " + room + " 1 hello");
}

BOOST_AUTO_TEST_CASE(who_goes_before_its_join_is_answered_leaves_nothing_behind)
{
    hub_world world{2};
    const auto room = world.room_at(1);
    auto& ann = world.come_to(0, "ann", room);
    auto& bob = world.come(0, "bob");
    bob->join(room);
    world.begin_to_go(bob);
    world.shard(0).poll();
    world.forget(bob);
    ann.say(room, "hello");
    world.settle();
    BOOST_TEST(joined(ann.heard()) ==
               "presence " + room + " bob join; presence " + room + " bob leave; " + room + " 1 hello");
    world.go(ann);
    world.advance(60s);
    BOOST_TEST(world.rooms() == 0u);
}

BOOST_AUTO_TEST_CASE(who_goes_while_a_long_round_has_yielded_is_not_missed)
{
    constexpr unsigned crowd = 600;
    hub_world world{1, {.presence_users = 0}};
    std::vector<fake_member*> all;
    for (unsigned i = 0; i < crowd; ++i)
        all.push_back(&world.come_to(0, "user" + std::to_string(i), "tea"));
    all.front()->say("tea", "one");
    const auto delivered = [&] { return world.hub_of(0).counters().delivered; };
    const auto before = delivered();
    while (delivered() == before)
        world.shard(0).context().poll_one();
    BOOST_TEST(delivered() < before + crowd, "the round has let others have their turn");

    auto& late = world.begin_to_come(0, "late");
    world.begin_to_go(*all[10]);  // has heard it
    world.begin_to_go(*all[590]); // not yet
    all[20]->stall();
    all[20]->say("tea", "two");
    (*all[30])->leave("tea");
    world.settle();
    world.forget(*all[10]);
    world.forget(*all[590]);
    BOOST_TEST(joined(late.heard()) == "");
    BOOST_TEST(joined(all[0]->heard()) == "tea 1 one; tea 2 two");
    BOOST_TEST(joined(all[20]->heard()) == "tea 1 one; tea 2 two");
    BOOST_TEST(joined(all[599]->heard()) == "tea 1 one; tea 2 two");
    BOOST_TEST(joined(all[30]->heard()) == "tea 1 one; tea 2 two; left tea");
}

BOOST_AUTO_TEST_CASE(a_room_the_server_has_no_place_for_is_refused_and_every_command_is_answered)
{
    hub_world world{2, {.rooms = 2}};
    const auto first = world.room_at(1, "first");
    const auto second = world.room_at(1, "second");
    auto& ann = world.come_to(0, "ann", first);
    auto& bob = world.come(0, "bob");
    BOOST_TEST((bob->join(second, {}, json(1)) == accepted::yes));
    BOOST_TEST((bob.say(second, "hello", json(2)) == accepted::yes));
    BOOST_TEST((bob->leave(second, json(3)) == accepted::yes));
    world.settle();
    BOOST_TEST(joined(bob.heard()) == "error too_many_rooms #1; error not_in_room #2; left " + second + " #3");
    BOOST_TEST(bob->under_way() == 0u);

    BOOST_TEST((bob->join(second) == accepted::yes));
    world.settle();
    BOOST_TEST((bob.say(second, "hello") == accepted::not_in_room), "the refusal has arrived");
    bob.heard();
    world.go(ann);
    world.advance(60s);
    BOOST_TEST((bob->join(second) == accepted::yes));
    world.settle();
    BOOST_TEST(joined(bob.heard()) == "joined " + second + " at 0");
}

BOOST_AUTO_TEST_CASE(a_refusal_takes_back_only_the_join_it_answers)
{
    hub_world world{2, {.rooms = 2, .room_linger = 0ms}};
    const auto first = world.room_at(1, "first");
    const auto second = world.room_at(1, "second");
    auto& ann = world.come_to(1, "ann", first);
    auto& bob = world.come(0, "bob");
    bob->join(second);
    world.shard(0).poll();
    world.shard(1).poll(); // refused, and the answer is on its way
    ann->leave(first);
    world.shard(1).poll();
    world.advance_shard(1, 1ms); // now there is a place
    bob->join(second);
    world.settle();
    BOOST_TEST(joined(bob.heard()) == "error too_many_rooms; joined " + second + " at 0");
    BOOST_TEST((bob.say(second, "hello") == accepted::yes));
    world.settle();
    BOOST_TEST(joined(bob.heard()) == second + " 1 hello");
}

BOOST_AUTO_TEST_CASE(after_the_hub_has_ended_nothing_is_accepted)
{
    hub_world world{1};
    auto& ann = world.come_to(0, "ann", "tea");
    world.go(ann);
    world.hub_of(0).close();
    world.settle();
    auto& late = world.come(0, "late");
    BOOST_TEST((late->join("tea") == accepted::closed));
    BOOST_TEST((late.say(std::string{everyone}, "x") == accepted::closed));
    BOOST_TEST(late->under_way() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
