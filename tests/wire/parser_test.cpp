// parser_test.cpp — The rules of RFC 6455 section 5, one by one, and the examples of 5.7.
#include "parsing.hpp"

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::test;

namespace {

constexpr auto hello_unmasked = "81 05 48 65 6c 6c 6f";
constexpr auto hello_masked = "81 85 37 fa 21 3d 7f 9f 4d 51 58";

bool lies_in(std::string_view part, const std::string& whole)
{
    return std::less_equal{}(whole.data(), part.data()) &&
           std::less_equal{}(part.data() + part.size(), whole.data() + whole.size());
}

} // namespace

BOOST_AUTO_TEST_SUITE(wire_parser)

// The examples of section 5.7.

BOOST_AUTO_TEST_CASE(a_client_reads_an_unmasked_hello)
{
    BOOST_TEST(client_is_told(hex(hello_unmasked)) == "text Hello");
}

BOOST_AUTO_TEST_CASE(a_server_reads_a_masked_hello) { BOOST_TEST(server_is_told(hex(hello_masked)) == "text Hello"); }

BOOST_AUTO_TEST_CASE(two_fragments_are_one_message)
{
    BOOST_TEST(client_is_told(hex("01 03 48 65 6c 80 02 6c 6f")) == "text Hello");
}

BOOST_AUTO_TEST_CASE(a_ping_and_its_masked_pong_are_told)
{
    BOOST_TEST(client_is_told(hex("89 05 48 65 6c 6c 6f")) == "ping Hello");
    BOOST_TEST(server_is_told(hex("8a 85 37 fa 21 3d 7f 9f 4d 51 58")) == "pong Hello");
}

BOOST_AUTO_TEST_CASE(a_length_takes_16_bits_from_126_on_and_64_bits_from_65536_on)
{
    BOOST_TEST(client_is_told(hex("82 7e 01 00") + std::string(256, 'x')) == "binary " + std::string(256, 'x'));
    BOOST_TEST(client_is_told(hex("82 7f 00 00 00 00 00 01 00 00") + std::string(65536, 'x')) ==
               "binary " + std::string(65536, 'x'));
}

// Masking, 5.1.

BOOST_AUTO_TEST_CASE(a_server_refuses_an_unmasked_frame)
{
    BOOST_TEST(server_is_told(hex(hello_unmasked)) == "error 1002 a frame from a client must be masked");
}

BOOST_AUTO_TEST_CASE(a_client_refuses_a_masked_frame)
{
    BOOST_TEST(client_is_told(hex(hello_masked)) == "error 1002 a frame from a server must not be masked");
}

BOOST_AUTO_TEST_CASE(a_mask_of_zeros_is_a_mask) { BOOST_TEST(server_is_told(hex("81 81 00 00 00 00 61")) == "text a"); }

// The header, 5.2.

BOOST_AUTO_TEST_CASE(each_reserved_bit_is_refused)
{
    for (const auto* first : {"c1", "a1", "91", "f1"}) {
        BOOST_TEST_CONTEXT(first)
        BOOST_TEST(client_is_told(hex(first) + hex("00")) ==
                   "error 1002 a reserved bit is set and no extension gives it a meaning");
    }
}

BOOST_AUTO_TEST_CASE(each_reserved_opcode_is_refused)
{
    for (const int op : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        BOOST_TEST_CONTEXT(op)
        BOOST_TEST(client_is_told({static_cast<char>(0x80 | op), 0}) == "error 1002 the opcode is reserved");
    }
}

BOOST_AUTO_TEST_CASE(a_length_in_more_bytes_than_it_needs_is_refused)
{
    for (const auto* header :
         {"82 7e 00 00", "82 7e 00 7d", "82 7f 00 00 00 00 00 00 00 7d", "82 7f 00 00 00 00 00 00 ff ff"}) {
        BOOST_TEST_CONTEXT(header)
        BOOST_TEST(client_is_told(hex(header)) == "error 1002 the length is not written in the fewest bytes");
    }
}

BOOST_AUTO_TEST_CASE(a_length_with_its_topmost_bit_set_is_refused_whatever_the_limit)
{
    const auto header = hex("82 7f 80 00 00 00 00 00 00 00");
    BOOST_TEST(client_is_told(header, {.max_message = 0}) == "error 1002 the topmost bit of a 64-bit length must be 0");
    BOOST_TEST(client_is_told(header) == "error 1002 the topmost bit of a 64-bit length must be 0");
}

