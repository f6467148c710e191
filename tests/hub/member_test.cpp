// member_test.cpp — what a member may ask for is said at once; what it may not has a name.
#include "support/hub_world.hpp"

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_member)

using test::hub_world;
using test::joined;

BOOST_AUTO_TEST_CASE(a_room_name_is_up_to_128_bytes_without_control_characters_or_outer_blanks)
{
    for (const auto* good : {"a", "tea time", "Grüße", "\xF0\x9F\x8D\xB5", "#1/2", "Everyone"})
        BOOST_TEST(is_room_name(good), good);
    BOOST_TEST(is_room_name(std::string(128, 'x')));
    BOOST_TEST(is_room_name("\xC2\xA9"), "U+00A9 is no control character");

    BOOST_TEST(!is_room_name(""));
    BOOST_TEST(!is_room_name(std::string(129, 'x')));
    BOOST_TEST(!is_room_name(" tea"));
    BOOST_TEST(!is_room_name("tea "));
    BOOST_TEST(!is_room_name(" "));
    BOOST_TEST(!is_room_name("everyone"), "that one is nobody's to join");
    for (const auto* bad : {"te\na", "\ttea", "te\x01", "te\x1F", "te\x7F", "te\xC2\x80", "te\xC2\x9F", "\xC2\x85",
                            "te\xE2\x80\xA8z", "\xE2\x80\xAEtea"})
        BOOST_TEST(!is_room_name(bad), bad);
    BOOST_TEST(!is_room_name(std::string_view{"t\0a", 3}));
    for (const auto* not_utf8 : {"\xFF", "\xC3", "\xED\xA0\x80", "\xC0\xAF"})
        BOOST_TEST(!is_room_name(not_utf8));
}

BOOST_AUTO_TEST_CASE(a_room_with_a_bad_name_is_refused_at_once)
{
    hub_world world{1};
    auto& ann = world.come(0, "ann");
    BOOST_TEST((ann->join(" tea") == accepted::bad_room));
    BOOST_TEST((ann->join(std::string{everyone}) == accepted::bad_room));
    world.settle();
    BOOST_TEST(ann.heard().empty());
    BOOST_TEST(world.rooms() == 0u);
}

BOOST_AUTO_TEST_CASE(who_is_not_in_a_room_neither_speaks_in_it_nor_leaves_it)
{
    hub_world world{1};
    auto& ann = world.come(0, "ann");
    BOOST_TEST((ann.say("tea", "hello") == accepted::not_in_room));
    BOOST_TEST((ann->broadcast("tea", make_frame(opcode::text, "hello")) == accepted::not_in_room));
    BOOST_TEST((ann->leave("tea") == accepted::not_in_room));
    BOOST_TEST((ann->leave(std::string{everyone}) == accepted::not_in_room));
}

BOOST_AUTO_TEST_CASE(a_member_may_be_in_so_many_rooms_and_join_those_again)
{
    hub_world world{2, {.rooms_per_member = 3}};
    auto& ann = world.come(0, "ann");
    for (const auto* room : {"a", "b", "c"})
        BOOST_TEST((ann->join(room) == accepted::yes));
    BOOST_TEST((ann->join("d") == accepted::too_many_rooms));
    BOOST_TEST((ann->join("b") == accepted::yes));
    BOOST_TEST((ann->leave("a") == accepted::yes));
    BOOST_TEST((ann->join("d") == accepted::yes));
}

BOOST_AUTO_TEST_CASE(past_its_commands_under_way_a_member_is_busy_until_some_are_done)
{
    hub_world world{2, {.commands_in_flight = 3}};
    auto& ann = world.come(0, "ann");
    BOOST_TEST((ann->join("tea") == accepted::yes));
    BOOST_TEST((ann.say("tea", "one") == accepted::yes));
    BOOST_TEST((ann.say("tea", "two") == accepted::yes));
    BOOST_TEST(!ann->may_command());
    BOOST_TEST((ann.say("tea", "three") == accepted::busy));
    BOOST_TEST((ann->join("milk") == accepted::busy));
    BOOST_TEST((ann->leave("tea") == accepted::busy));
    BOOST_TEST(ann->under_way() == 3u);
    world.settle();
    BOOST_TEST(ann->under_way() == 0u);
    BOOST_TEST((ann.say("tea", "three") == accepted::yes), "a leave that was refused did not happen");
}

BOOST_AUTO_TEST_CASE(answers_carry_the_id_of_their_question)
{
    hub_world world{2};
    auto& ann = world.come(0, "ann");
    ann->join("tea", {}, json("j"));
    ann.say("tea", "hello", json(2));
    ann->leave("tea", json("l"));
    world.settle();
    auto heard = ann.heard();
    std::ranges::sort(heard); // between an answer and a message no order is promised
    BOOST_TEST(joined(heard) == "joined tea at 0 #j; left tea #l; ok tea 1 #2; tea 1 hello");
}

BOOST_AUTO_TEST_CASE(the_bell_of_what_is_settled_rings)
{
    hub_world world{1};
    auto& ann = world.come(0, "ann");
    ann->join("tea");
    world.settle();
    bool woken = false;
    test::test_shard here;
    asio::co_spawn(here.shard.get_executor(), ann->settled().wait(),
                   [&](std::exception_ptr, wake why) { woken = why == wake::rung; });
    here.shard.poll();
    BOOST_TEST(woken);
}

BOOST_AUTO_TEST_CASE(the_names_of_rooms_can_be_held_to_fewer_characters)
{
    const room_name_rules ascii{.longest = 8, .alphabet = room_alphabet::ascii}, word{.alphabet = room_alphabet::word};
    BOOST_TEST(is_room_name("tea room", ascii));
    BOOST_TEST(!is_room_name("tea rooms", ascii));
    BOOST_TEST(!is_room_name("caf\xC3\xA9", ascii));
    BOOST_TEST(!is_room_name(" tea", ascii));
    BOOST_TEST(is_room_name("Tea_room-2.b", word));
    for (const auto* bad : {"tea room", "tea/room", "tea\x7F", "caf\xC3\xA9"})
        BOOST_TEST(!is_room_name(bad, word), bad);
    BOOST_TEST(room_name_expected(word) == "1 to 128 ASCII letters, digits, or any of - _ .");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
