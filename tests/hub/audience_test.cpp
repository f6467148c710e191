// audience_test.cpp — who comes in mid-round hears what comes after, who goes has heard what came before.
#include "support/hub_world.hpp"

#include <chorus/hub/audience.hpp>
#include <chorus/wire/compressed_frame.hpp>
#include <chorus/wire/envelope_frame.hpp>

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_audience)

using test::joined;

namespace {

struct audience_fixture
{
    void say(int number, const std::string& more = {})
    {
        const auto words = "tea " + std::to_string(number) + more;
        hearers.post({make_frame(opcode::text, words), static_cast<std::uint64_t>(number)});
    }
    void end_round()
    {
        hearers.begin_delivery();
        for (std::size_t place = 0; place < hearers.size(); ++place)
            hearers.deliver(place);
        hearers.end_round();
    }

    test::hub_world world{1};
    test::fake_member& ann = world.come(0, "ann");
    test::fake_member& bob = world.come(0, "bob");
    audience hearers{std::make_shared<const std::string>("tea")};
};

} // namespace

BOOST_AUTO_TEST_CASE(a_round_is_heard_at_its_end_by_all)
{
    audience_fixture f;
    BOOST_TEST(f.hearers.add(*f.ann));
    BOOST_TEST(f.hearers.add(*f.bob));
    f.say(1);
    f.say(2);
    BOOST_TEST(f.hearers.has_round());
    BOOST_TEST(joined(f.ann.heard()) == "");
    f.end_round();
    BOOST_TEST(joined(f.ann.heard()) == "tea 1; tea 2");
    BOOST_TEST(joined(f.bob.heard()) == "tea 1; tea 2");
    BOOST_TEST(!f.hearers.has_round());
}

BOOST_AUTO_TEST_CASE(who_comes_in_mid_round_hears_only_what_comes_after_and_all_of_the_next_round)
{
    audience_fixture f;
    f.hearers.add(*f.ann);
    f.say(1);
    f.hearers.add(*f.bob);
    f.say(2);
    f.end_round();
    f.say(3);
    f.say(4);
    f.end_round();
    BOOST_TEST(joined(f.ann.heard()) == "tea 1; tea 2; tea 3; tea 4");
    BOOST_TEST(joined(f.bob.heard()) == "tea 2; tea 3; tea 4");
}

BOOST_AUTO_TEST_CASE(who_goes_in_mid_round_has_heard_what_came_before)
{
    audience_fixture f;
    f.hearers.add(*f.ann);
    f.hearers.add(*f.bob);
    f.say(1);
    f.hearers.remove(*f.ann);
    BOOST_TEST(joined(f.ann.heard()) == "tea 1");
    f.say(2);
    f.end_round();
    BOOST_TEST(joined(f.ann.heard()) == "");
    BOOST_TEST(joined(f.bob.heard()) == "tea 1; tea 2");
    f.hearers.remove(*f.ann);
    f.hearers.remove(*f.bob);
    BOOST_TEST(f.hearers.empty());
}

BOOST_AUTO_TEST_CASE(who_is_added_again_is_given_its_part_of_the_round_at_once_and_nothing_twice)
{
    audience_fixture f;
    f.hearers.add(*f.ann);
    f.say(1);
    BOOST_TEST(!f.hearers.add(*f.ann));
    BOOST_TEST(joined(f.ann.heard()) == "tea 1");
    f.say(2);
    f.end_round();
    f.say(3);
    f.end_round();
    BOOST_TEST(joined(f.ann.heard()) == "tea 2; tea 3");
}

BOOST_AUTO_TEST_CASE(whoever_goes_the_others_keep_their_places)
{
    audience_fixture f;
    std::vector<test::fake_member*> all;
    for (int i = 0; i < 5; ++i)
        all.push_back(&f.world.come(0, "user" + std::to_string(i)));
    for (auto* const each : all)
        f.hearers.add(**each);
    for (const std::size_t goes : {2u, 0u, 4u}) {
        f.hearers.remove(**all[goes]);
        f.say(static_cast<int>(goes));
        f.end_round();
    }
    BOOST_TEST(f.hearers.size() == 2u);
    BOOST_TEST(joined(all[1]->heard()) == "tea 2; tea 0; tea 4");
    BOOST_TEST(joined(all[3]->heard()) == "tea 2; tea 0; tea 4");
    BOOST_TEST(joined(all[4]->heard()) == "tea 2; tea 0");
}

