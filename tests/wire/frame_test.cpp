// frame_test.cpp — What a frame looks like on the wire, and who owns it.
#include "parsing.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(wire_frame)

BOOST_AUTO_TEST_CASE(a_frame_is_the_bytes_of_the_standards_example)
{
    const auto frame = make_frame(opcode::text, "Hello");
    BOOST_TEST(frame->bytes() == hex("81 05 48 65 6c 6c 6f"));
    BOOST_TEST(frame->payload() == "Hello");
    BOOST_TEST(frame->size() == 7u);
    BOOST_TEST((frame->op() == opcode::text));
}

BOOST_AUTO_TEST_CASE(a_length_takes_as_few_bytes_as_it_can)
{
    const auto header = [](std::size_t length) {
        const auto frame = make_frame(opcode::binary, std::string(length, 'x'));
        BOOST_TEST(frame->payload().size() == length);
        return std::string{frame->bytes().substr(0, frame->size() - length)};
    };
    BOOST_TEST(header(0) == hex("82 00"));
    BOOST_TEST(header(125) == hex("82 7d"));
    BOOST_TEST(header(126) == hex("82 7e 00 7e"));
    BOOST_TEST(header(65535) == hex("82 7e ff ff"));
    BOOST_TEST(header(65536) == hex("82 7f 00 00 00 00 00 01 00 00"));
}

BOOST_AUTO_TEST_CASE(pieces_become_one_payload)
{
    const auto frame = make_frame(opcode::text, {"{\"user\":", "", "\"alice\"", "}"});
    BOOST_TEST(frame->payload() == "{\"user\":\"alice\"}");
    BOOST_TEST(frame->bytes() == make_frame(opcode::text, "{\"user\":\"alice\"}")->bytes());
}

BOOST_AUTO_TEST_CASE(two_pieces_are_pieces_and_not_a_pair_of_iterators)
{
    BOOST_TEST(make_frame(opcode::text, {"a", "b"})->payload() == "ab");
}

BOOST_AUTO_TEST_CASE(the_bytes_lie_behind_the_object)
{
    const auto shared = make_frame(opcode::text, "Hello");
    BOOST_TEST((shared->bytes().data() == reinterpret_cast<const char*>(shared.get() + 1)));
}

BOOST_AUTO_TEST_CASE(a_frame_is_shared_between_threads_and_none_forgets_to_let_go)
{
    const auto shared = make_frame(opcode::text, "Hello");
    const auto borrow = [shared] {
        for (int i = 0; i < 10'000; ++i) {
            const shared_frame mine = shared;
            if (mine->payload() != "Hello") return;
        }
    };
    std::thread first{borrow}, second{borrow};
    first.join();
    second.join();
    BOOST_TEST(shared->use_count() == 2u); // this test's, and what `borrow` holds
}

BOOST_AUTO_TEST_CASE(a_client_writes_the_standards_masked_example)
{
    std::string out;
    append_masked_frame(out, opcode::text, "Hello", 0x37FA213D);
    BOOST_TEST(out == hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
}

BOOST_AUTO_TEST_CASE(frames_are_appended_to_what_is_there)
{
    std::string out = "before";
    append_frame(out, opcode::text, "Hel", false);
    append_frame(out, opcode::continuation, "lo");
    BOOST_TEST(out == "before" + hex("01 03 48 65 6c 80 02 6c 6f"));
}

BOOST_AUTO_TEST_CASE(what_is_written_into_a_header_is_read_from_it)
{
    const frame_header written{
        .length = 70'000, .key = 0x01020304, .fin = false, .reserved = 4, .op = opcode::ping, .masked = true};
    std::array<char, max_header_size> bytes;
    const auto size = encode_header(bytes, written);
    frame_header read;
    BOOST_REQUIRE(decode_header({bytes.data(), size}, read));
    BOOST_TEST(size == 14u);
    BOOST_TEST(read.size == 14u);
    BOOST_TEST(read.length == written.length);
    BOOST_TEST(read.key == written.key);
    BOOST_TEST(read.fin == written.fin);
    BOOST_TEST(read.reserved == written.reserved);
    BOOST_TEST((read.op == written.op));
    BOOST_TEST(read.masked == written.masked);
}

BOOST_AUTO_TEST_CASE(a_header_is_not_read_before_it_is_complete)
{
    const auto bytes = from_client(opcode::text, std::string(300, 'x'));
    frame_header header;
    for (std::size_t size = 0; size < 8; ++size)
        BOOST_TEST(!decode_header(std::string_view{bytes}.substr(0, size), header));
    BOOST_REQUIRE(decode_header(bytes, header));
    BOOST_TEST(header.length == 300u);
}

BOOST_AUTO_TEST_SUITE_END()
