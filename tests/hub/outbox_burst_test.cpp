// outbox_burst_test.cpp — a level member takes a round as one write; what the socket leaves becomes single frames.
#include "support/outbox_fixture.hpp"

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_outbox_burst)

using test::joined;
using test::outbox_fixture;
using test::room_named;
using test::text;

namespace {

struct round_of
{
    explicit round_of(std::uint64_t messages)
    {
        for (std::uint64_t offset = 1; offset <= messages; ++offset)
            frames.push_back({test::numbered(room, offset), offset});
        whole = make_burst(frames);
    }

    std::string heard(std::size_t from = 0) const
    {
        test::lines all;
        for (const auto& each : std::span{frames}.subspan(from))
            all.push_back("tea " + std::to_string(each.tag) + " hello");
        return joined(all);
    }

    room_label room = room_named("tea");
    std::vector<tagged_frame> frames;
    shared_burst whole;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_level_member_takes_the_round_with_one_write)
{
    outbox_fixture f;
    const round_of round{100};
    f.out.deliver(round.frames, round.whole.get(), round.room, 0);
    BOOST_TEST(f.wire.second->waiting().size() == round.whole->size());
    BOOST_TEST(f.counters.writes == 1u);
    BOOST_TEST(f.counters.delivered == 100u);
    BOOST_TEST(f.owner.changes == 0, "nobody needs to be woken");
    BOOST_TEST(joined(f.heard()) == round.heard());
}

BOOST_AUTO_TEST_CASE(who_came_in_mid_round_hears_the_rest_of_it)
{
    outbox_fixture f;
    const round_of round{10};
    f.out.deliver(round.frames, round.whole.get(), round.room, 7);
    BOOST_TEST(joined(f.heard()) == round.heard(7));
}

BOOST_AUTO_TEST_CASE(a_round_goes_behind_what_is_queued)
{
    outbox_fixture f;
    const round_of round{3};
    f.out.send(text("first"));
    f.out.deliver(round.frames, round.whole.get(), round.room, 0);
    BOOST_TEST(joined(f.heard()) == "first; " + round.heard());
}

BOOST_AUTO_TEST_CASE(a_round_goes_behind_a_pong_and_waits_for_a_hold)
{
    outbox_fixture f;
    const round_of round{3};
    f.out.hold();
    f.out.pong("p");
    f.out.deliver(round.frames, round.whole.get(), round.room, 0);
    BOOST_TEST(f.wire.second->waiting().empty());
    f.out.release();
    BOOST_TEST(joined(f.heard()) == "pong p; " + round.heard());
}

BOOST_AUTO_TEST_CASE(a_burst_that_stalls_at_any_byte_arrives_whole)
{
    const round_of round{5};
    for (std::size_t stall_at = 1; stall_at <= round.whole->size(); ++stall_at) {
        outbox_fixture f{{}, stall_at};
        f.out.deliver(round.frames, round.whole.get(), round.room, 0);
        BOOST_TEST(f.counters.delivered == 5u);
        BOOST_TEST(joined(f.heard()) == round.heard(), "stalled at byte " << stall_at);
    }
}

BOOST_AUTO_TEST_CASE(the_rest_of_a_partly_sent_burst_is_bounded_and_cut_at_frame_boundaries)
{
    const round_of round{6};
    const auto frame = round.frames.front().frame->size();
    const outbox_limits two{.messages = 2, .slow = slow_policy::drop_newest};
    for (std::size_t stall_at = 1; stall_at < frame; ++stall_at) {
        outbox_fixture f{two, stall_at};
        f.out.deliver(round.frames, round.whole.get(), round.room, 0);
        BOOST_TEST(joined(f.heard()) == "tea 1 hello; tea 2 hello; tea 3 hello; gap tea 4 6");
        BOOST_TEST(f.counters.dropped_newest == 3u);
    }
}

BOOST_AUTO_TEST_CASE(a_burst_too_long_for_a_slow_member_closes_it_behind_the_partly_sent_frame)
{
    const round_of round{6};
    outbox_fixture f{{.messages = 2}, 5};
    f.out.deliver(round.frames, round.whole.get(), round.room, 0);
    BOOST_TEST(f.out.too_slow());
    BOOST_TEST(joined(f.heard()) == "tea 1 hello; close 1013 too slow");
    BOOST_TEST(f.ears.after_close() == 0u);
}

BOOST_AUTO_TEST_CASE(who_has_said_goodbye_gets_no_round)
{
    outbox_fixture f;
    const round_of round{3};
    f.out.close(close_code::normal, "bye");
    f.out.deliver(round.frames, round.whole.get(), round.room, 0);
    BOOST_TEST(joined(f.heard()) == "close 1000 bye");
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks_under_a_burst_ends_the_outbox)
{
    outbox_fixture f;
    const round_of round{3};
    f.wire.second->close();
    f.out.deliver(round.frames, round.whole.get(), round.room, 0);
    BOOST_TEST(f.out.ended());
    BOOST_TEST(f.owner.changes > 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
