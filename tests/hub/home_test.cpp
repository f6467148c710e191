// home_test.cpp — a home answers every question once, keeps rooms while somebody may come back, and no longer.
#include "support/coroutine_test.hpp"
#include "support/hearing.hpp"

#include <chorus/hub/home.hpp>

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_home)

using namespace std::chrono_literals;

namespace {

// Writes down what a home tells as "shard: to whom: what".
struct home_fixture : private home_listener
{
    explicit home_fixture(const hub_limits& of = {}, unsigned shards = 2)
        : limits(of), rooms(shards, limits, here.clock, *this, counters)
    {
    }

    void join(std::uint64_t id, const std::string& room, std::optional<stream_position> since = {})
    {
        rooms.handle(ask::enter{{0, id}, user(id), room, std::move(since), {}, 1});
    }
    void leave(std::uint64_t id, const std::string& room)
    {
        rooms.handle(ask::leave{{0, id}, user(id), room, {}, false});
    }
    void vanish(std::uint64_t id, const std::string& room)
    {
        rooms.handle(ask::leave{{0, id}, user(id), room, {}, true});
    }
    void say(std::uint64_t id, const std::string& room, std::optional<json> message_id = {})
    {
        rooms.handle(ask::publish{{0, id}, room, "chat", R"({"text":"hello"})", nullptr, std::move(message_id)});
    }
    std::string told() { return test::joined(std::exchange(told_, {})); }
    std::string epoch_of(const std::string& room)
    {
        told();
        rooms.handle(ask::enter{{0, 999}, "inspector", room, {}, {}, 1});
        rooms.handle(ask::leave{{0, 999}, "inspector", room, {}, true});
        told();
        return epoch_;
    }

    test::test_shard here;
    hub_limits limits;
    hub_counters counters;
    home rooms;

private:
    static std::string user(std::uint64_t id) { return "user" + std::to_string(id); }

    void note(const std::string& to, const shared_frame& what)
    {
        told_.push_back(to + ": " + (what ? test::line_of_text(what->payload()) : "done"));
    }
    void tell(unsigned shard, relay what) override
    {
        const auto before = std::to_string(shard) + ": ";
        std::visit(
            [&](const auto& answer) {
                using type = std::decay_t<decltype(answer)>;
                if constexpr (std::is_same_v<type, answer::posted>)
                    note(before + "all", answer.message.frame);
                else if constexpr (requires { answer.notice; })
                    note(before + std::to_string(answer.member), answer.notice);
                if constexpr (std::is_same_v<type, answer::admitted>)
                    epoch_ = boost::json::parse(answer.notice->payload()).at("payload").at("epoch").as_string().c_str();
            },
            what);
    }

