// memory_transport_test.cpp — the pair in memory behaves as a socket does, and as badly as a test asks.
#include "support/coroutine_test.hpp"

#include <chorus/core/scope.hpp>
#include <chorus/net/memory_transport.hpp>

#include <boost/asio/error.hpp>

#include <array>
#include <string>

namespace chorus {

BOOST_AUTO_TEST_SUITE(net_memory_transport)

namespace {

struct result
{
    std::size_t bytes = 0;
    error_code error = {};
};

result write(transport& to, std::string_view bytes)
{
    result written;
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    written.bytes = to.write_some({&buffer, 1}, written.error);
    return written;
}

std::string read(transport& from, std::size_t most = 1024)
{
    std::string bytes(most, '\0');
    error_code error;
    bytes.resize(from.read_some(bytes, error));
    return error ? bytes + "<" + error.message() + ">" : bytes;
}

std::string message_of(asio::error::basic_errors code) { return "<" + error_code(code).message() + ">"; }
const std::string would_block = message_of(asio::error::would_block);
const std::string reset = message_of(asio::error::connection_reset);
const std::string end = "<" + error_code(asio::error::eof).message() + ">";

task<> note_readable(transport& at, std::string& told)
{
    const auto [error] = co_await at.readable();
    told += error ? "not readable;" : "readable;";
}

task<> note_writable(transport& at, std::string& told)
{
    const auto [error] = co_await at.writable();
    told += error ? "not writable;" : "writable;";
}

} // namespace

BOOST_AUTO_TEST_CASE(what_one_end_writes_the_other_reads_in_both_directions)
{
    auto [first, second] = make_memory_pair();
    BOOST_TEST(write(*first, "hello").bytes == 5u);
    BOOST_TEST(write(*second, "there").bytes == 5u);
    BOOST_TEST(second->waiting() == "hello");
    BOOST_TEST(read(*second) == "hello");
    BOOST_TEST(read(*first) == "there");
    BOOST_TEST(read(*first) == would_block);
    BOOST_TEST(first->peer() == "memory");
}

BOOST_AUTO_TEST_CASE(several_buffers_are_gathered_in_order)
{
    auto [first, second] = make_memory_pair(6);
    const std::array<asio::const_buffer, 3> buffers{asio::buffer("abc", 3), asio::buffer("", 0),
                                                    asio::buffer("defg", 4)};
    error_code error;
    BOOST_TEST(first->write_some(buffers, error) == 6u);
    BOOST_TEST(!error);
    BOOST_TEST(read(*second) == "abcdef");
}

BOOST_AUTO_TEST_CASE(a_full_pipe_takes_no_more_until_the_peer_reads)
{
    auto [first, second] = make_memory_pair(4);
    BOOST_TEST(write(*first, "abcdef").bytes == 4u);
    BOOST_TEST((write(*first, "ef").error == asio::error::would_block));
    BOOST_TEST(read(*second, 1) == "a");
    BOOST_TEST(write(*first, "ef").bytes == 1u);
}

BOOST_AUTO_TEST_CASE(reads_and_writes_can_be_made_short)
{
    auto [first, second] = make_memory_pair();
    second->move_at_most(2);
    BOOST_TEST(write(*first, "abc").bytes == 2u);
    BOOST_TEST(write(*first, "c").bytes == 1u);
    BOOST_TEST(read(*second) == "ab");
    BOOST_TEST(read(*second) == "c");
}

BOOST_AUTO_TEST_CASE(after_a_finish_the_peer_reads_the_rest_and_then_the_end)
{
    auto [first, second] = make_memory_pair();
    write(*first, "bye");
    first->finish();
    BOOST_TEST((write(*first, "late").error == asio::error::broken_pipe));
    BOOST_TEST(read(*second) == "bye");
    BOOST_TEST(read(*second) == end);
    BOOST_TEST(write(*second, "the other direction goes on").bytes > 0u);
}

BOOST_AUTO_TEST_CASE(what_was_written_before_a_close_still_arrives)
{
    auto [first, second] = make_memory_pair();
    write(*first, "bye");
    first->close();
    BOOST_TEST(!first->is_open());
    BOOST_TEST(read(*second) == "bye");
    BOOST_TEST(read(*second) == end);
    BOOST_TEST((write(*second, "anybody there?").error == asio::error::broken_pipe));
}

BOOST_AUTO_TEST_CASE(an_end_that_is_destroyed_is_closed)
{
    auto [first, second] = make_memory_pair();
    first.reset();
    BOOST_TEST(read(*second) == end);
}

BOOST_AUTO_TEST_CASE(a_cut_throws_away_what_is_on_its_way)
{
    auto [first, second] = make_memory_pair();
    write(*first, "bye");
    first->cut();
    BOOST_TEST(read(*second) == reset);
}

BOOST_AUTO_TEST_CASE(a_connection_can_be_cut_at_every_byte)
{
    const std::string message = "a message";
    for (std::size_t at = 0; at < message.size(); ++at) {
        auto [first, second] = make_memory_pair();
        second->cut_after(at);
        const auto written = write(*first, message);
        BOOST_TEST(written.bytes == at);
        BOOST_TEST((write(*first, "more").error == asio::error::broken_pipe));
        if (at > 0) BOOST_TEST(read(*second) == message.substr(0, at), "what arrived can be read");
        BOOST_TEST(read(*second) == reset);
        BOOST_TEST(read(*first) == reset);
    }
}

BOOST_AUTO_TEST_CASE(a_connection_can_be_cut_in_the_middle_of_several_writes)
{
    auto [first, second] = make_memory_pair();
    second->cut_after(5);
    BOOST_TEST(write(*first, "abc").bytes == 3u);
    BOOST_TEST(write(*first, "defg").bytes == 2u);
    BOOST_TEST(read(*second) == "abcde");
    BOOST_TEST(read(*second) == reset);
}

CHORUS_COROUTINE_TEST(a_reader_waits_until_something_comes)
{
    auto [first, second] = make_memory_pair();
    scope children{shard.get_executor()};
    std::string told;
    children.spawn(note_readable(*second, told));
    shard.poll();
    BOOST_TEST(told == "");
    write(*first, "x");
    co_await children.join();
    BOOST_TEST(told == "readable;");
    co_await note_readable(*second, told);
    BOOST_TEST(told == "readable;readable;", "it is still there");
}

CHORUS_COROUTINE_TEST(a_writer_waits_for_a_stalled_peer_and_for_a_full_pipe)
{
    auto [first, second] = make_memory_pair(2);
    scope children{shard.get_executor()};
    std::string told;
    second->stall();
    BOOST_TEST((write(*first, "x").error == asio::error::would_block));
    children.spawn(note_writable(*first, told));
    shard.poll();
    BOOST_TEST(told == "");
    second->stall(false);
    co_await children.join();
    BOOST_TEST(told == "writable;");

    write(*first, "ab");
    children.spawn(note_writable(*first, told));
    shard.poll();
    BOOST_TEST(told == "writable;");
    read(*second, 1);
    co_await children.join();
    BOOST_TEST(told == "writable;writable;");
}

CHORUS_COROUTINE_TEST(a_close_ends_both_waits_of_its_own_end)
{
    auto [first, second] = make_memory_pair(1);
    write(*first, "x");
    scope children{shard.get_executor()};
    std::string told;
    children.spawn(note_readable(*first, told));
    children.spawn(note_writable(*first, told));
    shard.poll();
    BOOST_TEST(told == "");
    first->close();
    co_await children.join();
    BOOST_TEST((told == "not readable;not writable;" || told == "not writable;not readable;"), told);
}

CHORUS_COROUTINE_TEST(whoever_waits_at_either_end_notices_a_cut)
{
    auto [first, second] = make_memory_pair(4);
    write(*second, "full");
    scope children{shard.get_executor()};
    std::string told;
    children.spawn(note_readable(*second, told));
    children.spawn(note_writable(*second, told));
    shard.poll();
    first->cut();
    co_await children.join();
    BOOST_TEST(told.size() == std::string("readable;writable;").size(), told);
    BOOST_TEST(read(*second) == reset);
}

CHORUS_COROUTINE_TEST(a_cut_by_the_last_byte_written_wakes_the_reader_of_the_writing_end_too)
{
    auto [first, second] = make_memory_pair();
    second->cut_after(1);
    scope children{shard.get_executor()};
    std::string told;
    children.spawn(note_readable(*first, told));
    shard.poll();
    write(*first, "x");
    co_await children.join();
    BOOST_TEST(told == "readable;");
    BOOST_TEST(read(*first) == reset);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