// Fragments, 5.4.

BOOST_AUTO_TEST_CASE(a_continuation_of_nothing_is_refused)
{
    BOOST_TEST(server_is_told(from_client(opcode::continuation, "x")) ==
               "error 1002 a continuation frame continues no message");
    BOOST_TEST(server_is_told(from_client(opcode::text, "a") + from_client(opcode::continuation, "x")) ==
               "text a; error 1002 a continuation frame continues no message");
}

BOOST_AUTO_TEST_CASE(a_new_message_inside_a_fragmented_one_is_refused)
{
    for (const auto op : {opcode::text, opcode::binary})
        BOOST_TEST(server_is_told(from_client(opcode::text, "a", false) + from_client(op, "b")) ==
                   "error 1002 a new message begins inside a fragmented one");
}

BOOST_AUTO_TEST_CASE(empty_fragments_add_nothing)
{
    BOOST_TEST(server_is_told(from_client(opcode::binary, "", false) + from_client(opcode::continuation, "ab", false) +
                              from_client(opcode::continuation, "", false) + from_client(opcode::continuation, "")) ==
               "binary ab");
    BOOST_TEST(server_is_told(from_client(opcode::text, "", false) + from_client(opcode::continuation, "")) == "text");
}

BOOST_AUTO_TEST_CASE(control_frames_between_fragments_are_told_at_once)
{
    BOOST_TEST(server_is_told(from_client(opcode::text, "one ", false) + from_client(opcode::ping, "are you there") +
                              from_client(opcode::continuation, "two ", false) + from_client(opcode::pong, "") +
                              from_client(opcode::continuation, "three")) ==
               "ping are you there; pong; text one two three");
}

// Control frames, 5.5.

BOOST_AUTO_TEST_CASE(a_control_frame_carries_at_most_125_bytes)
{
    BOOST_TEST(server_is_told(from_client(opcode::ping, std::string(125, 'p'))) == "ping " + std::string(125, 'p'));
    for (const auto op : {opcode::ping, opcode::pong, opcode::close})
        BOOST_TEST(server_is_told(from_client(op, std::string(126, 'p'))) ==
                   "error 1002 a control frame carries more than 125 bytes");
}

BOOST_AUTO_TEST_CASE(a_control_frame_in_fragments_is_refused)
{
    for (const auto op : {opcode::ping, opcode::pong, opcode::close})
        BOOST_TEST(server_is_told(from_client(op, "", false)) == "error 1002 a control frame must not be fragmented");
}

BOOST_AUTO_TEST_CASE(a_close_may_say_nothing_or_a_code_or_a_code_and_a_reason)
{
    BOOST_TEST(server_is_told(from_client(opcode::close, "")) == "close 1005");
    BOOST_TEST(server_is_told(close_from_client(1000)) == "close 1000");
    BOOST_TEST(server_is_told(close_from_client(1001, "gone home")) == "close 1001 gone home");
}

BOOST_AUTO_TEST_CASE(a_close_with_half_a_code_is_refused)
{
    BOOST_TEST(server_is_told(from_client(opcode::close, "\x03")) == "error 1002 a Close frame carries a single byte");
}

BOOST_AUTO_TEST_CASE(a_close_with_a_code_that_must_not_be_sent_is_refused)
{
    for (const unsigned code : {0u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 1100u, 2000u, 2999u, 5000u, 65535u}) {
        BOOST_TEST_CONTEXT(code)
        BOOST_TEST(server_is_told(close_from_client(code)) ==
                   "error 1002 a Close frame carries a code that must not be sent");
    }
}

BOOST_AUTO_TEST_CASE(a_close_reason_must_be_whole_utf8)
{
    for (const auto* reason : {"\xff", "h\xc3"})
        BOOST_TEST(server_is_told(close_from_client(1000, reason)) ==
                   "error 1007 the reason in a Close frame is not valid UTF-8");
}

BOOST_AUTO_TEST_CASE(what_follows_a_close_is_discarded)
{
    const auto close = close_from_client(1000);
    BOOST_TEST(server_is_told(close + from_client(opcode::ping, "") + "no frame at all") == "close 1000");
}

