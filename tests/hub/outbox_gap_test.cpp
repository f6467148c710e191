// outbox_gap_test.cpp — a member who lost messages of an ordered room is told which, in the right place, always.
#include "support/outbox_fixture.hpp"

#include <cstdio>
#include <map>
#include <random>

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_outbox_gap)

using test::joined;
using test::numbered;
using test::outbox_fixture;
using test::room_named;
using test::text;

namespace {

outbox_limits limits(slow_policy slow, std::size_t messages) { return {.messages = messages, .slow = slow}; }

send_result say(outbox_fixture& f, const room_label& room, std::uint64_t offset)
{
    return f.out.send(numbered(room, offset), {room, offset});
}

void say_all(outbox_fixture& f, const room_label& room, std::uint64_t from, std::uint64_t to)
{
    for (auto offset = from; offset <= to; ++offset)
        say(f, room, offset);
}

// Follows one client's rooms: each offset is heard or told as lost, once and in order.
struct account
{
    void take(const std::string& line)
    {
        char room[16] = {}, gap_room[16] = {};
        unsigned long long offset = 0, from = 0, to = 0;
        if (std::sscanf(line.c_str(), "gap %15s %llu %llu", gap_room, &from, &to) == 3) {
            BOOST_TEST(from == next(gap_room), line);
            BOOST_TEST(to >= from, line);
            next(gap_room) = to + 1;
        } else if (std::sscanf(line.c_str(), "%15s %llu", room, &offset) == 2 && std::string_view{room} != "close") {
            BOOST_TEST(offset == next(room), line);
            next(room) = offset + 1;
        }
    }

    std::uint64_t& next(const std::string& room) { return next_.try_emplace(room, 1).first->second; }

    std::map<std::string, std::uint64_t> next_;
};

} // namespace

BOOST_AUTO_TEST_CASE(drop_newest_tells_the_gap_before_the_next_message_of_the_room)
{
    outbox_fixture f{limits(slow_policy::drop_newest, 2)};
    const auto tea = room_named("tea");
    f.stall();
    say_all(f, tea, 1, 5);
    BOOST_TEST(f.out.messages() == 2u);
    BOOST_TEST(joined(f.heard_after_stall()) == "tea 1 hello; tea 2 hello; gap tea 3 5");
    say(f, tea, 6);
    BOOST_TEST(joined(f.heard()) == "tea 6 hello");
    BOOST_TEST(f.counters.dropped_newest == 3u);
}

BOOST_AUTO_TEST_CASE(drop_newest_tells_the_gap_even_while_the_queue_never_runs_empty)
{
    outbox_fixture f{limits(slow_policy::drop_newest, 2), 64};
    const auto tea = room_named("tea");
    test::lines all;
    for (std::uint64_t offset = 1; offset <= 40; ++offset) {
        say(f, tea, offset);
        f.write();
        if (offset % 3 == 0) f.ears.take_some(all, 100);
    }
    for (const auto& each : f.heard())
        all.push_back(each);
    account told;
    for (const auto& each : all)
        told.take(each);
    BOOST_TEST(told.next("tea") == 41u);
    BOOST_TEST(f.counters.dropped_newest > 0u);
}

BOOST_AUTO_TEST_CASE(drop_oldest_tells_the_gap_before_what_is_left)
{
    outbox_fixture f{limits(slow_policy::drop_oldest, 2)};
    const auto tea = room_named("tea");
    f.stall();
    say_all(f, tea, 1, 5);
    BOOST_TEST(joined(f.heard_after_stall()) == "gap tea 1 3; tea 4 hello; tea 5 hello");
    BOOST_TEST(f.counters.dropped_oldest == 3u);
}

BOOST_AUTO_TEST_CASE(each_room_has_a_gap_of_its_own)
{
    for (const auto slow : {slow_policy::drop_newest, slow_policy::drop_oldest}) {
        outbox_fixture f{limits(slow, 3)};
        f.stall();
        std::vector<room_label> rooms = {room_named("tea"), room_named("milk"), room_named("rum")};
        for (std::uint64_t offset = 1; offset <= 4; ++offset)
            for (const auto& room : rooms)
                say(f, room, offset);
        account told;
        for (const auto& each : f.heard_after_stall())
            told.take(each);
        for (const auto& room : rooms)
            BOOST_TEST(told.next(*room) == 5u);
    }
}

