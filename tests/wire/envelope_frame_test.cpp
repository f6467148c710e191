// envelope_frame_test.cpp — one message in two forms: JSON as it was made, and binary for those who speak it.
#include <chorus/wire/binary_envelope.hpp>
#include <chorus/wire/envelope_frame.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;

namespace {

// "16 {"room":"tea"}": the type's number and the payload.
std::string heard_in_binary(const shared_frame& message)
{
    const auto form = in_binary(message);
    if (form->op() != opcode::binary) return "as it is";
    const auto read = read_binary_envelope(form->payload());
    if (!read) return read.error().message;
    return std::to_string(static_cast<int>(read->type)) + " " + std::string(read->payload);
}

} // namespace

BOOST_AUTO_TEST_SUITE(wire_envelope_frame)

BOOST_AUTO_TEST_CASE(the_payload_is_the_same_in_both_forms)
{
    const auto message = make_envelope_frame("chat", json_text{R"({"text":"hi \"there\""})"});
    BOOST_TEST(message->payload() == R"({"type":"chat","payload":{"text":"hi \"there\""}})");
    BOOST_TEST(heard_in_binary(message) == R"(1 {"text":"hi \"there\""})");
}

BOOST_AUTO_TEST_CASE(in_binary_the_id_is_a_member_of_the_payload)
{
    const json number = 7, words = R"(a "},"id":)";
    BOOST_TEST(heard_in_binary(make_envelope_frame("ok", json_text{R"({"room":"tea"})"}, &number)) ==
               R"(16 {"room":"tea","id":7})");
    BOOST_TEST(heard_in_binary(make_envelope_frame("ok", json_text{"{}"}, &number)) == R"(16 {"id":7})");
    BOOST_TEST(heard_in_binary(make_envelope_frame("left", json_text{R"({"room":"}"})"}, &words)) ==
               R"(19 {"room":"}","id":"a \"},\"id\":"})");
    BOOST_TEST(heard_in_binary(make_envelope_frame("left", json_text{"{}"})) == "19 {}");
}

BOOST_AUTO_TEST_CASE(what_is_no_envelope_or_has_no_number_goes_as_it_is)
{
    BOOST_TEST(heard_in_binary(make_envelope_frame("say", json_text{"{}"})) == "as it is");
    BOOST_TEST(heard_in_binary(make_envelope_frame("ch\"at", json_text{"{}"})) == "as it is");
    BOOST_TEST(heard_in_binary(make_frame(opcode::text, R"({"type":"chat","payload":{}})")) == "as it is");
    const auto raw = make_frame(opcode::binary, "raw");
    BOOST_TEST(in_binary(raw) == raw);
}

BOOST_AUTO_TEST_CASE(the_binary_form_is_made_once_for_all)
{
    const auto message = make_envelope_frame("chat", json_text{R"({"text":"hi"})"});
    const auto form = in_binary(message);
    BOOST_TEST(in_binary(message) == form);
    BOOST_TEST(in_binary(form) == form);
    const auto unnumbered = make_envelope_frame("say", json_text{"{}"});
    BOOST_TEST(in_binary(unnumbered) == unnumbered);
    BOOST_TEST(in_binary(unnumbered) == unnumbered); // remembered, too
}

BOOST_AUTO_TEST_SUITE_END()
