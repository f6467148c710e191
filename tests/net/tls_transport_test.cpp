// tls_transport_test.cpp — bytes through TLS over a connection in memory: short, stalled, cut, and in order.
#include "support/coroutine_test.hpp"
#include "support/random.hpp"
#include "support/tls_pair.hpp"

#include <chorus/core/scope.hpp>

#include <deque>
#include <vector>

using namespace chorus;
using namespace chorus::test;

namespace {

std::string letters(std::size_t size)
{
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>('a' + i % 23);
    return text;
}

// Says all of it, and lets the other listen whenever there is no room.
void say_all(tls_pair& both, tls_end& from, std::string_view bytes)
{
    while (!bytes.empty() && !from.error) {
        bytes.remove_prefix(from.say(bytes));
        both.settle();
    }
}

task<> note_wait(transport::waited wait, std::string& told, std::string name)
{
    const auto [error] = co_await std::move(wait);
    told += name + (error ? " fails;" : " can;");
}

} // namespace

BOOST_AUTO_TEST_SUITE(net_tls_transport)

BOOST_AUTO_TEST_CASE(what_one_end_says_the_other_hears_in_both_directions)
{
    tls_pair both;
    both.settle();
    BOOST_TEST(both.client.say("hello") == 5u);
    BOOST_TEST(both.server.say("there") == 5u);
    both.settle();
    BOOST_TEST(both.server.heard == "hello");
    BOOST_TEST(both.client.heard == "there");
    BOOST_TEST(!both.server.error);
    BOOST_TEST(!both.client.error);
    BOOST_TEST(both.server.transport->peer() == "memory");
}