BOOST_AUTO_TEST_CASE(what_has_no_offset_leaves_no_gap)
{
    outbox_fixture f{limits(slow_policy::drop_newest, 1)};
    const auto tea = room_named("tea");
    f.stall();
    say(f, tea, 1);
    BOOST_TEST((f.out.send(text("presence"), {tea, 0}) == send_result::dropped));
    BOOST_TEST((f.out.send(text("nothing")) == send_result::dropped));
    BOOST_TEST(joined(f.heard_after_stall()) == "tea 1 hello");
}

BOOST_AUTO_TEST_CASE(a_notice_that_is_dropped_itself_is_told_again)
{
    outbox_fixture f{limits(slow_policy::drop_oldest, 2), 1};
    const auto tea = room_named("tea");
    f.stall();
    say_all(f, tea, 1, 4);
    f.write(); // the notice for 1 and 2 is queued now, and the socket takes nothing
    say_all(f, tea, 5, 8);
    BOOST_TEST(joined(f.heard_after_stall()) == "gap tea 1 6; tea 7 hello; tea 8 hello");
    BOOST_TEST(f.counters.dropped_oldest == 6u, "a notice is not a message");
}

BOOST_AUTO_TEST_CASE(a_notice_of_one_room_survives_the_drops_of_another)
{
    outbox_fixture f{limits(slow_policy::drop_oldest, 3)};
    const auto tea = room_named("tea");
    const auto rum = room_named("rum");
    f.stall();
    say_all(f, tea, 1, 4);
    f.write();
    say_all(f, rum, 1, 9);
    f.write();
    say_all(f, rum, 10, 12);
    account told;
    for (const auto& each : f.heard_after_stall())
        told.take(each);
    BOOST_TEST(told.next("tea") == 5u);
    BOOST_TEST(told.next("rum") == 13u);
}

BOOST_AUTO_TEST_CASE(a_gap_never_comes_ahead_of_the_answer_to_the_join)
{
    outbox_fixture f{limits(slow_policy::drop_oldest, 2)};
    const auto tea = room_named("tea");
    f.stall();
    f.out.answer(text("joined"), tea);
    say_all(f, tea, 1, 5);
    BOOST_TEST(joined(f.heard_after_stall()) == "joined; gap tea 1 4; tea 5 hello");
}

BOOST_AUTO_TEST_CASE(what_was_lost_before_an_answer_that_moves_the_client_is_told_before_it)
{
    for (const auto slow : {slow_policy::drop_newest, slow_policy::drop_oldest}) {
        outbox_fixture f{limits(slow, 2)};
        const auto tea = room_named("tea");
        f.stall();
        say_all(f, tea, 1, 4);
        f.out.answer(text("joined at 4"), tea);
        say_all(f, tea, 5, 8);
        f.out.answer(text("left"), tea);
        const auto all = f.heard_after_stall();
        account told;
        for (const auto& each : all) {
            told.take(each);
            if (each == "joined at 4") BOOST_TEST(told.next("tea") == 5u, joined(all));
            if (each == "left") BOOST_TEST(told.next("tea") == 9u, joined(all));
        }
        BOOST_TEST(told.next("tea") == 9u, joined(all));
    }
}

BOOST_AUTO_TEST_CASE(a_gap_keeps_its_place_when_a_pong_ahead_of_it_is_dropped)
{
    outbox_fixture f{limits(slow_policy::drop_oldest, 3)};
    const auto tea = room_named("tea");
    f.out.hold();
    f.out.pong("1");
    f.stall();
    f.out.answer(text("joined"), tea);
    say_all(f, tea, 1, 3);
    f.out.release();
    f.out.pong("2");
    say_all(f, tea, 4, 5);
    BOOST_TEST(joined(f.heard_after_stall()) == "pong 2; joined; gap tea 1 3; tea 4 hello; tea 5 hello");
}

