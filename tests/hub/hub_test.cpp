// hub_test.cpp — what a room's members hear: all of it, once, in one order, on any number of shards.
#include "support/hub_world.hpp"

#include <random>
#include <thread>

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_hub)

using namespace std::chrono_literals;
using test::fake_member;
using test::hub_world;
using test::joined;
using test::lines;

namespace {

constexpr unsigned shard_counts[] = {1, 2, 4};

// Takes turns at random, and not to the end.
void stir(hub_world& world, std::minstd_rand& random)
{
    for (auto turns = random() % 4; turns > 0; --turns) {
        auto& context = world.shard(static_cast<unsigned>(random() % world.shards())).context();
        for (auto steps = random() % 5; steps > 0; --steps)
            context.poll_one();
    }
}

// The offsets in lines like "room 5 hello".
std::vector<std::uint64_t> offsets(const lines& all, const std::string& room)
{
    std::vector<std::uint64_t> found;
    for (const auto& each : all)
        if (each.starts_with(room + " ")) found.push_back(std::stoull(each.substr(room.size() + 1)));
    return found;
}

std::vector<std::uint64_t> from_to(std::uint64_t from, std::uint64_t to)
{
    std::vector<std::uint64_t> all;
    for (; from <= to; ++from)
        all.push_back(from);
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(all_members_hear_the_same_messages_in_the_same_order)
{
    for (const auto shards : shard_counts) {
        hub_world world{shards};
        std::minstd_rand random{shards};
        std::vector<fake_member*> all;
        for (unsigned i = 0; i < 8; ++i)
            all.push_back(&world.come_to(i % shards, "user" + std::to_string(i), "tea"));
        for (auto* const each : all)
            each->heard(); // the others' presence
        for (int i = 0; i < 30; ++i)
            for (auto* const each : all) {
                BOOST_TEST((each->say("tea", (*each)->user() + "/" + std::to_string(i)) == accepted::yes));
                stir(world, random);
            }
        world.settle();
        const auto first = all.front()->heard();
        BOOST_TEST(offsets(first, "tea") == from_to(1, 240), boost::test_tools::per_element());
        for (auto* const each : all)
            if (each != all.front()) BOOST_TEST(joined(each->heard()) == joined(first));
    }
}

BOOST_AUTO_TEST_CASE(what_one_member_says_keeps_its_order)
{
    for (const auto shards : shard_counts) {
        hub_world world{shards};
        auto& ann = world.come_to(0, "ann", "tea");
        auto& bob = world.come_to(shards - 1, "bob", "tea");
        for (int i = 1; i <= 100; ++i)
            ann.say("tea", std::to_string(i));
        world.settle();
        int expected = 0;
        for (const auto& each : bob.heard_in("tea"))
            BOOST_TEST(each.ends_with(" " + std::to_string(++expected)));
        BOOST_TEST(expected == 100);
    }
}

BOOST_AUTO_TEST_CASE(a_join_is_atomic_history_then_live_without_gap_or_duplicate)
{
    for (const auto shards : shard_counts)
        for (unsigned seed = 1; seed <= 40; ++seed) {
            hub_world world{shards};
            std::minstd_rand random{seed};
            std::vector<fake_member*> talkers;
            for (unsigned i = 0; i < 3; ++i)
                talkers.push_back(&world.come_to(i % shards, "talker" + std::to_string(i), "tea"));
            auto& late = world.come(static_cast<unsigned>(random() % shards), "late");
            const auto join_at = random() % 60;
            for (unsigned i = 0; i < 60; ++i) {
                if (i == join_at) late->join("tea");
                if (i == join_at + 5) late->join("tea"); // once more, while others talk
                talkers[random() % 3]->say("tea", "x");
                stir(world, random);
            }
            world.settle();
            // Each answer tells all that was said before it, and what follows goes on from there.
            std::uint64_t next = 0;
            for (const auto& each : late.heard()) {
                if (each.starts_with("joined")) {
                    const auto at = std::stoull(each.substr(each.find(" at ") + 4));
                    if (next != 0) BOOST_TEST(at + 1 == next, "seed " << seed << ": " << each);
                    next = at + 1;
                } else if (each.starts_with("tea ")) {
                    BOOST_TEST(offsets({each}, "tea").front() == next, "seed " << seed << ": " << each);
                    ++next;
                }
            }
            BOOST_TEST(next == 61u);
        }
}

BOOST_AUTO_TEST_CASE(who_comes_back_gets_exactly_what_was_missed)
{
    for (const auto shards : shard_counts) {
        hub_world world{shards};
        auto& ann = world.come(0, "ann");
        ann->join("tea");
        ann.say("tea", "one");
        world.settle();
        auto& bob = world.come(shards - 1, "bob");
        bob->join("tea");
        world.settle();
        world.go(bob);
        ann.say("tea", "two");
        ann.say("tea", "three");
        world.settle();
        auto& again = world.come(0, "bob");
        again->join("tea", stream_position{"of another life", 1});
        world.settle();
        BOOST_TEST(joined(again.heard()) == "joined tea at 3 1 2 3");
    }
}

BOOST_AUTO_TEST_CASE(join_publish_and_leave_in_one_breath_are_done_in_that_order)
{
    for (const auto shards : shard_counts)
        for (unsigned home = 0; home < shards; ++home) {
            hub_world world{shards};
            const auto room = world.room_at(home, "tea");
            auto& ann = world.come(0, "ann");
            BOOST_TEST((ann->join(room) == accepted::yes));
            BOOST_TEST((ann.say(room, "hello") == accepted::yes));
            BOOST_TEST((ann->leave(room) == accepted::yes));
            BOOST_TEST((ann.say(room, "too late") == accepted::not_in_room));
            world.settle();
            BOOST_TEST(joined(ann.heard()) == "joined " + room + " at 0; " + room + " 1 hello; left " + room);
        }
}

BOOST_AUTO_TEST_CASE(who_leaves_in_mid_round_hears_what_was_said_before)
{
    for (const auto shards : shard_counts) {
        hub_world world{shards};
        auto& ann = world.come_to(0, "ann", "tea");
        auto& bob = world.come_to(0, "bob", "tea");
        ann.heard();
        ann.say("tea", "before");
        bob->leave("tea");
        ann.say("tea", "after");
        world.settle();
        BOOST_TEST(joined(bob.heard()) == "tea 1 before; left tea");
        BOOST_TEST(joined(ann.heard()) == "tea 1 before; presence tea bob leave; tea 2 after");
    }
}

BOOST_AUTO_TEST_CASE(who_joins_again_in_mid_round_hears_first_what_the_answer_counts)
{
    for (const auto shards : shard_counts) {
        hub_world world{shards};
        auto& ann = world.come_to(0, "ann", "tea");
        ann.say("tea", "one");
        ann->join("tea");
        ann.say("tea", "two");
        world.settle();
        BOOST_TEST(joined(ann.heard()) == "tea 1 one; joined tea at 1 1; tea 2 two");
    }
}

BOOST_AUTO_TEST_CASE(presence_tells_the_others_and_not_the_one_it_is_about)
{
    for (const auto shards : shard_counts) {
        hub_world world{shards};
        auto& ann = world.come_to(0, "ann", "tea");
        auto& bob = world.come(shards - 1, "bob");
        bob->join("tea");
        world.settle();
        BOOST_TEST(joined(bob.heard()) == "joined tea at 0");
        BOOST_TEST(joined(ann.heard()) == "presence tea bob join");
        auto& bob_too = world.come_to(0, "bob", "tea");
        BOOST_TEST(joined(ann.heard()) == "", "his second connection is no news");
        world.go(bob);
        BOOST_TEST(joined(ann.heard()) == "");
        bob_too->leave("tea");
        world.settle();
        BOOST_TEST(joined(ann.heard()) == "presence tea bob leave");
    }
}

BOOST_AUTO_TEST_CASE(a_member_may_be_in_many_rooms_and_leaves_all_of_them_at_once)
{
    for (const auto shards : shard_counts) {
        hub_world world{shards};
        auto& ann = world.come(0, "ann");
        auto& bob = world.come(shards - 1, "bob");
        for (int i = 0; i < 50; ++i) {
            const auto room = "room" + std::to_string(i);
            ann->join(room);
            bob->join(room);
            ann.say(room, "hello");
        }
        world.settle();
        const auto heard = bob.heard();
        for (int i = 0; i < 50; ++i)
            BOOST_TEST(offsets(heard, "room" + std::to_string(i)).size() <= 1u);
        ann.heard();
        world.go(bob);
        BOOST_TEST(ann.heard().size() == 50u, "one presence for each room");
        world.go(ann);
        BOOST_TEST(world.rooms() == 50u);
        world.advance(60s);
        BOOST_TEST(world.rooms() == 0u);
    }
}

BOOST_AUTO_TEST_CASE(everyone_hears_everyone)
{
    for (const auto shards : shard_counts) {
        hub_world world{shards};
        auto& ann = world.come(0, "ann");
        auto& bob = world.come(shards - 1, "bob");
        BOOST_TEST((ann.say(std::string{everyone}, "hello", json(3)) == accepted::yes));
        BOOST_TEST((ann->broadcast(std::string{everyone}, make_frame(opcode::text, "as it is")) == accepted::yes));
        world.settle();
        BOOST_TEST(joined(ann.heard()) == "ok everyone 0 #3; everyone hello; as it is");
        BOOST_TEST(joined(bob.heard()) == "everyone hello; as it is");
    }
}

BOOST_AUTO_TEST_CASE(a_long_way_from_another_shard_makes_rounds_of_a_bursts_size)
{
    hub_world world{2, {.commands_in_flight = 1000}};
    const auto room = world.room_at(0);
    auto& talker = world.come_to(0, "talker", room);
    auto& listener = world.come_to(1, "listener", room, {.messages = 1000});
    const auto before = world.hub_of(1).counters().writes;
    for (int i = 0; i < 500; ++i)
        talker.say(room, "x");
    world.settle();
    BOOST_TEST(listener.heard_in(room).size() == 500u);
    BOOST_TEST(world.hub_of(1).counters().writes >= before + 4u);
}

BOOST_AUTO_TEST_CASE(a_stalled_member_is_closed_and_the_others_hear_everything)
{
    for (const auto shards : shard_counts) {
        hub_world world{shards};
        auto& ann = world.come_to(0, "ann", "tea");
        auto& slow = world.come_to(shards - 1, "slow", "tea", {.messages = 10});
        auto& bob = world.come_to(shards - 1, "bob", "tea");
        bob.heard();
        slow.stall();
        for (int i = 0; i < 100; ++i)
            ann.say("tea", "x");
        world.settle();
        BOOST_TEST(offsets(bob.heard(), "tea") == from_to(1, 100), boost::test_tools::per_element());
        BOOST_TEST(slow->out().too_slow());
        BOOST_TEST(joined(slow.heard()) == "presence tea bob join; close 1013 too slow");
    }
}

BOOST_AUTO_TEST_CASE(a_slow_member_that_gave_messages_up_is_told_which)
{
    hub_world world{1};
    auto& ann = world.come_to(0, "ann", "tea");
    auto& slow = world.come_to(0, "slow", "tea", {.messages = 3, .slow = slow_policy::drop_oldest});
    slow.stall();
    for (int i = 1; i <= 10; ++i)
        ann.say("tea", std::to_string(i));
    world.settle();
    BOOST_TEST(joined(slow.heard()) == "gap tea 1 7; tea 8 8; tea 9 9; tea 10 10");
}

BOOST_AUTO_TEST_CASE(other_threads_may_speak_in_any_room_through_the_hub_at_its_home)
{
    hub_world world{4};
    auto& ann = world.come(2, "ann");
    for (unsigned home = 0; home < 4; ++home) {
        const auto room = world.room_at(home);
        ann->join(room);
        world.settle();
        ann.heard();
        BOOST_TEST(world.hub_of(home).post(ask::publish{{}, room, "chat", R"({"text":"news"})", nullptr, {}}));
        world.settle();
        BOOST_TEST(joined(ann.heard()) == room + " 1 news");
    }
}

BOOST_AUTO_TEST_CASE(other_threads_may_send_to_one_member_whether_it_is_here_or_not)
{
    hub_world world{1};
    auto& ann = world.come(0, "ann");
    BOOST_TEST(world.hub_of(0).post(answer::direct{ann->id(), make_frame(opcode::text, "for you")}));
    BOOST_TEST(world.hub_of(0).post(answer::direct{ann->id() + 1, make_frame(opcode::text, "for nobody")}));
    world.settle();
    BOOST_TEST(joined(ann.heard()) == "for you");
}

BOOST_AUTO_TEST_CASE(what_other_threads_post_is_bounded)
{
    hub_world world{1};
    auto& ann = world.come(0, "ann", {.messages = 100'000});
    const auto news = make_frame(opcode::text, "x");
    std::size_t posted = 0;
    std::thread([&] {
        while (posted < 1'000'000 && world.hub_of(0).post(answer::direct{ann->id(), news}))
            ++posted;
    }).join();
    BOOST_TEST(posted < 1'000'000u, "nothing takes it, so at some point it is refused");
    world.settle();
    BOOST_TEST(ann.heard().size() == posted);
    BOOST_TEST(world.hub_of(0).post(answer::direct{ann->id(), news}));
}

BOOST_AUTO_TEST_CASE(what_other_threads_post_is_bounded_until_it_is_delivered)
{
    hub_world world{1};
    for (int member = 0; member < 300; ++member) // more writes than a turn has
        world.come(0, "member" + std::to_string(member))->join("lounge");
    world.settle();
    std::size_t posted = 0;
    const auto publish = [&] {
        return world.hub_of(0).post(ask::publish{{}, "lounge", "chat", R"({"text":"x"})", nullptr, {}});
    };
    // A turn of the shard takes all that was put, and its round delivers only a part of it.
    constexpr std::size_t turns = 20;
    for (std::size_t turn = 0; turn < turns; ++turn) {
        while (posted < 500'000 && publish())
            ++posted;
        world.context_of(0).poll_one();
    }
    BOOST_TEST(posted <= 16'384 + turns * 256, "more is taken than is delivered: " << posted);
    world.settle();
    BOOST_TEST(publish());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