BOOST_AUTO_TEST_CASE(those_who_hear_compressed_messages_hear_the_same_in_one_smaller_write)
{
    audience_fixture f;
    f.bob.expect_compressed();
    f.hearers.add(*f.ann);
    f.hearers.add(*f.bob);
    const std::string more(300, 'a');
    const auto writes = f.world.hub_of(0).counters().writes;
    f.say(1, more);
    f.say(2, more);
    f.end_round();
    BOOST_TEST(f.world.hub_of(0).counters().writes == writes + 2);
    BOOST_TEST(f.ann.under_way() > 600u);
    BOOST_TEST(f.bob.under_way() < 100u);
    const auto heard = joined(f.ann.heard());
    BOOST_TEST(heard == "tea 1" + more + "; tea 2" + more);
    BOOST_TEST(joined(f.bob.heard()) == heard);
}

BOOST_AUTO_TEST_CASE(a_compressed_message_is_made_once_for_all_who_hear_it)
{
    audience_fixture f;
    auto& eve = f.world.come(0, "eve");
    for (auto* const each : {&f.ann, &f.bob, &eve}) {
        each->expect_compressed();
        f.hearers.add(**each);
    }
    const auto message = make_frame(opcode::text, std::string(300, 'a'));
    f.bob.stall();
    f.hearers.post({message, 1});
    f.end_round();
    BOOST_TEST(message->use_count() == 1u, "nobody holds on to the larger form");
    BOOST_TEST(compressed(message, f.world.hub_of(0).compression().deflater)->use_count() == 3u, "it, bob, and we");
    BOOST_TEST(joined(f.bob.heard()) == std::string(300, 'a'));
}

BOOST_AUTO_TEST_CASE(who_is_the_first_to_need_a_round_compressed_is_more_work)
{
    audience_fixture f;
    f.ann.expect_compressed();
    f.bob.expect_compressed();
    f.hearers.add(*f.ann);
    f.hearers.add(*f.bob);
    f.say(1);
    f.say(2);
    f.hearers.begin_delivery();
    BOOST_TEST(f.hearers.deliver(0) == 3u);
    BOOST_TEST(f.hearers.deliver(1) == 1u);
    f.hearers.end_round();
    BOOST_TEST(joined(f.bob.heard()) == "tea 1; tea 2");
    BOOST_TEST(joined(f.ann.heard()) == "tea 1; tea 2");
}

BOOST_AUTO_TEST_CASE(a_round_is_full_as_a_burst_is)
{
    audience_fixture f;
    for (std::size_t i = 0; i + 1 < burst_limits::messages; ++i)
        f.say(1);
    BOOST_TEST(!f.hearers.round_is_full());
    f.say(1);
    BOOST_TEST(f.hearers.round_is_full());
}

BOOST_AUTO_TEST_CASE(members_of_both_protocols_hear_a_round_each_in_its_form_made_once)
{
    audience_fixture f;
    auto& cid = f.world.come(0, "cid");
    f.bob->out().speak_binary();
    cid->out().speak_binary();
    for (auto* const each : {&f.ann, &f.bob, &cid})
        f.hearers.add(**each);
    const auto message = make_envelope_frame("chat", json_text{R"({"text":"hi"})"});
    f.hearers.post({message, 1});
    f.end_round();
    const std::string binary("\x01\0\0\0\x0D{\"text\":\"hi\"}", 18);
    BOOST_TEST(joined(f.ann.heard()) == "everyone hi"); // as JSON
    BOOST_TEST(joined(f.bob.heard()) == binary);
    BOOST_TEST(joined(cid.heard()) == binary);
}

BOOST_AUTO_TEST_CASE(the_first_to_need_another_form_pays_for_it)
{
    audience_fixture f;
    f.ann->out().speak_binary();
    f.bob->out().speak_binary();
    f.hearers.add(*f.ann);
    f.hearers.add(*f.bob);
    f.say(1);
    f.say(2);
    f.hearers.begin_delivery();
    BOOST_TEST(f.hearers.deliver(0) == 3U);
    BOOST_TEST(f.hearers.deliver(1) == 1U);
    f.hearers.end_round();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
