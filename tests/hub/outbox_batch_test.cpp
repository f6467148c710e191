// outbox_batch_test.cpp — What waits for others goes out as one message, joined by newlines, in order and untorn.
#include "support/hub_world.hpp"
#include "support/outbox_fixture.hpp"

#include <sstream>

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_outbox_batch)

using test::joined;
using test::outbox_fixture;
using test::text;

namespace {

outbox_limits batches_of(std::size_t messages, slow_policy slow = slow_policy::close)
{
    return {.messages = 2 * messages, .slow = slow, .batch = {.messages = messages}};
}

void say(outbox_fixture& f, std::initializer_list<std::string_view> words)
{
    for (const auto each : words)
        f.out.send(text(each));
    f.out.flush();
}

// What a client makes of what it has heard.
test::lines unpacked(const test::lines& batches)
{
    test::lines messages;
    for (const auto& batch : batches) {
        std::istringstream lines(batch);
        for (std::string line; std::getline(lines, line);)
            messages.push_back(test::line_of_text(line));
    }
    return messages;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_batch_goes_when_it_is_whole)
{
    outbox_fixture f{batches_of(3)};
    say(f, {"one", "two"});
    BOOST_TEST(f.owner.batches == 1, "somebody has to look at the time");
    BOOST_TEST(joined(f.heard()) == "");
    say(f, {"three", "four"});
    BOOST_TEST(joined(f.heard()) == "one\ntwo\nthree; four", "the fourth came too late for the first flush to wait");
    say(f, {"five"});
    BOOST_TEST(f.owner.batches == 2);
    BOOST_TEST(joined(f.heard()) == "");
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_not_whole_goes_when_it_has_waited_long_enough)
{
    outbox_fixture f{batches_of(10)};
    say(f, {"one", "two"});
    BOOST_TEST((f.out.end_wait() == flush_result::all));
    BOOST_TEST(joined(f.heard()) == "one\ntwo");
    BOOST_TEST((f.out.end_wait() == flush_result::all), "nothing waits: an alarm that comes late changes nothing");
    say(f, {"three"});
    BOOST_TEST(joined(f.heard()) == "", "it waits for as long as the first did");
}

BOOST_AUTO_TEST_CASE(a_goodbye_lets_nothing_wait)
{
    outbox_fixture f{batches_of(10)};
    say(f, {"one", "two"});
    f.out.close(close_code::going_away, "bye");
    BOOST_TEST(joined(f.heard()) == "one\ntwo; close 1001 bye");
}

BOOST_AUTO_TEST_CASE(what_a_newline_would_tear_goes_alone_and_in_its_place)
{
    outbox_fixture f{batches_of(10)};
    f.out.send(text("one"));
    f.out.send(text("two\nlines"));
    f.out.send(text(""));
    f.out.send(make_frame(opcode::binary, std::string_view("bytes")));
    f.out.send(text("three"));
    f.out.send(text("four"));
    f.out.flush();
    f.out.end_wait();
    BOOST_TEST(joined(f.heard()) == "one; two\nlines; ; bytes; three\nfour");
}

BOOST_AUTO_TEST_CASE(pings_and_pongs_do_not_wait)
{
    outbox_fixture f{batches_of(10)};
    say(f, {"one"});
    f.out.pong("p");
    f.out.ping();
    BOOST_TEST((f.out.flush() == flush_result::all));
    BOOST_TEST(joined(f.heard()) == "pong p; ping");
    f.out.hold();
    f.out.pong("q");
    f.out.send(text("two"));
    f.out.pong("r");
    f.out.release();
    BOOST_TEST(joined(f.heard()) == "pong q; pong r");
    f.out.end_wait();
    BOOST_TEST(joined(f.heard()) == "one\ntwo");
}

BOOST_AUTO_TEST_CASE(a_batch_is_no_larger_than_a_round_of_a_room)
{
    outbox_fixture f{{.messages = 100, .batch = {.messages = 50}}, 1024 * 1024};
    const std::string large(burst_limits::bytes / 2 - 100, 'x');
    say(f, {large, large, large, "small"});
    f.out.end_wait();
    const auto heard = f.heard();
    BOOST_REQUIRE(heard.size() == 2u);
    BOOST_TEST((heard[0] == large + '\n' + large));
    BOOST_TEST((heard[1] == large + "\nsmall"));
    say(f, {"one", std::string(3 * burst_limits::bytes, 'y'), "two"});
    f.out.end_wait();
    BOOST_TEST(f.heard().size() == 3u, "whole, however large");
}

BOOST_AUTO_TEST_CASE(half_an_outbox_of_bytes_waits_for_nobody)
{
    outbox_fixture f{{.messages = 100, .bytes = 1000, .batch = {.messages = 50}}};
    say(f, {std::string(300, 'x')});
    BOOST_TEST(joined(f.heard()) == "");
    say(f, {std::string(300, 'y')});
    BOOST_TEST(f.heard().size() == 1u);
}

// A part of a batch that is sent stands for all of it; what waits behind can still be dropped, and is told as ever.
BOOST_AUTO_TEST_CASE(drops_are_cut_between_messages_whatever_is_on_its_way)
{
    outbox_fixture f{batches_of(2, slow_policy::drop_oldest), 12};
    const auto room = test::room_named("tea");
    for (std::uint64_t offset = 1; offset <= 9; ++offset)
        f.out.send(test::numbered(room, offset), {room, offset});
    BOOST_TEST(joined(unpacked(f.heard())) == "tea 1 hello; tea 2 hello; gap tea 3 5; tea 6 hello; tea 7 hello; "
                                              "tea 8 hello");
    f.out.end_wait();
    BOOST_TEST(joined(unpacked(f.heard())) == "tea 9 hello");
    BOOST_TEST(f.counters.dropped_oldest == 3u);
}

BOOST_AUTO_TEST_CASE(batches_are_compressed_as_one)
{
    for (const auto takeover : {context_takeover::no, context_takeover::yes}) {
        outbox_fixture f{batches_of(4), 64 * 1024, takeover};
        const std::string words(200, 'a');
        for (int round = 0; round < 3; ++round) {
            say(f, {words, words, words, words});
            BOOST_TEST(f.wire.second->waiting().size() < 60u);
            BOOST_TEST(joined(f.heard()) == words + '\n' + words + '\n' + words + '\n' + words);
        }
    }
}

BOOST_AUTO_TEST_CASE(binary_clients_hear_each_message_by_itself)
{
    outbox_fixture f{batches_of(10)};
    f.out.speak_binary();
    f.out.send(make_frame(opcode::binary, std::string_view("bytes")));
    BOOST_TEST((f.out.flush() == flush_result::all));
    BOOST_TEST(joined(f.heard()) == "bytes");
    BOOST_TEST(f.owner.batches == 0);
}

BOOST_AUTO_TEST_CASE(in_a_room_of_both_each_hears_everything_in_order)
{
    test::hub_world world{1};
    auto& plain = world.come_to(0, "ann", "tea");
    auto& batched = world.come_to(0, "bob", "tea", batches_of(3));
    for (int said = 1; said <= 7; ++said) {
        plain->publish("tea", "chat", {{"text", std::to_string(said)}});
        world.settle();
    }
    BOOST_TEST(batched->out().messages() == 1u, "the seventh waits for others");
    const auto all = plain.heard_in("tea");
    BOOST_TEST(all.size() == 7u);
    BOOST_TEST(batched.heard_in("tea") == joined(all));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