BOOST_AUTO_TEST_CASE(a_gap_is_told_before_the_goodbye_and_nothing_after_it)
{
    for (const auto slow : {slow_policy::drop_newest, slow_policy::drop_oldest}) {
        outbox_fixture f{limits(slow, 2)};
        const auto tea = room_named("tea");
        f.stall();
        say_all(f, tea, 1, 3);
        f.out.close(close_code::going_away, "bye");
        const auto all = f.heard_after_stall();
        BOOST_TEST(all.back() == "close 1001 bye", joined(all));
        BOOST_TEST(f.ears.after_close() == 0u);
        account told;
        for (const auto& each : all)
            told.take(each);
        BOOST_TEST(told.next("tea") == 4u);
    }
}

BOOST_AUTO_TEST_CASE(drops_never_cut_a_partly_sent_frame_wherever_the_socket_stalls)
{
    for (const auto slow : {slow_policy::drop_newest, slow_policy::drop_oldest}) {
        const auto tea = room_named("tea");
        const std::size_t three_frames = 3 * numbered(tea, 1)->size();
        for (std::size_t stall_at = 0; stall_at <= three_frames + 1; ++stall_at) {
            outbox_fixture f{limits(slow, 2), std::max<std::size_t>(stall_at, 1)};
            if (stall_at == 0) f.stall();
            account told;
            for (std::uint64_t offset = 1; offset <= 8; ++offset) {
                say(f, tea, offset);
                f.out.flush();
            }
            f.wire.second->stall(false);
            f.wire.second->move_at_most(1);
            for (const auto& each : f.heard())
                told.take(each);
            BOOST_TEST(told.next("tea") == 9u, "stalled at byte " << stall_at);
        }
    }
}

// Everything at once, in a thousand random orders: the stream always parses, and every room's account is complete.
BOOST_AUTO_TEST_CASE(whatever_happens_the_stream_parses_and_the_accounts_are_complete)
{
    for (unsigned seed = 0; seed < 1000; ++seed) {
        std::minstd_rand random{seed + 1};
        const auto below = [&](unsigned most) { return static_cast<unsigned>(random() >> 8) % most; };
        const auto slow = below(2) ? slow_policy::drop_newest : slow_policy::drop_oldest;
        outbox_fixture f{{.messages = 1 + below(12), .bytes = 50 + below(2000), .slow = slow}, 1 + below(300)};
        const std::vector<room_label> rooms = {room_named("tea"), room_named("rum"), room_named("milk")};
        std::vector<std::uint64_t> said(rooms.size(), 0);
        account told;
        const auto listen = [&](const test::lines& all) {
            for (const auto& each : all) {
                BOOST_TEST_REQUIRE(!each.starts_with("error"), each);
                told.take(each);
            }
        };
        f.wire.second->move_at_most(1 + below(100));
        for (int step = 0; step < 120; ++step) {
            const auto which = below(static_cast<unsigned>(rooms.size()));
            switch (below(8)) {
            case 0:
            case 1: say(f, rooms[which], ++said[which]); break;
            case 2:
            case 3: {
                std::vector<tagged_frame> round;
                for (auto count = 1 + below(9); count > 0; --count) {
                    const auto offset = ++said[which];
                    round.push_back({numbered(rooms[which], offset, std::string(below(90), 'x')), offset});
                }
                const auto whole = make_burst(round);
                f.out.deliver(round, below(4) ? whole.get() : nullptr, rooms[which], 0);
                break;
            }
            case 4: f.out.send_latest(below(2) ? "a" : "b", text(std::string(below(60), 'l'))); break;
            case 5: below(2) ? f.out.ping() : f.out.pong("p"); break;
            case 6: f.write(); break;
            case 7: {
                test::lines some;
                f.ears.take_some(some, 1 + below(200));
                listen(some);
            }
            }
        }
        f.wire.second->move_at_most(4096);
        if (below(2)) f.out.close(close_code::going_away, "bye");
        listen(f.heard());
        for (std::size_t room = 0; room < rooms.size(); ++room)
            BOOST_TEST_REQUIRE(told.next(*rooms[room]) == said[room] + 1, "seed " << seed);
        BOOST_TEST(f.ears.after_close() == 0u);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
