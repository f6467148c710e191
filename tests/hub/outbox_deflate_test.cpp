// outbox_deflate_test.cpp — An outbox compresses for its client: what is shared when it is queued, in a context when it
// goes.
#include "support/outbox_fixture.hpp"

#include <chorus/wire/compressed_frame.hpp>

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_outbox_deflate)

using test::joined;
using test::outbox_fixture;
using test::text;

namespace {

constexpr auto alone = context_takeover::no;
constexpr auto in_context = context_takeover::yes;

// Long enough to be compressed, to less than 40 bytes.
std::string words(int number) { return std::to_string(number) + ": " + std::string(300, 'a'); }
constexpr std::size_t compressed_words = 40;

std::string all_words(int first, int last)
{
    std::string all;
    for (int number = first; number <= last; ++number)
        all += (all.empty() ? "" : "; ") + words(number);
    return all;
}

void say(outbox_fixture& f, int first, int last)
{
    for (int number = first; number <= last; ++number)
        f.out.send(text(words(number)));
}

// Its socket is full, and the message that is next has been looked at: with a context it is past dropping.
outbox_fixture stalled(slow_policy slow)
{
    return outbox_fixture{{.messages = 4, .slow = slow}, 64 * 1024, in_context};
}

} // namespace

BOOST_AUTO_TEST_CASE(messages_go_out_compressed_and_are_heard_as_they_were_said)
{
    for (const auto takeover : {alone, in_context}) {
        outbox_fixture f{{}, 64 * 1024, takeover};
        say(f, 1, 20);
        f.write();
        BOOST_TEST(f.wire.second->waiting().size() < 20 * compressed_words);
        BOOST_TEST(joined(f.heard()) == all_words(1, 20));
    }
}

BOOST_AUTO_TEST_CASE(what_is_shared_is_counted_in_the_form_in_which_it_waits)
{
    outbox_fixture f{{}, 64 * 1024, alone};
    f.stall();
    const auto message = text(words(1));
    f.out.send(message);
    BOOST_TEST(f.out.bytes() == compressed(message, f.deflater)->size());
    BOOST_TEST(joined(f.heard_after_stall()) == words(1));
    BOOST_TEST(f.out.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(a_level_member_takes_a_compressed_burst_with_one_write)
{
    outbox_fixture f{{}, 64 * 1024, alone};
    std::vector<tagged_frame> round, smaller;
    for (int number = 1; number <= 20; ++number) {
        round.push_back({text(words(number)), static_cast<std::uint64_t>(number)});
        smaller.push_back({compressed(round.back().frame, f.deflater), round.back().tag});
    }
    f.out.deliver(round, make_burst(smaller).get(), test::room_named("tea"), 0);
    BOOST_TEST(f.counters.writes == 1u);
    BOOST_TEST(joined(f.heard()) == all_words(1, 20));
}

BOOST_AUTO_TEST_CASE(who_is_not_level_hears_a_round_compressed_too)
{
    for (const auto takeover : {alone, in_context}) {
        outbox_fixture f{{}, 64 * 1024, takeover};
        f.stall();
        const std::vector<tagged_frame> round{{text(words(2)), 1}, {text(words(3)), 2}};
        say(f, 1, 1);
        f.out.deliver(round, nullptr, test::room_named("tea"), 0);
        f.wire.second->stall(false);
        f.write();
        BOOST_TEST(f.wire.second->waiting().size() < 3 * compressed_words);
        BOOST_TEST(joined(f.heard()) == all_words(1, 3));
    }
}

// The context holds what the client hears, and nothing else: whatever is dropped, the rest can be read.
BOOST_AUTO_TEST_CASE(what_is_dropped_from_the_end_is_not_in_the_context)
{
    auto f = stalled(slow_policy::drop_newest);
    for (int round = 0; round < 3; ++round) {
        f.stall();
        f.out.send(text(words(0)));
        f.write(); // finds the socket full
        say(f, 1, 9);
        BOOST_TEST(joined(f.heard_after_stall()) == words(0) + "; " + all_words(1, 4));
    }
}

BOOST_AUTO_TEST_CASE(what_is_dropped_from_the_front_is_not_in_the_context)
{
    auto f = stalled(slow_policy::drop_oldest);
    for (int round = 0; round < 3; ++round) {
        f.stall();
        f.out.send(text(words(0)));
        f.write();
        say(f, 1, 9);
        BOOST_TEST(joined(f.heard_after_stall()) == words(0) + "; " + all_words(6, 9));
    }
}

BOOST_AUTO_TEST_CASE(a_compressed_message_that_stalls_at_any_byte_arrives_whole)
{
    for (const auto takeover : {alone, in_context})
        for (std::size_t most = 1; most < 60; most += 7) {
            outbox_fixture f{{}, 64 * 1024, takeover};
            f.wire.second->move_at_most(most);
            say(f, 1, 5);
            BOOST_TEST(joined(f.heard()) == all_words(1, 5));
        }
}

BOOST_AUTO_TEST_CASE(a_pong_goes_behind_the_message_that_is_next_and_before_the_others_of_a_context)
{
    outbox_fixture f{{}, 64 * 1024, in_context};
    f.stall();
    say(f, 1, 1);
    f.write();
    say(f, 2, 2);
    f.out.pong("p");
    BOOST_TEST(joined(f.heard_after_stall()) == words(1) + "; pong p; " + words(2));
}

BOOST_AUTO_TEST_CASE(a_close_goes_behind_the_messages_of_a_context)
{
    outbox_fixture f{{}, 64 * 1024, in_context};
    f.stall();
    say(f, 1, 2);
    f.out.close(close_code::going_away, "bye");
    BOOST_TEST(joined(f.heard_after_stall()) == all_words(1, 2) + "; close 1001 bye");
    BOOST_TEST(f.out.close_sent());
    BOOST_TEST(f.ears.after_close() == 0u);
}

BOOST_AUTO_TEST_CASE(a_sudden_close_drops_the_queue_but_not_what_is_in_the_context)
{
    outbox_fixture f{{}, 64 * 1024, in_context};
    f.wire.second->move_at_most(10);
    say(f, 1, 5);
    f.write();
    f.out.close_now(close_code::try_again_later, "too slow");
    BOOST_TEST(joined(f.heard()) == words(1) + "; close 1013 too slow");
}

BOOST_AUTO_TEST_CASE(the_latest_value_is_compressed_like_any_message)
{
    for (const auto takeover : {alone, in_context}) {
        outbox_fixture f{{}, 64 * 1024, takeover};
        f.out.hold();
        for (int number = 1; number <= 3; ++number)
            f.out.send_latest("price", text(words(number)));
        f.out.release();
        BOOST_TEST(f.wire.second->waiting().size() < compressed_words);
        BOOST_TEST(joined(f.heard()) == words(3));
        BOOST_TEST(f.counters.conflated == 2u);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
