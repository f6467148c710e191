// lines_test.cpp — how the kit puts into lines what somebody heard.
#include <chorus/test/lines.hpp>
#include <chorus/wire/binary_envelope.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(test_lines)

namespace {

std::string line_of_binary(binary_type type, std::string_view payload)
{
    const auto bytes = make_binary_envelope(type, payload);
    return line_of({.what = parser::kind::message, .op = opcode::binary, .payload = bytes});
}

} // namespace

BOOST_AUTO_TEST_CASE(an_envelope_is_its_type_payload_and_id)
{
    BOOST_TEST(line_of_envelope(R"({"type":"say","payload":{"text":"hi"}})") == R"(say {"text":"hi"})");
    BOOST_TEST(line_of_envelope(R"({"type":"say","payload":{},"id":"a"})") == "say {} #a");
    BOOST_TEST(line_of_envelope(R"({"type":"ok","payload":{"value":7},"id":1})") == R"(ok {"value":7} #1)");
}

BOOST_AUTO_TEST_CASE(what_a_hub_tells_is_put_briefly)
{
    BOOST_TEST(line_of_envelope(R"({"type":"left","payload":{"room":"tea"},"id":3})") == "left tea #3");
    BOOST_TEST(line_of_envelope(R"({"type":"ok","payload":{"room":"tea","offset":5}})") == "ok tea 5");
    BOOST_TEST(line_of_envelope(R"({"type":"gap","payload":{"room":"tea","from":2,"to":4}})") == "gap tea 2 4");
    BOOST_TEST(line_of_envelope(R"({"type":"presence","payload":{"room":"tea","user":"ann","event":"join"}})") ==
               "presence tea ann join");
    BOOST_TEST(line_of_envelope(R"({"type":"joined","payload":{"room":"tea","epoch":"x","offset":4,"recovered":true,)"
                                R"("members":["ann"],"member_count":1,"messages":[{"offset":3},{"offset":4}]}})") ==
               "joined tea at 4 recovered 3 4");
}

BOOST_AUTO_TEST_CASE(a_service_may_use_a_hubs_words_for_something_else)
{
    for (const std::string text : {R"(joined {"team":"red"})", R"(left {"room":"tea","why":"late"})", R"(gap {})"}) {
        const auto space = text.find(' ');
        BOOST_TEST(line_of_envelope(R"({"type":")" + text.substr(0, space) + R"(","payload":)" +
                                    text.substr(space + 1) + "}") == text);
    }
}

BOOST_AUTO_TEST_CASE(other_text_stays_as_it_is)
{
    for (const std::string text : {"", "hello", "[1]", "{}", R"({"type":"say"})", R"({"type":1,"payload":{}})"})
        BOOST_TEST(line_of_envelope(text) == text);
}

BOOST_AUTO_TEST_CASE(where_only_who_hears_what_matters_chat_is_its_words)
{
    BOOST_TEST(line_of_text(R"({"type":"chat","payload":{"room":"tea","offset":5,"text":"hi"},"id":1})") ==
               "tea 5 hi #1");
    BOOST_TEST(line_of_text(R"({"type":"chat","payload":{"text":"hi"}})") == "everyone hi");
    BOOST_TEST(line_of_text(R"({"type":"error","payload":{"code":"bad_room","message":"no"}})") == "error bad_room");
    BOOST_TEST(line_of_text("hi") == "hi");
}

BOOST_AUTO_TEST_CASE(the_binary_protocol_gives_the_same_lines)
{
    BOOST_TEST(line_of_binary(binary_type::ok, R"({"room":"tea","offset":5,"id":7})") == "ok tea 5 #7");
    BOOST_TEST(line_of_binary(binary_type::chat, R"({"text":"hi"})") == R"(chat {"text":"hi"})");
    BOOST_TEST(line_of({.what = parser::kind::message, .op = opcode::binary, .payload = "ab"}) == "binary ab");
}

BOOST_AUTO_TEST_CASE(only_texts_are_taken_apart)
{
    const auto count = [](opcode op, std::string_view payload) {
        return test::apart({.what = parser::kind::message, .op = op, .payload = payload}).size();
    };
    BOOST_TEST(count(opcode::text, "one\ntwo\nthree") == 3U);
    BOOST_TEST(count(opcode::text, "one") == 1U);
    BOOST_TEST(count(opcode::text, "") == 1U);
    BOOST_TEST(count(opcode::binary, "one\ntwo") == 1U);
    BOOST_TEST(test::apart({.what = parser::kind::close, .payload = "bye\nbye"}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(lines_compare_and_print_as_one_text)
{
    const lines two{"tea 1 hi", "left tea"};
    BOOST_TEST(two == "tea 1 hi; left tea");
    BOOST_TEST(!(two == "tea 1 hi"));
    std::ostringstream printed;
    printed << two;
    BOOST_TEST(printed.str() == "tea 1 hi; left tea");
    BOOST_TEST((lines{} == ""));
}

BOOST_AUTO_TEST_SUITE_END()
