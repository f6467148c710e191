// message_test.cpp — envelopes in and out, and the exact words of every fault.
#include <chorus/wire/message.hpp>

#include <boost/describe/class.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace chorus;

BOOST_AUTO_TEST_SUITE(wire_message)

namespace {

struct say
{
    std::string text;
};
BOOST_DESCRIBE_STRUCT(say, (), (text))

envelope read(std::string_view text)
{
    auto out = read_envelope(text);
    BOOST_REQUIRE_MESSAGE(out, (out ? "" : out.error().message));
    return std::move(*out);
}

template <class T> T read_payload(std::string_view payload)
{
    const envelope out = read(R"({"type":"t","payload":)" + std::string{payload} + "}");
    auto value = out.payload.as<T>();
    BOOST_REQUIRE_MESSAGE(value, (value ? "" : value.error().message));
    return *value;
}

std::string nested(int depth) { return std::string(std::size_t(depth), '[') + std::string(std::size_t(depth), ']'); }

} // namespace

BOOST_AUTO_TEST_CASE(an_envelope_gives_type_payload_and_id)
{
    const envelope out = read(R"({"type":"chat","payload":{"text":"hi"},"id":"a1"})");
    BOOST_TEST(out.type == "chat");
    BOOST_TEST((out.payload.as<json>().value() == json{{"text", "hi"}}));
    BOOST_TEST((out.id == json("a1")));
}

BOOST_AUTO_TEST_CASE(a_missing_payload_is_an_empty_object_and_a_missing_or_null_id_is_none)
{
    BOOST_TEST(read_envelope(R"({"type":"ping"})")->payload.as<json>()->as_object().empty());
    BOOST_TEST(!read(R"({"type":"ping"})").id.has_value());
    BOOST_TEST(!read(R"({"type":"ping","id":null})").id.has_value());
}

BOOST_AUTO_TEST_CASE(an_id_is_a_string_of_64_bytes_or_any_integer)
{
    const std::string longest(64, 'i');
    BOOST_TEST((read(R"({"type":"t","id":")" + longest + "\"}").id == json(longest)));
    BOOST_TEST((read(R"({"type":"t","id":-1})").id == json(-1)));
    BOOST_TEST((read(R"({"type":"t","id":18446744073709551615})").id == json(18446744073709551615U)));
}

BOOST_AUTO_TEST_CASE(of_duplicate_keys_the_last_wins_and_unknown_keys_are_ignored)
{
    const envelope out = read(R"({"type":"a","x":[{}],"type":"b","payload":{"text":"one","y":1,"text":"two"}})");
    BOOST_TEST(out.type == "b");
    BOOST_TEST(out.payload.as<say>()->text == "two");
}

BOOST_AUTO_TEST_CASE(all_but_the_unread_payload_outlives_the_next_envelope_of_the_thread)
{
    const std::string name(40, 'n');
    const envelope first = read(R"({"type":")" + name + R"(","id":")" + name + "\"}");
    const say kept = read_payload<say>(R"({"text":")" + name + "\"}");
    const json untyped = read_payload<json>(R"({"k":")" + name + "\"}");
    const json copy = untyped;
    for (int each = 0; each < 3; ++each)
        read(R"({"type":"other","payload":{"text":")" + std::string(20'000, 'x') + "\"}}");
    BOOST_TEST(first.type == name);
    BOOST_TEST((first.id == json(name)));
    BOOST_TEST(kept.text == name);
    BOOST_TEST((copy == json{{"k", name}}));
}

BOOST_AUTO_TEST_CASE(nesting_is_read_to_a_depth_of_32)
{
    const auto around = [](int depth) { return R"({"type":"t","payload":{"x":)" + nested(depth) + "}}"; };
    BOOST_TEST(read_envelope(around(30)).has_value());
    const auto deeper = read_envelope(around(31));
    BOOST_REQUIRE(!deeper);
    BOOST_TEST(deeper.error().code == "invalid_json");
}

std::string object_of(int members)
{
    std::string text = "{";
    for (int each = 0; each < members; ++each)
        text += (each == 0 ? "\"k" : ",\"k") + std::to_string(each) + "\":0";
    return text + "}";
}

// One more than that, and it could be made of keys that all collide.
BOOST_AUTO_TEST_CASE(an_object_has_at_most_1024_members_wherever_it_stands)
{
    const auto around = [](const std::string& value) { return R"({"type":"t","payload":{"x":)" + value + "}}"; };
    BOOST_TEST(read_envelope(around(object_of(1024))).has_value());
    BOOST_TEST(read_envelope(around("[" + object_of(1024) + "," + object_of(1024) + "]")).has_value());
    for (const auto& text : {around(object_of(1025)), around("[0," + object_of(1025) + "]"), object_of(1025)}) {
        const auto out = read_envelope(text);
        BOOST_REQUIRE(!out);
        BOOST_TEST(out.error().code == "invalid_json");
        BOOST_TEST(out.error().message == "invalid JSON: an object with more than 1024 members");
    }
    BOOST_TEST(read_envelope(R"({"type":"t"})").has_value()); // the parser goes on after that
}

struct wrong_text
{
    std::string text;
    std::string_view begins; // of the fault's message
    friend std::ostream& operator<<(std::ostream& out, const wrong_text& each)
    {
        return out << each.text.substr(0, 60);
    }
};