// Text, 8.1.

BOOST_AUTO_TEST_CASE(a_text_must_be_utf8_and_a_binary_message_need_not)
{
    BOOST_TEST(server_is_told(from_client(opcode::text, "caf\xc3\xa9")) == "text caf\xc3\xa9");
    BOOST_TEST(server_is_told(from_client(opcode::text, "caf\xe9 noir")) ==
               "error 1007 a text message is not valid UTF-8");
    BOOST_TEST(server_is_told(from_client(opcode::binary, "caf\xe9")) == "binary caf\xe9");
}

BOOST_AUTO_TEST_CASE(a_character_may_be_cut_by_a_fragment_but_not_by_the_end)
{
    BOOST_TEST(server_is_told(from_client(opcode::text, "caf\xc3", false) +
                              from_client(opcode::continuation, "\xa9")) == "text caf\xc3\xa9");
    BOOST_TEST(server_is_told(from_client(opcode::text, "caf\xc3")) ==
               "error 1007 a text message ends inside a UTF-8 character");
}

BOOST_AUTO_TEST_CASE(the_payload_of_a_ping_is_no_part_of_the_text_around_it)
{
    BOOST_TEST(server_is_told(from_client(opcode::text, "caf\xc3", false) + from_client(opcode::ping, "\xff") +
                              from_client(opcode::continuation, "\xa9")) == "ping \xff; text caf\xc3\xa9");
}

BOOST_AUTO_TEST_CASE(a_wrong_byte_is_refused_before_its_frame_is_complete)
{
    auto bytes = from_client(opcode::text, "ab\xff" + std::string(1000, 'c'));
    bytes.resize(header_size(1003, true) + 2);
    parser server{role::server};
    BOOST_TEST(told(server, bytes) == "");
    const char third = static_cast<char>(0xff ^ 0x05); // under the third byte of the key
    BOOST_TEST(told(server, {third}) == "error 1007 a text message is not valid UTF-8");
}

// Limits.

BOOST_AUTO_TEST_CASE(a_message_of_exactly_the_limit_is_taken_and_one_byte_more_is_not)
{
    const parser_limits limits{.max_message = 10};
    BOOST_TEST(server_is_told(from_client(opcode::text, "0123456789"), limits) == "text 0123456789");
    BOOST_TEST(server_is_told(from_client(opcode::text, "0123456789a"), limits) ==
               "error 1009 the message exceeds the size limit");
}

BOOST_AUTO_TEST_CASE(a_message_too_big_is_refused_by_its_header_alone)
{
    const auto header = hex("82 fe 02 01 00 00 00 00"); // 513 bytes to come
    BOOST_TEST(server_is_told(header, {.max_message = 512}) == "error 1009 the message exceeds the size limit");
}

BOOST_AUTO_TEST_CASE(fragments_are_summed_up)
{
    const parser_limits limits{.max_message = 10};
    const auto first = from_client(opcode::binary, "012345", false);
    BOOST_TEST(server_is_told(first + from_client(opcode::continuation, "6789"), limits) == "binary 0123456789");
    BOOST_TEST(server_is_told(first + from_client(opcode::continuation, "6789a"), limits) ==
               "error 1009 the message exceeds the size limit");
}

BOOST_AUTO_TEST_CASE(a_sum_that_would_overflow_is_too_big)
{
    const auto first = frame_from(role::server, opcode::binary, "012345", false);
    const auto claim = hex("80 7f 7f ff ff ff ff ff ff ff");
    BOOST_TEST(client_is_told(first + claim, {.max_message = 10}) == "error 1009 the message exceeds the size limit");
}

BOOST_AUTO_TEST_CASE(the_limit_is_per_message)
{
    const auto message = from_client(opcode::binary, "0123456", false) + from_client(opcode::continuation, "789");
    BOOST_TEST(server_is_told(message + message, {.max_message = 10, .max_fragments = 2}) ==
               "binary 0123456789; binary 0123456789");
}

