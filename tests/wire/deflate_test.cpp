// deflate_test.cpp — Compressed messages by themselves: the examples of RFC 7692, contexts, limits, damage.
#include "parsing.hpp"

#include <chorus/wire/deflater.hpp>
#include <chorus/wire/inflater.hpp>

#include <boost/test/unit_test.hpp>

#include <random>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(wire_deflate)

namespace {

const auto hello = hex("f2 48 cd c9 c9 07 00");
const auto hello_again = hex("f2 00 11 00 00"); // refers to the first
constexpr auto keep = context_takeover::yes;

std::string inflated(inflater& with, std::string_view compressed, std::size_t limit = 0)
{
    switch (with.inflate(compressed, limit)) {
    case inflate_result::whole: return std::string(with.message());
    case inflate_result::too_big: return "(too big)";
    case inflate_result::corrupt: return "(corrupt)";
    case inflate_result::no_memory: return "(no memory)";
    }
    return {};
}

std::string inflated(std::string_view compressed, std::size_t limit = 0)
{
    scratch_buffer memory;
    inflater fresh{memory};
    return inflated(fresh, compressed, limit);
}

std::string deflated(deflater& with, std::string_view message) { return std::string(with.deflate(message).value()); }

std::string deflated(std::string_view message)
{
    scratch_buffer memory;
    deflater fresh{memory};
    return deflated(fresh, message);
}

// Neither random nor all the same: words of a small language.
std::string talk(std::size_t size, std::mt19937& random)
{
    static constexpr std::string_view words[] = {"tea ", "milk ", "room ", "hello ", "{\"type\":", "\xf0\x9f\x98\x80"};
    std::string text;
    while (text.size() < size)
        text += words[random() % std::size(words)];
    text.resize(size);
    return text;
}

std::string noise(std::size_t size, std::mt19937& random)
{
    std::string bytes(size, '\0');
    std::ranges::generate(bytes, [&] { return static_cast<char>(random()); });
    return bytes;
}

} // namespace

// RFC 7692, 7.2.3.

BOOST_AUTO_TEST_CASE(hello_is_compressed_as_in_the_rfc)
{
    BOOST_TEST(deflated("Hello") == hello);
    BOOST_TEST(inflated(hello) == "Hello");
}

BOOST_AUTO_TEST_CASE(a_second_hello_refers_to_the_first_where_the_context_is_kept)
{
    scratch_buffer in, out;
    deflater sender{out, keep};
    inflater receiver{in, keep};
    BOOST_TEST(deflated(sender, "Hello") == hello);
    BOOST_TEST(deflated(sender, "Hello") == hello_again);
    BOOST_TEST(inflated(receiver, hello) == "Hello");
    BOOST_TEST(inflated(receiver, hello_again) == "Hello");
}

BOOST_AUTO_TEST_CASE(without_context_each_message_stands_for_itself)
{
    scratch_buffer in, out;
    deflater sender{out};
    inflater receiver{in};
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(deflated(sender, "Hello") == hello);
        BOOST_TEST(inflated(receiver, hello) == "Hello");
    }
    BOOST_TEST(inflated(receiver, hello_again) == "(corrupt)");
    BOOST_TEST(inflated(receiver, hello) == "Hello"); // whoever borrows it next is not harmed
}

BOOST_AUTO_TEST_CASE(a_block_may_be_stored_as_it_is)
{
    BOOST_TEST(inflated(hex("00 05 00 fa ff 48 65 6c 6c 6f 00")) == "Hello");
}

BOOST_AUTO_TEST_CASE(a_block_may_call_itself_the_last)
{
    BOOST_TEST(inflated(hex("f3 48 cd c9 c9 07 00 00")) == "Hello");
}

// The empty block at the end, of which the last four bytes are left out, may be the last one (7.2.1).
BOOST_AUTO_TEST_CASE(the_block_that_ends_a_message_may_call_itself_the_last)
{
    BOOST_TEST(inflated(hex("01")) == "");
    BOOST_TEST(inflated(hex("f2 48 cd c9 c9 07 00 00 00 ff ff 01")) == "Hello");
    BOOST_TEST(inflated(hex("f2 48 cd c9 c9 07 04")) == "Hello"); // the bit beside the end of the text

    scratch_buffer memory;
    inflater receiver{memory, keep};
    BOOST_TEST(inflated(receiver, hex("f2 48 cd c9 c9 07 00 00 00 ff ff 01")) == "Hello");
    BOOST_TEST(inflated(receiver, hello_again) == "Hello");
}

BOOST_AUTO_TEST_CASE(the_limit_does_not_change_where_a_last_block_ends)
{
    for (const std::size_t limit : {4u, 5u})
        BOOST_TEST(inflated(hex("01 04 00 fb ff"), limit) == hex("00 00 ff ff")); // holds the tail that is added
}

