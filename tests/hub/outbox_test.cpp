// outbox_test.cpp — what is queued arrives in order, the bound holds, and nothing is written that it should not be.
#include "support/outbox_fixture.hpp"

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_outbox)

using test::joined;
using test::outbox_fixture;
using test::text;

namespace {

outbox_limits limits(slow_policy slow, std::size_t messages, std::size_t bytes = 1 << 20)
{
    return {.messages = messages, .bytes = bytes, .slow = slow};
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_sent_goes_out_with_the_next_flush_in_order)
{
    outbox_fixture f;
    BOOST_TEST((f.out.send(text("one")) == send_result::queued));
    BOOST_TEST((f.out.send(text("two")) == send_result::queued));
    BOOST_TEST(f.wire.second->waiting().empty());
    BOOST_TEST(f.owner.changes > 0, "the writer is asked to flush");
    BOOST_TEST((f.out.flush() == flush_result::all));
    BOOST_TEST(joined(f.heard()) == "one; two");
    BOOST_TEST(f.out.empty());
    BOOST_TEST(f.counters.delivered == 2u);
}

BOOST_AUTO_TEST_CASE(more_than_one_gathered_write_holds_arrives_whole_and_in_order)
{
    outbox_fixture f{limits(slow_policy::close, 1000)};
    std::string expected;
    for (int i = 0; i < 300; ++i) {
        f.out.send(text("m" + std::to_string(i)));
        expected += (i ? "; m" : "m") + std::to_string(i);
    }
    BOOST_TEST((f.out.flush() == flush_result::all));
    BOOST_TEST(joined(f.heard()) == expected);
}

BOOST_AUTO_TEST_CASE(while_held_messages_gather_and_go_out_together)
{
    outbox_fixture f;
    f.out.hold();
    f.out.send(text("one"));
    f.out.pong("p");
    f.out.send(text("two"));
    f.out.flush();
    BOOST_TEST(f.wire.second->waiting().empty());
    const auto before = f.counters.writes;
    BOOST_TEST((f.out.release() == flush_result::all));
    BOOST_TEST(f.counters.writes == before + 1);
    BOOST_TEST(joined(f.heard()) == "one; pong p; two");
}

BOOST_AUTO_TEST_CASE(a_socket_that_takes_no_more_is_not_asked_again_until_it_is_writable)
{
    outbox_fixture f{{}, 4};
    f.out.send(text("hello"));
    BOOST_TEST((f.out.flush() == flush_result::blocked));
    BOOST_TEST(f.out.blocked());
    BOOST_TEST(f.owner.changes > 0);
    test::lines nothing;
    f.ears.take_some(nothing);
    BOOST_TEST((f.out.flush() == flush_result::blocked), "nobody said that it is writable");
    BOOST_TEST(f.wire.second->waiting().empty());
    BOOST_TEST(joined(f.heard()) == "hello");
}

BOOST_AUTO_TEST_CASE(an_empty_outbox_takes_one_message_of_any_size)
{
    for (const auto slow : {slow_policy::close, slow_policy::drop_newest, slow_policy::drop_oldest}) {
        outbox_fixture f{limits(slow, 4, 100)};
        f.stall();
        BOOST_TEST((f.out.send(text(std::string(5000, 'x'))) == send_result::queued));
        BOOST_TEST(f.heard_after_stall().front().size() == 5000u);
    }
}

BOOST_AUTO_TEST_CASE(the_bound_is_judged_only_on_what_the_kernel_does_not_take)
{
    outbox_fixture f{limits(slow_policy::close, 2)};
    for (int i = 0; i < 50; ++i)
        BOOST_TEST((f.out.send(text("x")) == send_result::queued));
    BOOST_TEST(f.heard().size() == 50u);
    BOOST_TEST(!f.out.closing());
}

BOOST_AUTO_TEST_CASE(one_message_too_many_closes_with_1013_and_drops_the_queue)
{
    outbox_fixture f{limits(slow_policy::close, 2)};
    f.stall();
    BOOST_TEST((f.out.send(text("one")) == send_result::queued));
    BOOST_TEST((f.out.send(text("two")) == send_result::queued));
    BOOST_TEST((f.out.send(text("three")) == send_result::closed));
    BOOST_TEST(f.out.too_slow());
    BOOST_TEST((f.out.closed_with() == close_code::try_again_later));
    BOOST_TEST(f.out.messages() == 0u);
    BOOST_TEST(f.out.bytes() == 0u);
    BOOST_TEST((f.out.send(text("four")) == send_result::closed));
    BOOST_TEST(joined(f.heard_after_stall()) == "close 1013 too slow");
    BOOST_TEST(f.out.close_sent());
    BOOST_TEST(f.counters.closed_slow == 1u);
    BOOST_TEST(f.counters.dropped_on_close == 2u);
}

BOOST_AUTO_TEST_CASE(one_byte_too_many_closes_as_well)
{
    const auto size = text("12345")->size();
    outbox_fixture f{limits(slow_policy::close, 100, 2 * size)};
    f.stall();
    f.out.send(text("12345"));
    BOOST_TEST((f.out.send(text("12345")) == send_result::queued));
    BOOST_TEST(f.out.bytes() == 2 * size);
    BOOST_TEST(f.out.full());
    BOOST_TEST((f.out.send(text("")) == send_result::closed));
}

BOOST_AUTO_TEST_CASE(with_drop_newest_the_message_that_does_not_fit_is_not_queued)
{
    outbox_fixture f{limits(slow_policy::drop_newest, 2)};
    f.stall();
    f.out.send(text("one"));
    f.out.send(text("two"));
    BOOST_TEST((f.out.send(text("three")) == send_result::dropped));
    BOOST_TEST(joined(f.heard_after_stall()) == "one; two");
    BOOST_TEST((f.out.send(text("four")) == send_result::queued));
    BOOST_TEST(joined(f.heard()) == "four");
    BOOST_TEST(f.counters.dropped_newest == 1u);
}

BOOST_AUTO_TEST_CASE(with_drop_oldest_the_oldest_make_room)
{
    outbox_fixture f{limits(slow_policy::drop_oldest, 2)};
    f.stall();
    for (const auto* each : {"one", "two", "three", "four"})
        BOOST_TEST((f.out.send(text(each)) == send_result::queued));
    BOOST_TEST(f.out.messages() == 2u);
    BOOST_TEST(joined(f.heard_after_stall()) == "three; four");
    BOOST_TEST(f.counters.dropped_oldest == 2u);
}

BOOST_AUTO_TEST_CASE(with_drop_oldest_one_large_message_may_cost_several_small_ones)
{
    const auto size = text("1234567890")->size();
    outbox_fixture f{limits(slow_policy::drop_oldest, 100, 3 * size)};
    f.stall();
    for (const auto* each : {"aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"})
        f.out.send(text(each));
    f.out.send(text(std::string(size, 'd')));
    BOOST_TEST(f.out.bytes() <= 3 * size);
    BOOST_TEST(joined(f.heard_after_stall()) == "cccccccccc; " + std::string(size, 'd'));
}

BOOST_AUTO_TEST_CASE(with_pause_an_answer_is_queued_because_its_session_asked_before_reading)
{
    outbox_fixture f{limits(slow_policy::pause, 2)};
    f.stall();
    f.out.send(text("one"));
    BOOST_TEST(!f.out.full());
    f.out.send(text("two"));
    BOOST_TEST(f.out.full());
    BOOST_TEST((f.out.send(text("three")) == send_result::queued));
    BOOST_TEST(joined(f.heard_after_stall()) == "one; two; three");
}

BOOST_AUTO_TEST_CASE(with_pause_what_others_say_in_a_room_is_bounded_all_the_same)
{
    outbox_fixture f{limits(slow_policy::pause, 2)};
    f.stall();
    const auto room = test::room_named("tea");
    for (std::uint64_t offset = 1; offset <= 3; ++offset) {
        const tagged_frame round[] = {{test::numbered(room, offset), offset}};
        f.out.deliver(round, nullptr, room, 0);
    }
    BOOST_TEST(f.out.too_slow());
    BOOST_TEST(joined(f.heard_after_stall()) == "close 1013 too slow");
}

BOOST_AUTO_TEST_CASE(the_latest_of_a_key_replaces_the_queued_one_in_its_place)
{
    outbox_fixture f;
    f.stall();
    BOOST_TEST((f.out.send_latest("a", text("a1")) == send_result::queued));
    f.out.send(text("other"));
    f.out.send_latest("b", text("b1"));
    BOOST_TEST((f.out.send_latest("a", text("a2 is longer")) == send_result::queued));
    BOOST_TEST(f.out.messages() == 3u);
    BOOST_TEST(f.out.bytes() == text("a2 is longer")->size() + text("other")->size() + text("b1")->size());
    BOOST_TEST(joined(f.heard_after_stall()) == "a2 is longer; other; b1");
    BOOST_TEST(f.counters.conflated == 1u);
}

BOOST_AUTO_TEST_CASE(the_latest_never_replaces_a_partly_sent_frame)
{
    outbox_fixture f{{}, 3};
    f.out.send_latest("a", text("first value"));
    f.out.flush();
    f.out.send_latest("a", text("second value"));
    f.out.send_latest("a", text("third value"));
    BOOST_TEST(joined(f.heard()) == "first value; third value");
}

BOOST_AUTO_TEST_CASE(a_latest_that_grew_too_large_for_its_place_is_judged_like_any_message)
{
    outbox_fixture f{limits(slow_policy::drop_newest, 10, 100)};
    f.stall();
    f.out.send_latest("a", text("a1"));
    f.out.send(text(std::string(40, 'x')));
    BOOST_TEST((f.out.send_latest("a", text(std::string(90, 'a'))) == send_result::dropped));
    BOOST_TEST(f.out.bytes() <= 100u);
}

BOOST_AUTO_TEST_CASE(after_a_goodbye_the_latest_is_refused_too)
{
    outbox_fixture f;
    f.stall();
    f.out.send_latest("a", text("a1"));
    f.out.close(close_code::normal, "bye");
    BOOST_TEST((f.out.send_latest("a", text("a2")) == send_result::closed));
    BOOST_TEST((f.out.send_latest("b", text("b1")) == send_result::closed));
    BOOST_TEST(joined(f.heard_after_stall()) == "a1; close 1000 bye");
}

BOOST_AUTO_TEST_CASE(control_frames_stand_outside_the_bound)
{
    outbox_fixture f{limits(slow_policy::close, 1)};
    f.stall();
    f.out.send(text("one"));
    f.out.ping();
    f.out.pong("p");
    BOOST_TEST(f.out.messages() == 1u);
    BOOST_TEST(!f.out.closing());
    BOOST_TEST(joined(f.heard_after_stall()) == "pong p; ping; one");
}

BOOST_AUTO_TEST_CASE(pongs_coalesce_only_while_the_socket_is_full)
{
    outbox_fixture f;
    f.out.hold();
    f.out.pong("1");
    f.out.pong("2");
    f.out.pong("3");
    f.out.release();
    BOOST_TEST(joined(f.heard()) == "pong 1; pong 2; pong 3");
    f.stall();
    f.out.pong("4");
    f.out.flush();
    f.out.pong("5");
    f.out.pong("6");
    BOOST_TEST(joined(f.heard_after_stall()) == "pong 6");
}

BOOST_AUTO_TEST_CASE(a_pong_never_comes_after_one_for_a_younger_ping)
{
    outbox_fixture f{{}, 12};
    f.out.hold();
    f.out.send(text("one"));
    f.out.pong("1");
    f.out.send(text("two"));
    f.out.pong("2");
    f.out.release(); // the socket takes a part of the second message
    f.out.pong("3");
    BOOST_TEST(f.out.messages() == 0u);
    BOOST_TEST(joined(f.heard()) == "one; pong 1; two; pong 3");
    BOOST_TEST(f.out.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(a_pong_waits_for_the_end_of_a_partly_sent_frame)
{
    outbox_fixture f{{}, 3};
    f.out.send(text("hello"));
    f.out.flush();
    f.out.pong("p");
    BOOST_TEST(joined(f.heard()) == "hello; pong p");
}

BOOST_AUTO_TEST_CASE(a_goodbye_comes_after_what_is_queued_and_nothing_follows_it)
{
    outbox_fixture f;
    f.stall();
    f.out.send(text("one"));
    f.out.ping();
    f.out.close(close_code::going_away, "bye");
    f.out.close(close_code::normal, "the first counts");
    f.out.ping();
    f.out.pong("late");
    BOOST_TEST((f.out.send(text("late")) == send_result::closed));
    BOOST_TEST(!f.out.close_sent());
    BOOST_TEST(joined(f.heard_after_stall()) == "ping; one; close 1001 bye");
    BOOST_TEST(f.out.close_sent());
    f.out.pong("later");
    f.out.close_now(close_code::normal, "");
    BOOST_TEST(f.heard().empty());
    BOOST_TEST(f.ears.after_close() == 0u);
}

BOOST_AUTO_TEST_CASE(a_goodbye_at_once_supersedes_one_that_waits_behind_the_queue)
{
    outbox_fixture f{{}, 3};
    f.out.send(text("one"));
    f.out.flush();
    f.out.send(text("two"));
    f.out.close(close_code::going_away, "bye");
    f.out.close_now(close_code::internal_error, "bug");
    BOOST_TEST((f.out.closed_with() == close_code::internal_error));
    BOOST_TEST(joined(f.heard()) == "one; close 1011 bug");
    BOOST_TEST(f.out.close_sent());
}

BOOST_AUTO_TEST_CASE(a_goodbye_on_its_way_is_not_superseded)
{
    outbox_fixture f{{}, 3};
    f.out.close(close_code::going_away, "bye");
    f.out.flush();
    f.out.close_now(close_code::internal_error, "bug");
    BOOST_TEST(joined(f.heard()) == "close 1001 bye");
    BOOST_TEST((f.out.closed_with() == close_code::going_away));
}

BOOST_AUTO_TEST_CASE(when_the_connection_is_gone_the_writer_is_told_and_nothing_is_written)
{
    outbox_fixture f;
    f.wire.second->cut();
    f.out.send(text("one"));
    BOOST_TEST((f.out.flush() == flush_result::ended));
    BOOST_TEST(f.out.ended());
    BOOST_TEST((f.out.send(text("two")) == send_result::closed));
    BOOST_TEST((f.out.send_latest("a", text("a")) == send_result::closed));
    f.out.ping();
    f.out.pong("");
    f.out.close(close_code::normal, "");
    BOOST_TEST(f.out.empty());
}

BOOST_AUTO_TEST_CASE(after_the_end_not_even_a_burst_is_written)
{
    outbox_fixture f;
    f.out.end();
    const auto room = test::room_named("tea");
    const tagged_frame round[] = {{test::numbered(room, 1), 1}, {test::numbered(room, 2), 2}};
    f.out.deliver(round, make_burst(round).get(), room, 0);
    BOOST_TEST(f.wire.second->waiting().empty());
    BOOST_TEST(f.counters.delivered == 0u);
}

BOOST_AUTO_TEST_CASE(who_was_silent_gets_the_memory_of_a_long_queue_back)
{
    outbox_fixture f{limits(slow_policy::close, 2000)};
    f.stall();
    for (int i = 0; i < 1000; ++i)
        f.out.send(text("x"));
    BOOST_TEST(f.heard_after_stall().size() == 1000u);
    BOOST_TEST((f.out.send(text("y")) == send_result::queued));
    BOOST_TEST(joined(f.heard()) == "y");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