    test::lines told_;
    std::string epoch_;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_joiner_is_answered_after_the_others_are_told)
{
    home_fixture f;
    f.join(1, "tea");
    BOOST_TEST(f.told() == "0: all: presence tea user1 join; 0: 1: joined tea at 0");
    f.join(2, "tea");
    BOOST_TEST(f.told() == "0: all: presence tea user2 join; 0: 2: joined tea at 0");
}

BOOST_AUTO_TEST_CASE(a_second_join_is_answered_again_and_counted_once)
{
    home_fixture f;
    f.join(1, "tea");
    f.say(1, "tea");
    f.told();
    f.join(1, "tea");
    BOOST_TEST(f.told() == "0: 1: joined tea at 1 1");
    f.leave(1, "tea");
    BOOST_TEST(f.told() == "0: 1: left tea");
    f.join(2, "tea");
    BOOST_TEST(f.told() == "0: all: presence tea user2 join; 0: 2: joined tea at 1 1", "nobody was left behind");
}

BOOST_AUTO_TEST_CASE(who_leaves_is_answered_and_the_others_are_told)
{
    home_fixture f;
    f.join(1, "tea");
    f.join(2, "tea");
    f.told();
    f.leave(1, "tea");
    BOOST_TEST(f.told() == "0: 1: left tea; 0: all: presence tea user1 leave");
    f.vanish(2, "tea");
    BOOST_TEST(f.told() == "", "there is nobody to tell");
}

BOOST_AUTO_TEST_CASE(every_question_has_one_answer_even_about_rooms_that_do_not_exist)
{
    home_fixture f;
    f.leave(1, "nowhere");
    BOOST_TEST(f.told() == "0: 1: left nowhere");
    f.say(1, "nowhere", json(5));
    BOOST_TEST(f.told() == "0: 1: error not_in_room #5");
    f.vanish(1, "nowhere");
    BOOST_TEST(f.told() == "", "nobody waits for the answer to a farewell");
    BOOST_TEST(f.rooms.rooms() == 0u);
}

BOOST_AUTO_TEST_CASE(who_is_not_in_a_room_does_not_speak_in_it)
{
    home_fixture f;
    f.join(1, "tea");
    f.told();
    f.say(2, "tea");
    BOOST_TEST(f.told() == "0: 2: error not_in_room");
    f.leave(2, "tea");
    BOOST_TEST(f.told() == "0: 2: left tea");
}

BOOST_AUTO_TEST_CASE(a_message_is_posted_and_then_settled_with_its_offset)
{
    home_fixture f;
    f.join(1, "tea");
    f.told();
    f.say(1, "tea", json("m1"));
    BOOST_TEST(f.told() == "0: all: tea 1 hello; 0: 1: ok tea 1 #m1");
    f.say(1, "tea");
    BOOST_TEST(f.told() == "0: all: tea 2 hello; 0: 1: done");
}

BOOST_AUTO_TEST_CASE(the_process_itself_may_speak_in_a_room_and_needs_no_answer)
{
    home_fixture f;
    f.join(1, "tea");
    f.told();
    f.say(0, "tea");
    BOOST_TEST(f.told() == "0: all: tea 1 hello");
    f.say(0, "nowhere");
    BOOST_TEST(f.told() == "");
}

BOOST_AUTO_TEST_CASE(a_ready_frame_passes_in_order_and_takes_no_number)
{
    home_fixture f;
    f.join(1, "tea");
    f.told();
    f.rooms.handle(ask::publish{{0, 1}, "tea", {}, {}, make_frame(opcode::text, "as it is"), {}});
    BOOST_TEST(f.told() == "0: all: as it is; 0: 1: done");
    f.say(1, "tea");
    BOOST_TEST(f.told() == "0: all: tea 1 hello; 0: 1: done");
}

BOOST_AUTO_TEST_CASE(everyone_is_told_on_every_shard_without_a_number)
{
    home_fixture f;
    f.say(1, std::string{everyone}, json(1));
    BOOST_TEST(f.told() == "0: all: everyone hello; 1: all: everyone hello; 0: 1: ok everyone 0 #1");
    BOOST_TEST(f.rooms.rooms() == 0u);
}

BOOST_AUTO_TEST_CASE(an_empty_room_keeps_its_epoch_and_history_for_sixty_seconds)
{
    home_fixture f;
    f.join(1, "tea");
    f.say(1, "tea");
    const auto epoch = f.epoch_of("tea");
    f.vanish(1, "tea");
    f.here.clock.advance(59s);
    BOOST_TEST(f.rooms.rooms() == 1u);
    f.told();
    f.join(1, "tea", stream_position{epoch, 0});
    BOOST_TEST(f.told() == "0: all: presence tea user1 join; 0: 1: joined tea at 1 recovered 1");
    f.vanish(1, "tea");
    f.here.clock.advance(60s);
    BOOST_TEST(f.rooms.rooms() == 0u);
    f.join(1, "tea", stream_position{epoch, 0});
    BOOST_TEST(f.told() == "0: all: presence tea user1 join; 0: 1: joined tea at 0");
    BOOST_TEST(f.epoch_of("tea") != epoch);
}

BOOST_AUTO_TEST_CASE(who_comes_back_in_time_starts_the_sixty_seconds_anew)
{
    home_fixture f;
    f.join(1, "tea");
    f.vanish(1, "tea");
    f.here.clock.advance(50s);
    f.join(1, "tea");
    f.here.clock.advance(50s);
    BOOST_TEST(f.rooms.rooms() == 1u, "somebody is in it");
    f.vanish(1, "tea");
    f.here.clock.advance(59s);
    BOOST_TEST(f.rooms.rooms() == 1u);
    f.here.clock.advance(1s);
    BOOST_TEST(f.rooms.rooms() == 0u);
}

BOOST_AUTO_TEST_CASE(a_room_that_was_entered_again_does_not_hold_up_the_end_of_others)
{
    home_fixture f;
    f.join(1, "first");
    f.vanish(1, "first");
    f.here.clock.advance(1s);
    f.join(1, "second");
    f.vanish(1, "second");
    f.here.clock.advance(58s);
    f.join(1, "first");
    f.vanish(1, "first");
    f.here.clock.advance(2s); // 61 s after the second was left, 2 after the first
    BOOST_TEST(f.rooms.rooms() == 1u);
    f.here.clock.advance(58s);
    BOOST_TEST(f.rooms.rooms() == 0u);
}

BOOST_AUTO_TEST_CASE(past_the_room_budget_new_rooms_are_refused_and_known_ones_are_not)
{
    home_fixture f{{.rooms = 4}, 2}; // two for each of the two homes
    f.join(1, "a");
    f.join(1, "b");
    f.told();
    f.join(1, "c");
    BOOST_TEST(f.told() == "0: 1: error too_many_rooms");
    f.join(2, "b");
    BOOST_TEST(f.told() == "0: all: presence b user2 join; 0: 2: joined b at 0");
}

// Else whoever comes and goes quickly enough could fill the house with rooms that nobody is in.
BOOST_AUTO_TEST_CASE(past_the_room_budget_the_longest_empty_room_makes_place_for_a_new_one)
{
    home_fixture f{{.rooms = 3}, 1};
    for (const auto* room : {"a", "b", "c"}) {
        f.join(1, room);
        f.say(1, room);
        f.here.clock.advance(1s);
    }
    for (const auto* room : {"b", "a"}) {
        f.vanish(1, room);
        f.here.clock.advance(1s);
    }
    f.told();
    f.join(1, "d");
    BOOST_TEST(f.told() == "0: all: presence d user1 join; 0: 1: joined d at 0");
    BOOST_TEST(f.rooms.rooms() == 3u);
    f.join(2, "a");
    BOOST_TEST(f.told() == "0: all: presence a user2 join; 0: 2: joined a at 1 1", "it was empty for less long than b");
    f.join(2, "b");
    BOOST_TEST(f.told() == "0: 2: error too_many_rooms", "now somebody is in each");
    f.vanish(2, "a");
    f.join(2, "b");
    BOOST_TEST(f.told() == "0: all: presence b user2 join; 0: 2: joined b at 0", "it was made anew");
    f.vanish(2, "b");
    f.here.clock.advance(60s);
    BOOST_TEST(f.rooms.rooms() == 2u, "and lingers like any other");
}

BOOST_AUTO_TEST_CASE(presence_is_silent_in_a_crowd)
{
    home_fixture f{{.presence_users = 2}};
    f.join(1, "tea");
    f.join(2, "tea");
    f.told();
    f.join(3, "tea");
    BOOST_TEST(f.told() == "0: 3: joined tea at 0");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
