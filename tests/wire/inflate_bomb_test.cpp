// inflate_bomb_test.cpp — A few bytes that would become gigabytes take no more memory than the limit allows.
#include "parsing.hpp"

#include <chorus/wire/deflater.hpp>
#include <chorus/wire/inflater.hpp>

#include <boost/test/unit_test.hpp>

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> in_use = 0, most_in_use = 0;
}

// The whole test program counts; nothing but this file looks. Inlined in part, GCC 12 takes them for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size)
{
    void* const block = std::malloc(size);
    if (!block) throw std::bad_alloc();
    const auto now = in_use += malloc_usable_size(block);
    if (now > most_in_use) most_in_use = now;
    return block;
}
[[gnu::noinline]] void operator delete(void* block) noexcept
{
    in_use -= malloc_usable_size(block);
    std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

using namespace chorus;
using namespace chorus::test;

namespace {

template <class Work> std::size_t peak_of(Work work)
{
    const auto before = in_use.load();
    most_in_use = before;
    work();
    return most_in_use - before;
}

// Deflated from as many zeros.
std::string bomb(std::size_t size)
{
    scratch_buffer memory;
    deflater sender{memory};
    return std::string(sender.deflate(std::string(size, '\0')).value());
}

constexpr std::size_t slack = 4096; // what malloc adds

} // namespace

BOOST_AUTO_TEST_SUITE(wire_inflate_bomb)

BOOST_AUTO_TEST_CASE(a_bomb_never_has_more_memory_than_twice_the_limit)
{
    const auto bytes = bomb(100'000'000);
    for (const std::size_t limit : {1000u, 20'000u, 512u * 1024}) {
        scratch_buffer memory;
        inflater receiver{memory};
        const auto peak = peak_of([&] { BOOST_CHECK(receiver.inflate(bytes, limit) == inflate_result::too_big); });
        BOOST_TEST(peak <= 2 * limit + slack, "limit " << limit << ", peak " << peak);
        BOOST_TEST(memory.capacity() <= limit);
    }
}

BOOST_AUTO_TEST_CASE(a_small_message_takes_little_whatever_the_limit)
{
    scratch_buffer memory;
    inflater receiver{memory};
    const auto bytes = bomb(100);
    const auto peak = peak_of([&] { receiver.inflate(bytes, 1 << 30); });
    BOOST_TEST(peak <= scratch_buffer::first_size + slack);
}

BOOST_AUTO_TEST_CASE(a_bomb_in_pieces_is_gathered_small_and_refused_with_1009)
{
    scratch_buffer memory;
    inflater receiver{memory};
    parser server{role::server, {.max_message = 100'000}, &receiver};
    const auto bytes = compressed_from(role::client, opcode::binary, bomb(10'000'000));
    std::string said;
    const auto peak = peak_of([&] { said = told_in_pieces(server, bytes, [] { return 1000; }); });
    BOOST_TEST(said == "error 1009 the message exceeds the size limit");
    BOOST_TEST(peak <= 4 * 100'000 + slack, "peak " << peak);
}

BOOST_AUTO_TEST_CASE(a_million_blocks_that_say_nothing_are_an_empty_message)
{
    scratch_buffer memory;
    inflater receiver{memory};
    std::string blocks;
    for (int i = 0; i < 1'000'000; ++i)
        blocks.append("\x03\x00", 2); // empty, and the last one
    blocks += '\0';
    const auto peak = peak_of([&] { BOOST_CHECK(receiver.inflate(blocks, 10) == inflate_result::whole); });
    BOOST_TEST(receiver.message() == "");
    BOOST_TEST(peak <= 10 + slack);
}

BOOST_AUTO_TEST_SUITE_END()
