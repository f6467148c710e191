// autobahn_test.cpp — Cases from sections 1 to 7 of the Autobahn test suite, as a server hears them.
#include "parsing.hpp"

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(wire_autobahn)

BOOST_AUTO_TEST_CASE(section_1_messages_of_every_kind_of_length)
{
    for (const auto op : {opcode::text, opcode::binary})
        for (const std::size_t size : {0u, 125u, 126u, 127u, 128u, 65535u, 65536u}) {
            const std::string payload(size, '*');
            parser server{role::server};
            const auto heard = told_in_pieces(server, from_client(op, payload), [] { return 997; });
            const std::string name = op == opcode::text ? "text" : "binary";
            BOOST_TEST((heard == (size == 0 ? name : name + " " + payload)), name << " of " << size);
        }
}

BOOST_AUTO_TEST_CASE(section_2_pings_carry_anything_up_to_125_bytes)
{
    BOOST_TEST(server_is_told(from_client(opcode::ping, "")) == "ping");
    BOOST_TEST(server_is_told(from_client(opcode::ping, "\xff\xfe\xfd\xfc")) == "ping \xff\xfe\xfd\xfc");
    BOOST_TEST(server_is_told(from_client(opcode::ping, std::string(125, '\xfe'))) ==
               "ping " + std::string(125, '\xfe'));
    BOOST_TEST(server_is_told(from_client(opcode::ping, std::string(126, '\xfe'))).starts_with("error 1002"));
    BOOST_TEST(server_is_told(from_client(opcode::pong, "unasked") + from_client(opcode::ping, "x")) ==
               "pong unasked; ping x");
}

BOOST_AUTO_TEST_CASE(section_3_reserved_bits_end_it_and_what_came_before_is_told)
{
    for (const int bits : {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70}) {
        auto reserved = from_client(opcode::text, "second");
        reserved[0] = static_cast<char>(reserved[0] | bits);
        BOOST_TEST(server_is_told(from_client(opcode::text, "first") + reserved + from_client(opcode::ping, ""))
                       .starts_with("text first; error 1002"));
    }
}

BOOST_AUTO_TEST_CASE(section_4_reserved_opcodes_with_and_without_a_payload)
{
    for (const int op : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
        for (const auto* payload : {"", "reserved"})
            BOOST_TEST(
                server_is_told(from_client(opcode::text, "first") + from_client(static_cast<opcode>(op), payload)) ==
                "text first; error 1002 the opcode is reserved");
}

BOOST_AUTO_TEST_CASE(section_5_fragments)
{
    const auto first = from_client(opcode::text, "fragment1", false);
    const auto last = from_client(opcode::continuation, "fragment2");
    BOOST_TEST(server_is_told(first + last) == "text fragment1fragment2"); // 5.3
    BOOST_TEST(server_is_told(first + from_client(opcode::ping, "p") + last) ==
               "ping p; text fragment1fragment2");                                                        // 5.6
    BOOST_TEST(server_is_told(from_client(opcode::ping, "f", false) + last).starts_with("error 1002"));   // 5.1
    BOOST_TEST(server_is_told(last + from_client(opcode::text, "Hello")).starts_with("error 1002"));      // 5.9
    BOOST_TEST(server_is_told(first + from_client(opcode::text, "fragment2")).starts_with("error 1002")); // 5.18
}

BOOST_AUTO_TEST_CASE(section_5_19_pings_inside_a_message_of_five_fragments)
{
    const auto more = [](std::string_view text) { return from_client(opcode::continuation, text, false); };
    BOOST_TEST(server_is_told(from_client(opcode::text, "fragment1", false) + more("fragment2") +
                              from_client(opcode::ping, "pongme 1!") + more("fragment3") + more("fragment4") +
                              from_client(opcode::ping, "pongme 2!") +
                              from_client(opcode::continuation, "fragment5")) ==
               "ping pongme 1!; ping pongme 2!; text fragment1fragment2fragment3fragment4fragment5");
}

BOOST_AUTO_TEST_CASE(section_6_2_a_text_fragmented_inside_its_characters)
{
    const std::string text = "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!";
    std::string frames = from_client(opcode::text, "", false);
    for (const char byte : text)
        frames += from_client(opcode::continuation, {&byte, 1}, false);
    BOOST_TEST(server_is_told(frames + from_client(opcode::continuation, "")) == "text " + text);
}

BOOST_AUTO_TEST_CASE(section_6_4_a_wrong_text_is_refused_while_its_message_is_still_open)
{
    const std::string good = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
    const auto bad = from_client(opcode::text, good, false) +
                     from_client(opcode::continuation, "\xf4\x90\x80\x80", false); // no end in sight
    BOOST_TEST(server_is_told(bad) == "error 1007 a text message is not valid UTF-8");
}

BOOST_AUTO_TEST_CASE(section_7_close_frames)
{
    const auto empty = from_client(opcode::close, "");
    const std::string longest(123, '*');
    BOOST_TEST(server_is_told(empty + empty) == "close 1005");                         // 7.1.2
    BOOST_TEST(server_is_told(empty + from_client(opcode::ping, "")) == "close 1005"); // 7.1.3
    BOOST_TEST(server_is_told(from_client(opcode::text, "fragment1", false) + close_from_client(1000) +
                              from_client(opcode::continuation, "fragment2")) == "close 1000");            // 7.1.5
    BOOST_TEST(server_is_told(from_client(opcode::close, "a")).starts_with("error 1002"));                 // 7.3.2
    BOOST_TEST(server_is_told(close_from_client(1000, longest)) == "close 1000 " + longest);               // 7.3.5
    BOOST_TEST(server_is_told(close_from_client(1000, longest + "*")).starts_with("error 1002"));          // 7.3.6
    BOOST_TEST(server_is_told(close_from_client(1000, "\xce\xba\xed\xa0\x80")).starts_with("error 1007")); // 7.5.1
}

BOOST_AUTO_TEST_CASE(section_7_7_and_7_9_codes)
{
    for (const unsigned code :
         {1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 3000u, 3999u, 4000u, 4999u})
        BOOST_TEST(server_is_told(close_from_client(code)) == "close " + std::to_string(code));
    for (const unsigned code : {0u, 999u, 1004u, 1005u, 1006u, 1016u, 1100u, 2000u, 2999u})
        BOOST_TEST(server_is_told(close_from_client(code)).starts_with("error 1002"), code);
}

BOOST_AUTO_TEST_SUITE_END()
