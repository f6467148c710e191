// history_test.cpp — the last 100 messages and 256 KiB are kept, and it is known exactly what is no longer there.
#include <chorus/hub/history.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_history)

namespace {

void say(history& of, std::string_view words)
{
    auto message = make_frame(opcode::text, words);
    const auto text = message->payload();
    of.add(std::move(message), text);
}

void say_numbers(history& of, int from, int to)
{
    for (int i = from; i <= to; ++i)
        say(of, std::to_string(i));
}

std::string after(const history& of, std::uint64_t offset)
{
    std::string all;
    for (const auto& each : of.after(offset))
        all += std::string{each.text} + " ";
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_new_history_is_empty_and_holds_all_there_is)
{
    const history_limits limits;
    const history empty{limits};
    BOOST_TEST(empty.last() == 0u);
    BOOST_TEST(after(empty, 0) == "");
    BOOST_TEST(empty.holds_all_after(0));
    BOOST_TEST(!empty.holds_all_after(1));
}

BOOST_AUTO_TEST_CASE(it_gives_what_came_after_an_offset)
{
    const history_limits limits;
    history said{limits};
    say_numbers(said, 1, 5);
    BOOST_TEST(said.last() == 5u);
    BOOST_TEST(after(said, 0) == "1 2 3 4 5 ");
    BOOST_TEST(after(said, 3) == "4 5 ");
    BOOST_TEST(after(said, 5) == "");
    BOOST_TEST(after(said, 900) == "");
}

BOOST_AUTO_TEST_CASE(it_keeps_a_hundred_messages)
{
    const history_limits limits;
    history said{limits};
    say_numbers(said, 1, 250);
    BOOST_TEST(said.after(0).size() == 100u);
    BOOST_TEST(said.after(0).front().text == "151");
    BOOST_TEST(after(said, 248) == "249 250 ");
}

BOOST_AUTO_TEST_CASE(it_keeps_256_kib)
{
    const history_limits limits;
    history said{limits};
    const std::string kib(1024, 'x');
    for (int i = 0; i < 64; ++i)
        say(said, kib + kib + kib + kib);
    BOOST_TEST(said.bytes() == 256u * 1024);
    BOOST_TEST(said.after(0).size() == 64u);
    say(said, "one byte too many");
    BOOST_TEST(said.after(0).size() == 64u);
    BOOST_TEST(said.bytes() <= 256u * 1024);
}

BOOST_AUTO_TEST_CASE(what_is_larger_than_all_it_keeps_is_counted_and_not_kept)
{
    const history_limits limits{.messages = 10, .bytes = 4};
    history said{limits};
    say(said, "tiny");
    say(said, "large");
    BOOST_TEST(said.last() == 2u);
    BOOST_TEST(said.bytes() == 0u);
    BOOST_TEST(after(said, 0) == "");
    BOOST_TEST(!said.holds_all_after(1));
    BOOST_TEST(said.holds_all_after(2));
}

BOOST_AUTO_TEST_CASE(it_holds_all_after_an_offset_exactly_when_the_next_one_is_still_here)
{
    const history_limits limits{.messages = 3};
    history said{limits};
    say_numbers(said, 1, 10); // keeps 8, 9, 10
    BOOST_TEST(!said.holds_all_after(0));
    BOOST_TEST(!said.holds_all_after(6));
    BOOST_TEST(said.holds_all_after(7));
    BOOST_TEST(said.holds_all_after(10), "nothing was missed");
    BOOST_TEST(!said.holds_all_after(11), "never said");
    BOOST_TEST(!said.holds_all_after(~std::uint64_t{0}));
}

BOOST_AUTO_TEST_CASE(a_history_of_nothing_still_counts)
{
    const history_limits limits{.messages = 0};
    history said{limits};
    say_numbers(said, 1, 3);
    BOOST_TEST(said.last() == 3u);
    BOOST_TEST(after(said, 0) == "");
    BOOST_TEST(said.holds_all_after(3));
    BOOST_TEST(!said.holds_all_after(2));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