const wrong_text not_json[] = {
    {"", "invalid JSON"},
    {"hello", "invalid JSON"},
    {"{", "invalid JSON"},
    {R"({"type":"t"} x)", "invalid JSON"},
    {R"({"type":"t",})", "invalid JSON"},
    {R"({'type':'t'})", "invalid JSON"},
    {R"({"type":"t"/**/})", "invalid JSON"},
    {"{\"type\":\"a\nb\"}", "invalid JSON"},
    {"{\"type\":\"\xff\"}", "invalid JSON"},
    {"{\"type\":\"\xed\xa0\x80\"}", "invalid JSON"}, // a surrogate in UTF-8
    {R"({"type":"\ud800"})", "invalid JSON"},
    {R"({"type":"\udc00"})", "invalid JSON"},
    {R"({"type":"\ud800\u0041"})", "invalid JSON"},
    {R"({"type":"t","payload":{"x":NaN}})", "invalid JSON"},
    {R"({"type":"t","payload":{"x":01}})", "invalid JSON"},
    {R"({"type":"t","payload":{"x":1e999}})", "invalid JSON: number out of range"},
    {R"({"type":"t","payload":{"x":[0,{"y":-1e999}]}})", "invalid JSON: number out of range"},
    {R"({"type":"t","unknown":1e999})", "invalid JSON: number out of range"},
    {R"({"type":"t","id":)" + std::string(400, '9') + "}", "invalid JSON: number out of range"},
    {R"({"type":"t","id":1e99999999999})", "invalid JSON: number out of range"},
    {std::string(100'000, '['), "invalid JSON"},
};

BOOST_DATA_TEST_CASE(what_is_not_json_is_invalid_json, boost::unit_test::data::make(not_json), wrong)
{
    const auto out = read_envelope(wrong.text);
    BOOST_REQUIRE(!out);
    BOOST_TEST(out.error().code == "invalid_json");
    BOOST_TEST(out.error().message.starts_with(wrong.begins), out.error().message);
}

const wrong_text no_envelopes[] = {
    {"[]", "malformed message: expected object, got array"},
    {"null", "malformed message: expected object, got null"},
    {"1", "malformed message: expected object, got number"},
    {"{}", "malformed message: type: missing"},
    {R"({"type":7})", "malformed message: type: expected string, got number"},
    {R"({"type":null})", "malformed message: type: expected string, got null"},
    {R"({"type":"t","payload":"x"})", "malformed message: payload: expected object, got string"},
    {R"({"type":"t","payload":[]})", "malformed message: payload: expected object, got array"},
    {R"({"type":"t","payload":null})", "malformed message: payload: expected object, got null"},
    {R"({"type":"t","id":{}})", "malformed message: id: expected string or integer, got object"},
    {R"({"type":"t","id":true})", "malformed message: id: expected string or integer, got boolean"},
    {R"({"type":"t","id":1.5})", "malformed message: id: expected string or integer, got number"},
    {R"({"type":"t","id":")" + std::string(65, 'i') + "\"}", "malformed message: id: longer than 64 bytes"},
};

BOOST_DATA_TEST_CASE(json_that_is_no_envelope_is_malformed, boost::unit_test::data::make(no_envelopes), wrong)
{
    const auto out = read_envelope(wrong.text);
    BOOST_REQUIRE(!out);
    BOOST_TEST(out.error().code == "malformed");
    BOOST_TEST(out.error().message == wrong.begins);
}

BOOST_AUTO_TEST_CASE(after_a_fault_the_next_envelope_reads_as_ever)
{
    BOOST_TEST(!read_envelope(R"({"type":"t","payload":{"text":"half)"));
    BOOST_TEST(read(R"({"type":"next"})").type == "next");
}

BOOST_AUTO_TEST_CASE(many_large_envelopes_take_no_more_memory_than_one)
{
    const std::string large = R"({"type":"t","payload":{"text":")" + std::string(20'000, 'x') + "\"}}";
    for (int round = 0; round < 100; ++round)
        BOOST_REQUIRE_NO_THROW(read(large)); // were the memory doubled each time, no machine would have it
}

BOOST_AUTO_TEST_CASE(an_unknown_type_is_named_and_a_long_one_cut_at_a_character)
{
    BOOST_TEST((unknown_type("shout") == fault{"unknown_type", "unknown message type: shout"}));
    const std::string cut = unknown_type(std::string(63, 'x') + "\xC3\xB6").message;
    BOOST_TEST(cut == "unknown message type: " + std::string(63, 'x'));
}

BOOST_AUTO_TEST_CASE(an_envelope_is_written_with_its_id_at_the_same_level)
{
    const json id = 7;
    BOOST_TEST(make_envelope("chat", "{\"text\":\"hi\"}") == R"({"type":"chat","payload":{"text":"hi"}})");
    BOOST_TEST(make_envelope("chat", "{}", &id) == R"({"type":"chat","payload":{},"id":7})");
    BOOST_TEST(make_envelope("chat", say{"hi"}, &id) == R"({"type":"chat","payload":{"text":"hi"},"id":7})");
    BOOST_TEST(make_envelope("chat", json{{"text", "hi"}}) == R"({"type":"chat","payload":{"text":"hi"}})");
}

BOOST_AUTO_TEST_CASE(the_value_of_a_fault_is_a_bug_and_throws)
{
    BOOST_CHECK_THROW(read_envelope("").value(), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
