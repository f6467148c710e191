// binary_envelope_test.cpp — binary envelopes byte by byte: what is read, what is written, and what is refused.
#include <chorus/wire/binary_envelope.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(wire_binary_envelope)

namespace {

constexpr binary_type every_type[] = {binary_type::chat,   binary_type::join,         binary_type::leave,
                                      binary_type::token,  binary_type::ok,           binary_type::error,
                                      binary_type::joined, binary_type::left,         binary_type::presence,
                                      binary_type::gap,    binary_type::token_expired};

fault refused(std::string_view bytes)
{
    const auto read = read_binary_envelope(bytes);
    BOOST_REQUIRE(read.has_error());
    return read.error();
}

} // namespace

BOOST_AUTO_TEST_CASE(a_chat_is_its_type_its_length_and_its_payload)
{
    const auto bytes = "\x01\0\0\0\x0d"s + R"({"text":"hi"})";
    BOOST_TEST(make_binary_envelope(binary_type::chat, R"({"text":"hi"})") == bytes);
    const auto read = read_binary_envelope(bytes);
    BOOST_REQUIRE(read.has_value());
    BOOST_CHECK(read->type == binary_type::chat);
    BOOST_TEST(read->payload == R"({"text":"hi"})");
}

BOOST_AUTO_TEST_CASE(the_payload_is_a_view_into_what_was_read)
{
    const auto bytes = make_binary_envelope(binary_type::join, "{}");
    BOOST_TEST(read_binary_envelope(bytes)->payload.data() == bytes.data() + binary_header_size);
}

BOOST_AUTO_TEST_CASE(the_length_is_big_endian_and_counts_every_byte)
{
    const std::string payload(0x01'02'03, '\0');
    const auto bytes = make_binary_envelope(binary_type::gap, payload);
    BOOST_TEST(bytes.substr(0, binary_header_size) == "\x15\0\x01\x02\x03"s);
    BOOST_TEST(read_binary_envelope(bytes)->payload.size() == payload.size());
}

BOOST_AUTO_TEST_CASE(an_empty_payload_is_one)
{
    BOOST_TEST(make_binary_envelope(binary_type::ok, "") == "\x10\0\0\0\0"s);
    BOOST_TEST(read_binary_envelope("\x10\0\0\0\0"s)->payload == "");
}

BOOST_AUTO_TEST_CASE(what_is_shorter_than_a_header_is_refused)
{
    const auto whole = make_binary_envelope(binary_type::chat, "");
    for (std::size_t size = 0; size < binary_header_size; ++size) {
        const auto why = refused(whole.substr(0, size));
        BOOST_TEST(why.code == "malformed");
        BOOST_TEST(why.message == "message too short: got " + std::to_string(size) + " bytes, a header has 5");
    }
}

BOOST_AUTO_TEST_CASE(a_length_that_differs_from_the_bytes_present_is_refused)
{
    BOOST_TEST(refused("\x01\0\0\0\x03{}"s).message == "malformed message: payload: expected 3 bytes, got 2");
    BOOST_TEST(refused("\x01\0\0\0\x01{}"s).message == "malformed message: payload: expected 1 bytes, got 2");
    BOOST_TEST(refused("\x01\xff\xff\xff\xff{}"s).code == "malformed");
}

BOOST_AUTO_TEST_CASE(a_number_that_is_no_type_is_refused)
{
    for (const unsigned number : {0u, 5u, 15u, 23u, 255u}) {
        const auto why = refused(std::string{static_cast<char>(number)} + "\0\0\0\0"s);
        BOOST_TEST(why.code == "unknown_type");
        BOOST_TEST(why.message == "unknown message type: " + std::to_string(number));
    }
}

BOOST_AUTO_TEST_CASE(every_type_is_found_by_its_name_and_read_back)
{
    for (const auto type : every_type) {
        BOOST_CHECK(binary_type_of(name_of(type)) == type);
        BOOST_CHECK(read_binary_envelope(make_binary_envelope(type, "{}"))->type == type);
    }
    BOOST_TEST(!binary_type_of("").has_value());
    BOOST_TEST(!binary_type_of("say").has_value());
    BOOST_TEST(name_of(static_cast<binary_type>(5)) == "");
}

BOOST_AUTO_TEST_SUITE_END()