BOOST_AUTO_TEST_CASE(nothing_of_it_can_be_read_on_the_line)
{
    tls_pair both;
    both.settle();
    both.client.say("a secret of some length");
    BOOST_TEST(both.server_line->waiting().size() > 23u);
    BOOST_TEST(both.server_line->waiting().find("secret") == std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(a_line_that_moves_a_few_bytes_at_a_time_changes_nothing)
{
    const auto text = letters(3000);
    for (const std::size_t most : {1u, 2u, 5u, 6u, 100u, 1400u}) {
        tls_pair both;
        both.server_line->move_at_most(most);
        both.settle();
        say_all(both, both.client, text);
        say_all(both, both.server, text);
        BOOST_TEST(both.server.heard == text, "at most " << most);
        BOOST_TEST(both.client.heard == text, "at most " << most);
    }
}

BOOST_AUTO_TEST_CASE(a_line_with_hardly_any_room_changes_nothing)
{
    for (const std::size_t capacity : {1u, 7u, 100u, 4096u, 16'405u}) {
        const auto text = letters(std::min<std::size_t>(50'000, 1000 * capacity));
        tls_pair both(capacity);
        both.settle();
        say_all(both, both.client, text);
        say_all(both, both.server, text);
        BOOST_TEST(both.server.heard == text, "room for " << capacity);
        BOOST_TEST(both.client.heard == text, "room for " << capacity);
    }
}

BOOST_AUTO_TEST_CASE(many_small_buffers_are_one_record_and_a_large_one_is_several)
{
    tls_pair both;
    both.settle();
    const std::string frame = letters(100);
    std::vector<asio::const_buffer> frames(60, asio::buffer(frame));
    error_code error;
    BOOST_TEST(both.client.transport->write_some(frames, error) == 6000u);
    BOOST_TEST(both.server_line->waiting().size() == 6000u + 22); // the head, the type, the tag
    both.settle();
    BOOST_TEST(both.server.take_heard().size() == 6000u);

    const auto large = letters(40'000);
    const std::array<asio::const_buffer, 3> buffers{asio::buffer(frame), asio::buffer(large), asio::buffer(frame)};
    BOOST_TEST(both.client.transport->write_some(buffers, error) == 40'200u);
    BOOST_TEST(both.server_line->waiting().size() == 40'200u + 3 * 22);
    both.settle();
    BOOST_TEST(both.server.heard == frame + large + frame);
}

BOOST_AUTO_TEST_CASE(buffers_without_bytes_are_passed_over)
{
    tls_pair both;
    both.settle();
    const std::array<asio::const_buffer, 4> buffers{asio::buffer("", 0), asio::buffer("ab", 2), asio::buffer("", 0),
                                                    asio::buffer("c", 1)};
    error_code error;
    BOOST_TEST(both.client.transport->write_some(buffers, error) == 3u);
    BOOST_TEST(both.client.transport->write_some({}, error) == 0u);
    BOOST_TEST(!error);
    both.settle();
    BOOST_TEST(both.server.heard == "abc");
}

BOOST_AUTO_TEST_CASE(a_stalled_peer_takes_no_more_and_gets_all_when_it_goes_on)
{
    tls_pair both(4096);
    both.settle();
    both.server_line->stall();
    const auto text = letters(20'000);
    const auto taken = both.client.say(text);
    BOOST_TEST(taken == 16'383u); // the record that found it full, but for its last byte
    BOOST_TEST(both.client.say(std::string_view(text).substr(taken)) == 0u);
    BOOST_TEST(both.client.say(std::string_view(text).substr(taken)) == 0u);
    BOOST_TEST(!both.client.error);
    both.server_line->stall(false);
    say_all(both, both.client, std::string_view(text).substr(taken));
    BOOST_TEST(both.server.heard == text);
}

BOOST_AUTO_TEST_CASE(a_reader_hears_while_the_writer_of_the_same_end_is_stuck)
{
    tls_pair both;
    both.settle();
    both.server_line->stall();
    both.client.say(letters(5000));
    both.server.say("are you there?");
    both.settle();
    BOOST_TEST(both.client.heard == "are you there?");
    BOOST_TEST(both.server.heard == "");
}

// Whoever is told of a short write must come again with the same byte first; who does not is told so at once.
BOOST_AUTO_TEST_CASE(a_writer_that_forgets_what_it_said_is_stopped)
{
    tls_pair both(64);
    both.settle();
    both.server_line->stall();
    BOOST_TEST(both.client.say("abcdef") == 5u);
    both.server_line->stall(false);
    BOOST_TEST(both.client.say("xyz") == 0u);
    BOOST_TEST((both.client.error == asio::error::invalid_argument));
}

// As an outbox does it: gathered, the first perhaps begun, and behind it what may change until it is sent.
BOOST_AUTO_TEST_CASE(four_mebibytes_of_frames_pass_a_small_line_although_the_queue_behind_them_changes)
{
    test::random chance(20261124);
    tls_pair both(64 * 1024);
    both.settle();
    std::deque<std::string> queue;
    std::size_t begun = 0; // bytes of the first that are sent
    std::string expected;
    while (expected.size() < 4 * 1024 * 1024) {
        while (queue.size() < 100)
            queue.push_back(chance.bytes(chance.one_in(20) ? chance.between(10'000, 90'000) : chance.between(2, 600)));
        std::vector<asio::const_buffer> buffers;
        for (std::size_t i = 0; i < std::min<std::size_t>(64, chance.between(1, queue.size())); ++i)
            buffers.push_back(asio::buffer(queue[i]) + (i == 0 ? begun : 0));
        error_code error;
        auto written = both.client.transport->write_some(buffers, error);
        const auto all = written == asio::buffer_size(buffers);
        BOOST_REQUIRE((!error || error == asio::error::would_block));
        for (; written > 0 && written >= queue.front().size() - begun; begun = 0) {
            written -= queue.front().size() - begun;
            expected += queue.front();
            queue.pop_front();
        }
        begun += written;
        if (all) continue;
        while (queue.size() > 1 && chance.one_in(2)) // what is not begun may be dropped, or be overtaken
            queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(chance.between(1, queue.size() - 1)));
        if (begun > 0 && chance.one_in(3)) queue.insert(queue.begin() + 1, "a pong");
        if (begun == 0 && chance.one_in(3)) queue.push_front("a pong");
        if (chance.one_in(2)) both.server.listen();
    }
    say_all(both, both.client, std::string_view(queue.front()).substr(begun));
    if (begun > 0) expected += queue.front();
    BOOST_TEST(both.server.heard.size() >= expected.size());
    BOOST_TEST((both.server.heard.substr(0, expected.size()) == expected));
}

// --- waiting ---------------------------------------------------------------------------------------------------------

CHORUS_COROUTINE_TEST(both_ends_shake_hands_while_they_wait)
{
    tls_pair both;
    scope children{shard.get_executor()};
    std::string told;
    children.spawn(note_wait(both.server.transport->readable(), told, "server reads"));
    children.spawn(note_wait(both.client.transport->writable(), told, "client writes"));
    co_await children.join();
    BOOST_TEST((told == "server reads can;client writes can;" || told == "client writes can;server reads can;"), told);
    BOOST_TEST(both.client.say("hello") == 5u);
    both.server.listen();
    BOOST_TEST(both.server.heard == "hello");
}

BOOST_AUTO_TEST_CASE(who_waits_for_either_direction_during_the_handshake_is_woken_by_its_end)
{
    for (const bool reader_first : {true, false}) {
        test_shard here;
        tls_pair both;
        both.server_line->move_at_most(3);
        auto& at = *both.client.transport;
        scope children{here.shard.get_executor()};
        std::string told;
        children.spawn(note_wait(reader_first ? at.readable() : at.writable(), told, reader_first ? "r" : "w"));
        here.shard.poll();
        BOOST_TEST(both.client.say("not yet") == 0u, "the handshake is the waiter's");
        children.spawn(note_wait(reader_first ? at.writable() : at.readable(), told, reader_first ? "w" : "r"));
        here.shard.poll();
        BOOST_TEST(told == "");
        for (int round = 0; round < 1000; ++round) {
            both.server.listen();
            here.shard.poll();
        }
        BOOST_TEST((told == "r can;w can;" || told == "w can;r can;"), told);
        BOOST_TEST(both.client.say("now") > 0u);
    }
}

BOOST_AUTO_TEST_CASE(a_reader_waits_until_something_comes)
{
    test_shard here;
    tls_pair both;
    both.settle();
    scope children{here.shard.get_executor()};
    std::string told;
    children.spawn(note_wait(both.server.transport->readable(), told, "r"));
    here.shard.poll();
    BOOST_TEST(told == "");
    both.client.say("hello");
    here.shard.poll();
    BOOST_TEST(told == "r can;");
}

CHORUS_COROUTINE_TEST(what_is_decrypted_and_not_yet_read_needs_no_wait)
{
    tls_pair both;
    both.settle();
    both.client.say(letters(10));
    std::array<char, 4> few;
    error_code error;
    std::string told;
    for (const std::size_t expected : {4u, 4u, 2u}) {
        BOOST_TEST(both.server.transport->read_some(few, error) == expected);
        if (expected == 4) co_await note_wait(both.server.transport->readable(), told, "r");
    }
    BOOST_TEST(told == "r can;r can;");
}

// The last step of a handshake may take what comes behind it along, and a writer may be the one who takes that step.
CHORUS_COROUTINE_TEST(what_came_with_the_end_of_the_handshake_needs_no_wait)
{
    tls_pair both;
    both.client.listen();
    both.server.listen();
    both.client.listen(); // it is done, and the server has not seen it yet
    BOOST_TEST(both.client.say("hello") == 5u);
    BOOST_TEST(both.server.say("there") == 5u);
    BOOST_TEST(both.server_line->waiting() == "");
    std::string told;
    co_await note_wait(both.server.transport->readable(), told, "r");
    BOOST_TEST(told == "r can;");
    both.server.listen();
    BOOST_TEST(both.server.heard == "hello");
}

// Half a record is nothing that can be read: waiting for the rest must not go round in circles.
BOOST_AUTO_TEST_CASE(half_a_record_wakes_a_reader_once)
{
    test_shard here;
    tls_pair both;
    both.settle();
    both.server_line->move_at_most(10);
    both.client.say("hello"); // 27 bytes on the line, of which ten are sent
    both.server.listen();
    both.server.listen();
    BOOST_TEST(both.server_line->waiting() == "");
    BOOST_TEST(both.server.heard == "");
    scope children{here.shard.get_executor()};
    std::string told;
    children.spawn(note_wait(both.server.transport->readable(), told, "r"));
    here.shard.poll();
    BOOST_TEST(told == "");
    both.client.say("o");
    here.shard.poll();
    BOOST_TEST(told == "r can;");
}

BOOST_AUTO_TEST_CASE(a_writer_waits_for_room)
{
    test_shard here;
    tls_pair both(4096);
    both.settle();
    const auto text = letters(20'000);
    const auto taken = both.client.say(text);
    scope children{here.shard.get_executor()};
    std::string told;
    children.spawn(note_wait(both.client.transport->writable(), told, "w"));
    here.shard.poll();
    BOOST_TEST(told == "");
    both.server.listen();
    here.shard.poll();
    BOOST_TEST(told == "w can;");
    say_all(both, both.client, std::string_view(text).substr(taken));
    BOOST_TEST(both.server.heard == text);
}

// --- the end ---------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(after_a_finish_the_peer_hears_the_rest_and_then_the_end_and_may_still_speak)
{
    tls_pair both;
    both.settle();
    both.client.say("bye");
    both.client.transport->finish();
    both.settle();
    BOOST_TEST(both.server.heard == "bye");
    BOOST_TEST((both.server.error == asio::error::eof));
    BOOST_TEST(both.server.say("one more thing") > 0u);
    both.settle();
    BOOST_TEST(both.client.heard == "one more thing");
    BOOST_TEST(both.client.say("late") == 0u);
    BOOST_TEST((both.client.error == asio::error::broken_pipe));
}

BOOST_AUTO_TEST_CASE(what_was_said_before_a_close_still_arrives)
{
    tls_pair both;
    both.settle();
    both.client.say("bye");
    both.client.transport->close();
    both.client.transport->close();
    both.settle();
    BOOST_TEST(both.server.heard == "bye");
    BOOST_TEST((both.server.error == asio::error::eof));
    BOOST_TEST((both.client.error == asio::error::bad_descriptor));
}

BOOST_AUTO_TEST_CASE(an_end_without_a_goodbye_is_an_end)
{
    tls_pair both;
    both.settle();
    both.client.say("bye");
    both.client_line->finish(); // below TLS
    both.settle();
    BOOST_TEST(both.server.heard == "bye");
    BOOST_TEST((both.server.error == asio::error::eof));
    BOOST_TEST(both.server.say("still there?") > 0u);
    both.settle();
    BOOST_TEST(both.client.heard == "still there?");
}

BOOST_AUTO_TEST_CASE(a_cut_is_told_as_what_it_is)
{
    tls_pair both;
    both.settle();
    both.client.transport->cut();
    both.server.listen();
    BOOST_TEST((both.server.error == asio::error::connection_reset));
    both.server.say("anybody?");
    BOOST_TEST((both.server.error == asio::error::broken_pipe));
}

BOOST_AUTO_TEST_CASE(a_close_ends_both_waits)
{
    for (const bool shaken : {false, true}) {
        test_shard here;
        tls_pair both(1024);
        if (shaken) both.settle();
        if (shaken) both.client.say(letters(5000));
        scope children{here.shard.get_executor()};
        std::string told;
        children.spawn(note_wait(both.client.transport->readable(), told, "r"));
        children.spawn(note_wait(both.client.transport->writable(), told, "w"));
        here.shard.poll();
        BOOST_TEST(told == "");
        both.client.transport->close();
        here.shard.poll();
        BOOST_TEST((told == "r fails;w fails;" || told == "w fails;r fails;"), told);
        BOOST_TEST(both.client.say("x") == 0u);
        BOOST_TEST((both.client.error == asio::error::bad_descriptor));
    }
}

CHORUS_COROUTINE_TEST(an_end_wakes_whoever_waits_and_stays_an_end)
{
    tls_pair both;
    both.settle();
    scope children{shard.get_executor()};
    std::string told;
    children.spawn(note_wait(both.server.transport->readable(), told, "r"));
    both.client.transport->finish();
    co_await children.join();
    for (int again = 0; again < 3; ++again) {
        both.server.error = {};
        both.server.listen();
        BOOST_TEST((both.server.error == asio::error::eof));
        co_await note_wait(both.server.transport->readable(), told, "r");
    }
    BOOST_TEST(told == "r can;r can;r can;r can;");
}

// At every byte, in both directions: what was said before it is heard or not, but never wrong, and nobody hangs.
BOOST_AUTO_TEST_CASE(a_connection_can_be_cut_at_every_byte)
{
    for (std::size_t at = 0; at < 2000; at += 7) {
        for (const bool from_client : {true, false}) {
            tls_pair both;
            (from_client ? both.server_line : both.client_line)->cut_after(at);
            both.settle();
            both.client.say("hello");
            both.server.say("there");
            both.settle();
            BOOST_TEST((both.server.heard == "" || both.server.heard == "hello"));
            BOOST_TEST((both.client.heard == "" || both.client.heard == "there"));
            const bool both_heard = both.server.heard == "hello" && both.client.heard == "there";
            BOOST_TEST((both_heard || both.client.error), "cut after " << at);
            BOOST_TEST((both_heard || both.server.error), "cut after " << at);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
