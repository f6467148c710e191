// room_test.cpp — a room numbers what is said, remembers it, and knows who is here and on which shards.
#include "support/hearing.hpp"

#include <chorus/hub/room.hpp>

#include <boost/test/unit_test.hpp>

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_room)

namespace {

const hub_limits limits;

struct tea_room : room
{
    explicit tea_room(const hub_limits& of = limits) : room("tea", "e1", 2, of) {}

    void say(int messages)
    {
        for (int i = 0; i < messages; ++i)
            publish("chat", R"({"text":"hello"})");
    }
    std::string answer(std::optional<stream_position> since = {}) const
    {
        return test::line_of_text(joined(since, nullptr)->payload());
    }
    json payload_of_joined() const { return boost::json::parse(joined({}, nullptr)->payload()).at("payload"); }
};

} // namespace

BOOST_AUTO_TEST_CASE(messages_are_numbered_from_one_and_say_so_first)
{
    tea_room room;
    const auto first = room.publish("chat", R"({"text":"hello"})");
    BOOST_TEST(first.tag == 1u);
    BOOST_TEST(first.frame->payload() == R"({"type":"chat","payload":{"room":"tea","offset":1,"text":"hello"}})");
    BOOST_TEST(room.publish("chat", R"({"text":"again"})").tag == 2u);
}

BOOST_AUTO_TEST_CASE(an_empty_payload_is_a_payload)
{
    tea_room room;
    BOOST_TEST(room.publish("poke", "{}").frame->payload() == R"({"type":"poke","payload":{"room":"tea","offset":1}})");
    BOOST_TEST(room.publish("poke", "{ }").frame->payload() ==
               R"({"type":"poke","payload":{"room":"tea","offset":2}})");
}

BOOST_AUTO_TEST_CASE(a_name_that_json_must_escape_is_escaped)
{
    room odd{R"(a"b\c)", "e1", 1, limits};
    const auto told = boost::json::parse(odd.publish("chat", R"({"text":"x"})").frame->payload());
    BOOST_TEST(told.at("payload").at("room").as_string() == R"(a"b\c)");
}

BOOST_AUTO_TEST_CASE(the_first_join_of_a_user_and_the_last_leave_are_news)
{
    tea_room room;
    BOOST_TEST(room.empty());
    BOOST_TEST(room.enter(1, "ann", 0));
    BOOST_TEST(!room.enter(2, "ann", 1));
    BOOST_TEST(room.enter(3, "bob", 1));
    BOOST_TEST(!room.leave(1, "ann", 0));
    BOOST_TEST(room.leave(2, "ann", 1));
    BOOST_TEST(room.leave(3, "bob", 1));
    BOOST_TEST(room.empty());
}

BOOST_AUTO_TEST_CASE(a_connection_counts_once_however_often_it_asks)
{
    tea_room room;
    BOOST_TEST(room.enter(1, "ann", 0));
    BOOST_TEST(!room.enter(1, "ann", 0));
    BOOST_TEST(!room.leave(2, "ann", 0), "another connection of the user was never here");
    BOOST_TEST(room.has_members_on(0));
    BOOST_TEST(room.leave(1, "ann", 0));
    BOOST_TEST(!room.leave(1, "ann", 0));
    BOOST_TEST(!room.has_members_on(0));
}

BOOST_AUTO_TEST_CASE(it_knows_on_which_shards_its_members_are)
{
    tea_room room;
    room.enter(1, "ann", 1);
    BOOST_TEST(!room.has_members_on(0));
    BOOST_TEST(room.has_members_on(1));
    room.leave(1, "ann", 1);
    BOOST_TEST(!room.has_members_on(1));
}

BOOST_AUTO_TEST_CASE(the_answer_to_a_join_has_every_field_of_the_protocol)
{
    tea_room room;
    room.enter(1, "zoe", 0);
    room.enter(2, "ann", 0);
    room.say(1);
    const json id = 7;
    BOOST_TEST(room.joined({}, &id)->payload() ==
               R"({"type":"joined","payload":{"room":"tea","epoch":"e1","offset":1,"recovered":false,)"
               R"("members":["ann","zoe"],"member_count":2,)"
               R"("messages":[{"room":"tea","offset":1,"text":"hello"}]},"id":7})");
}

BOOST_AUTO_TEST_CASE(a_hundred_members_are_listed_and_all_are_counted)
{
    tea_room room;
    for (unsigned i = 0; i < 150; ++i)
        room.enter(i + 1, "user-" + std::to_string(1000 + i), 0);
    room.enter(1000, "user-1000", 0);
    const auto payload = room.payload_of_joined();
    const auto& names = payload.at("members").as_array();
    BOOST_TEST(names.size() == 100u);
    BOOST_TEST(names.front().as_string() == "user-1000");
    BOOST_TEST(names.back().as_string() == "user-1099");
    BOOST_TEST(payload.at("member_count").to_number<int>() == 150);
}

BOOST_AUTO_TEST_CASE(who_comes_back_gets_exactly_what_was_missed)
{
    tea_room room;
    room.say(5);
    BOOST_TEST(room.answer() == "joined tea at 5 1 2 3 4 5");
    BOOST_TEST(room.answer(stream_position{"e1", 3}) == "joined tea at 5 recovered 4 5");
    BOOST_TEST(room.answer(stream_position{"e1", 0}) == "joined tea at 5 recovered 1 2 3 4 5");
    BOOST_TEST(room.answer(stream_position{"e1", 5}) == "joined tea at 5 recovered");
}

BOOST_AUTO_TEST_CASE(nothing_is_recovered_of_another_epoch_or_of_offsets_never_said)
{
    tea_room room;
    room.say(2);
    BOOST_TEST(room.answer(stream_position{"e0", 1}) == "joined tea at 2 1 2");
    BOOST_TEST(room.answer(stream_position{"", 1}) == "joined tea at 2 1 2");
    BOOST_TEST(room.answer(stream_position{"e1", 3}) == "joined tea at 2 1 2");
}

BOOST_AUTO_TEST_CASE(what_history_no_longer_holds_in_full_is_not_recovered_in_part)
{
    const hub_limits short_memory{.history = {.messages = 3}};
    tea_room room{short_memory};
    room.say(10);
    BOOST_TEST(room.answer(stream_position{"e1", 6}) == "joined tea at 10 8 9 10");
    BOOST_TEST(room.answer(stream_position{"e1", 7}) == "joined tea at 10 recovered 8 9 10");
}

BOOST_AUTO_TEST_CASE(presence_is_told_up_to_two_hundred_members)
{
    tea_room room;
    for (unsigned i = 1; i <= 200; ++i)
        room.enter(i, "user-" + std::to_string(i), 0);
    BOOST_TEST(room.tells_presence());
    room.enter(201, "one too many", 0);
    BOOST_TEST(!room.tells_presence());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