BOOST_AUTO_TEST_CASE(control_frames_do_not_count_towards_a_message)
{
    const parser_limits limits{.max_message = 4, .max_fragments = 2};
    BOOST_TEST(server_is_told(from_client(opcode::binary, "ab", false) + from_client(opcode::ping, "ping!") +
                                  from_client(opcode::ping, "ping!") + from_client(opcode::continuation, "cd"),
                              limits) == "ping ping!; ping ping!; binary abcd");
}

BOOST_AUTO_TEST_CASE(empty_fragments_count)
{
    const parser_limits limits{.max_fragments = 3};
    const auto begin = from_client(opcode::text, "", false);
    const auto more = from_client(opcode::continuation, "", false);
    const auto end = from_client(opcode::continuation, "");
    BOOST_TEST(server_is_told(begin + more + end, limits) == "text");
    BOOST_TEST(server_is_told(begin + more + more + end, limits) == "error 1008 the message has too many fragments");
}

BOOST_AUTO_TEST_CASE(without_limits_a_large_message_arrives)
{
    const std::string large(2'000'000, 'x');
    BOOST_TEST((server_is_told(from_client(opcode::binary, large), {.max_message = 0, .max_fragments = 0}) ==
                "binary " + large));
}

// Memory and lifetime.

BOOST_AUTO_TEST_CASE(a_message_wholly_in_the_input_is_unmasked_there_and_not_copied)
{
    parser server{role::server};
    auto bytes = from_client(opcode::text, "first") + from_client(opcode::binary, "second");
    std::span<char> in{bytes};
    for (const auto* expected : {"first", "second"}) {
        const auto event = server.next(in);
        BOOST_TEST(event.payload == expected);
        BOOST_TEST(lies_in(event.payload, bytes));
    }
    BOOST_TEST(in.empty());
    BOOST_TEST(server.held_bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(a_claim_reserves_nothing)
{
    parser server{role::server, {.max_message = 0}};
    BOOST_TEST(told(server, hex("82 ff 00 00 01 00 00 00 00 00 00 00 00 00 61 62 63")) == ""); // of 2^40 bytes, three
    BOOST_TEST(server.held_bytes() < 64u);
}

BOOST_AUTO_TEST_CASE(an_idle_parser_owns_no_heap_whatever_came_before)
{
    parser server{role::server};
    const auto bytes = from_client(opcode::binary, std::string(5000, 'x'), false) +
                       from_client(opcode::ping, "in between") + from_client(opcode::continuation, "y");
    told_in_pieces(server, bytes, [] { return 7; });
    BOOST_TEST(server.held_bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(what_was_told_can_be_forgotten_before_the_next_bytes_come)
{
    parser server{role::server};
    auto first = from_client(opcode::binary, std::string(5000, 'x'));
    auto second = first.substr(3000);
    first.resize(3000);
    std::span<char> in{first};
    BOOST_TEST((server.next(in).what == parser::kind::need_more));
    server.forget_told(); // not this: it is only half there
    in = second;
    BOOST_TEST(server.next(in).payload.size() == 5000u);
    BOOST_TEST(server.held_bytes() >= 5000u);
    server.forget_told();
    BOOST_TEST(server.held_bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(a_gathered_message_is_valid_until_the_next_call)
{
    parser server{role::server};
    auto first = from_client(opcode::binary, "gathered");
    auto second = first.substr(9) + from_client(opcode::text, "next");
    first.resize(9);
    std::span<char> in{first};
    BOOST_TEST((server.next(in).what == parser::kind::need_more));
    std::ranges::fill(first, '?'); // the input may be reused
    in = second;
    BOOST_TEST(server.next(in).payload == "gathered");
    BOOST_TEST(server.next(in).payload == "next");
}

BOOST_AUTO_TEST_CASE(an_error_is_told_again_and_consumes_nothing)
{
    parser server{role::server};
    BOOST_TEST(told(server, hex(hello_unmasked)) == "error 1002 a frame from a client must be masked");
    auto more = hex(hello_masked);
    std::span<char> in{more};
    BOOST_TEST(describe(server.next(in)) == "error 1002 a frame from a client must be masked");
    BOOST_TEST(in.size() == more.size());
}

BOOST_AUTO_TEST_CASE(nothing_in_is_nothing_told)
{
    parser server{role::server};
    std::span<char> in;
    BOOST_TEST(describe(server.next(in)) == "need more");
}

BOOST_AUTO_TEST_SUITE_END()