BOOST_AUTO_TEST_CASE(a_message_may_have_several_blocks)
{
    BOOST_TEST(inflated(hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")) == "Hello");
}

BOOST_AUTO_TEST_CASE(an_empty_message_is_one_byte_or_none)
{
    BOOST_TEST(deflated("") == hex("00"));
    for (const auto& nothing : {hex("00"), hex("02 00"), std::string()})
        BOOST_TEST(inflated(nothing) == "");
}

// Blocks and contexts.

BOOST_AUTO_TEST_CASE(more_may_follow_the_last_block_and_refer_to_what_was_before)
{
    const auto last = hex("f3 48 cd c9 c9 07 00");
    BOOST_TEST(inflated(last + last + hex("00")) == "HelloHello");
    BOOST_TEST(inflated(last + hello_again) == "HelloHello");

    scratch_buffer memory;
    inflater receiver{memory, keep};
    BOOST_TEST(inflated(receiver, last + hex("00")) == "Hello");
    BOOST_TEST(inflated(receiver, hello_again) == "Hello");
}

BOOST_AUTO_TEST_CASE(contexts_are_kept_with_windows_of_all_sizes)
{
    for (int bits = smallest_window; bits <= largest_window; ++bits) {
        std::mt19937 random{7692};
        scratch_buffer in, out;
        deflater sender{out, keep, bits};
        inflater receiver{in, keep, bits}, roomier{in, keep};
        for (int i = 0; i < 200; ++i) {
            const auto message = i % 7 == 6 ? noise(random() % 3000, random) : talk(random() % 3000, random);
            const auto compressed = deflated(sender, message);
            BOOST_TEST((inflated(receiver, compressed) == message), "window " << bits << ", message " << i);
            BOOST_TEST((inflated(roomier, compressed) == message), "window " << bits << ", message " << i);
        }
    }
}

BOOST_AUTO_TEST_CASE(messages_of_all_sizes_come_back)
{
    std::mt19937 random{15};
    scratch_buffer in, out;
    deflater sender{out};
    inflater receiver{in};
    for (const std::size_t size :
         {1u, 2u, 125u, 126u, 16383u, 16384u, 16385u, 65535u, 65536u, 131072u, 131073u, 3000000u})
        for (const auto& message : {talk(size, random), noise(size, random), std::string(size, 'x')})
            BOOST_TEST((inflated(receiver, deflated(sender, message)) == message), "of " << size << " bytes");
}

BOOST_AUTO_TEST_CASE(talk_becomes_smaller)
{
    std::mt19937 random{1};
    BOOST_TEST(deflated(talk(2000, random)).size() < 1000u);
}

// Limits and memory.

BOOST_AUTO_TEST_CASE(a_message_of_exactly_the_limit_is_taken_and_one_byte_more_is_not)
{
    for (const std::size_t limit : {1u, 5u, 1000u, 16384u, 100000u}) {
        BOOST_TEST(inflated(deflated(std::string(limit, 'x')), limit) == std::string(limit, 'x'));
        BOOST_TEST(inflated(deflated(std::string(limit + 1, 'x')), limit) == "(too big)");
    }
}

BOOST_AUTO_TEST_CASE(nothing_that_a_sender_may_do_makes_a_legal_message_larger_than_is_said)
{
    std::mt19937 random{3};
    for (const int bits : {smallest_window, largest_window})
        for (const std::size_t size : {1u, 2u, 10u, 1000u, 100000u}) {
            scratch_buffer memory;
            deflater sender{memory, keep, bits};
            std::size_t in_fragments = 0, fragments = 0; // each is flushed
            for (std::size_t sent = 0; sent < size; sent += 64, ++fragments)
                in_fragments += deflated(sender, noise(std::min<std::size_t>(64, size - sent), random)).size() + 4;
            BOOST_TEST(deflated(sender, noise(size, random)).size() <= compressed_at_most(size, 1));
            BOOST_TEST(in_fragments <= compressed_at_most(size, fragments));
        }
}

BOOST_AUTO_TEST_CASE(fragments_without_bytes_buy_no_memory)
{
    for (const std::size_t limit : {1u, 100u, 32768u, 524288u})
        BOOST_TEST(compressed_at_most(limit, 131'072) <= limit + limit / 3 + 16);
}

BOOST_AUTO_TEST_CASE(what_was_larger_than_usual_is_given_back)
{
    scratch_buffer memory;
    inflater receiver{memory};
    BOOST_TEST(inflated(receiver, deflated(std::string(1'000'000, 'x'))).size() == 1'000'000u);
    inflated(receiver, hello);
    BOOST_TEST(memory.capacity() <= scratch_buffer::kept_size);
}

// Damage.

BOOST_AUTO_TEST_CASE(what_no_deflater_writes_is_corrupt)
{
    for (const auto* bytes : {"07", "ff ff ff", "00 05 00 fa fe 48 65 6c 6c 6f 00", "f2 48 cd c9",
                              "f2 48 cd c9 c9 07 00 05", "f3 48 cd c9 c9 07 00", "00 05 00 fa ff 48 65", "03"}) {
        BOOST_TEST_CONTEXT(bytes)
        BOOST_TEST(inflated(hex(bytes)) == "(corrupt)");
    }
}

// The tail that a receiver adds is then not a block of its own: here it is what the last code of a block lacked.
BOOST_AUTO_TEST_CASE(a_message_that_ends_inside_a_byte_with_its_tail_is_corrupt)
{
    scratch_buffer memory;
    inflater receiver{memory, keep};
    BOOST_TEST(inflated(receiver, hex("04 e0 81 92 24 49 92 24 c9 7e 2b 12 8b 9a 47 56 cf de fb 7f 00 00 80 07")) ==
               "(corrupt)");
}

BOOST_AUTO_TEST_CASE(damaged_messages_end_in_one_of_the_ways_that_have_a_name)
{
    std::mt19937 random{99};
    scratch_buffer memory;
    inflater receiver{memory};
    const auto whole = deflated(talk(5000, random));
    for (int round = 0; round < 5000; ++round) {
        auto bytes = whole;
        bytes[random() % bytes.size()] = static_cast<char>(random());
        bytes.resize(bytes.size() - random() % 3);
        receiver.inflate(bytes, 6000);
        BOOST_TEST(memory.view().size() <= 6000u);
    }
    BOOST_TEST(inflated(receiver, hello) == "Hello");
}

BOOST_AUTO_TEST_SUITE_END()
