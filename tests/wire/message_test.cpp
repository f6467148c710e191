// message_test.cpp — envelopes in, described structs out, and the exact words of every fault.
#include <chorus/wire/message.hpp>

#include <boost/describe/class.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace chorus;

namespace {

struct say
{
    std::string text;
};
BOOST_DESCRIBE_STRUCT(say, (), (text))

struct position
{
    std::string epoch;
    std::uint64_t offset = 0;
};
BOOST_DESCRIBE_STRUCT(position, (), (epoch, offset))

struct everything
{
    bool flag = false;
    std::uint8_t byte = 0;
    std::int16_t small = 0;
    std::int64_t large = 0;
    std::uint64_t huge = 0;
    double real = 0;
    std::string text;
    std::vector<std::string> words;
    std::vector<position> positions;
    position since;
    json any;
};
BOOST_DESCRIBE_STRUCT(everything, (), (flag, byte, small, large, huge, real, text, words, positions, since, any))

struct maybe
{
    std::optional<std::int32_t> number;
    std::optional<position> since;
};
BOOST_DESCRIBE_STRUCT(maybe, (), (number, since))

struct nothing
{
};
BOOST_DESCRIBE_STRUCT(nothing, (), ())

struct base
{
    std::string room;
};
BOOST_DESCRIBE_STRUCT(base, (), (room))

struct derived : base
{
    std::string text;
};
BOOST_DESCRIBE_STRUCT(derived, (base), (text))

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

template <class T> std::string payload_fault(std::string_view payload)
{
    const envelope out = read(R"({"type":"t","payload":)" + std::string{payload} + "}");
    const auto value = out.payload.as<T>();
    BOOST_REQUIRE(!value);
    BOOST_TEST(value.error().code == "malformed");
    return value.error().message;
}

template <class T> std::string written(const T& value)
{
    std::string out;
    append_json(out, value);
    return out;
}

std::string nested(int depth) { return std::string(std::size_t(depth), '[') + std::string(std::size_t(depth), ']'); }

const std::string all_of_it =
    R"({"flag":true,"byte":255,"small":-32768,"large":-9223372036854775808,)"
    R"("huge":18446744073709551615,"real":0.5,"text":"t","words":["a","b"],)"
    R"("positions":[{"epoch":"x","offset":1}],"since":{"epoch":"y","offset":2},"any":[1,null]})";

} // namespace

BOOST_AUTO_TEST_SUITE(wire_message)

// --- reading envelopes

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

BOOST_AUTO_TEST_CASE(an_unknown_type_is_named_and_a_long_one_cut_at_a_character)
{
    BOOST_TEST((unknown_type("shout") == fault{"unknown_type", "unknown message type: shout"}));
    const std::string cut = unknown_type(std::string(63, 'x') + "\xC3\xB6").message;
    BOOST_TEST(cut == "unknown message type: " + std::string(63, 'x'));
}

// --- from JSON to structs

BOOST_AUTO_TEST_CASE(every_kind_of_member_is_read)
{
    const auto out = read_payload<everything>(all_of_it);
    BOOST_TEST(out.flag);
    BOOST_TEST(int{out.byte} == 255);
    BOOST_TEST(out.small == -32768);
    BOOST_TEST(out.large == std::numeric_limits<std::int64_t>::min());
    BOOST_TEST(out.huge == std::numeric_limits<std::uint64_t>::max());
    BOOST_TEST(out.real == 0.5);
    BOOST_TEST(out.words == (std::vector<std::string>{"a", "b"}), boost::test_tools::per_element());
    BOOST_TEST(out.positions.at(0).offset == 1U);
    BOOST_TEST(out.since.epoch == "y");
    BOOST_TEST((out.any == json{1, nullptr}));
}

BOOST_AUTO_TEST_CASE(what_was_read_is_written_the_same)
{
    BOOST_TEST(written(read_payload<everything>(all_of_it)) == all_of_it);
}

BOOST_AUTO_TEST_CASE(an_optional_member_may_be_missing_or_null)
{
    BOOST_TEST(!read_payload<maybe>("{}").number.has_value());
    BOOST_TEST(!read_payload<maybe>(R"({"number":null})").number.has_value());
    BOOST_TEST(read_payload<maybe>(R"({"number":-3})").number.value() == -3);
    BOOST_TEST(read_payload<maybe>(R"({"since":{"epoch":"e","offset":4}})").since->offset == 4U);
}

BOOST_AUTO_TEST_CASE(a_number_with_a_fraction_or_without_fits_a_double)
{
    BOOST_TEST(*from_json<double>(json(2)) == 2.0);
    BOOST_TEST(*from_json<double>(json(18446744073709551615U)) == 18446744073709551615.0);
}

BOOST_AUTO_TEST_CASE(a_string_keeps_its_zero_bytes_and_its_pairs_of_surrogates)
{
    using namespace std::string_literals;
    BOOST_TEST(read_payload<say>(R"({"text":"a\u0000b"})").text == "a\0b"s);
    BOOST_TEST(read_payload<say>(R"({"text":"\ud83d\ude00"})").text == "\xF0\x9F\x98\x80");
}

BOOST_AUTO_TEST_CASE(a_struct_without_members_takes_any_object)
{
    BOOST_TEST(from_json<nothing>(json{{"x", 1}}).has_value());
    BOOST_TEST(!from_json<nothing>(json(1)).has_value());
    BOOST_TEST(written(nothing{}) == "{}");
}

BOOST_AUTO_TEST_CASE(members_of_a_base_count)
{
    const auto out = read_payload<derived>(R"({"room":"r","text":"t"})");
    BOOST_TEST(out.room == "r");
    BOOST_TEST(written(out) == R"({"room":"r","text":"t"})");
}

BOOST_AUTO_TEST_CASE(the_root_of_the_path_can_be_named)
{
    BOOST_TEST(from_json<say>(json(1), "body").error().message ==
               "malformed message: body: expected object, got number");
    BOOST_TEST(from_json<bool>(json(1), "").error().message == "malformed message: expected boolean, got number");
}

BOOST_AUTO_TEST_CASE(a_fault_names_the_path_the_expectation_and_what_came)
{
    BOOST_TEST(payload_fault<say>("{}") == "malformed message: payload.text: missing");
    BOOST_TEST(payload_fault<say>(R"({"text":7})") == "malformed message: payload.text: expected string, got number");
    BOOST_TEST(payload_fault<say>(R"({"text":null})") == "malformed message: payload.text: expected string, got null");
    BOOST_TEST(payload_fault<say>(R"({"Text":"x"})") == "malformed message: payload.text: missing");
    BOOST_TEST(payload_fault<maybe>(R"({"since":[]})") ==
               "malformed message: payload.since: expected object, got array");
    BOOST_TEST(payload_fault<maybe>(R"({"since":{"epoch":"e","offset":"1"}})") ==
               "malformed message: payload.since.offset: expected integer, got string");
}

BOOST_AUTO_TEST_CASE(the_first_thing_that_is_wrong_is_the_one_that_is_named)
{
    BOOST_TEST(payload_fault<position>("{}") == "malformed message: payload.epoch: missing");
}

BOOST_AUTO_TEST_CASE(elements_are_named_by_their_index)
{
    const json words{"a", "b", 3};
    BOOST_TEST(from_json<std::vector<std::string>>(words, "words").error().message ==
               "malformed message: words[2]: expected string, got number");
    const json positions{{{"epoch", "e"}, {"offset", 1}}, {{"epoch", "e"}}};
    BOOST_TEST(from_json<std::vector<position>>(positions, "list").error().message ==
               "malformed message: list[1].offset: missing");
    BOOST_TEST(from_json<std::vector<int>>(json("x"), "list").error().message ==
               "malformed message: list: expected array, got string");
}

template <class T> std::string integer_fault(const json& value)
{
    const auto out = from_json<T>(value, "n");
    BOOST_REQUIRE(!out);
    return out.error().message.substr(std::string_view{"malformed message: n: expected "}.size());
}

BOOST_AUTO_TEST_CASE(an_integer_must_fit_its_type)
{
    BOOST_TEST(integer_fault<std::uint8_t>(300) == "integer between 0 and 255, got 300");
    BOOST_TEST(integer_fault<std::uint8_t>(-1) == "integer between 0 and 255, got -1");
    BOOST_TEST(integer_fault<std::int8_t>(128) == "integer between -128 and 127, got 128");
    BOOST_TEST(integer_fault<std::int8_t>(-129) == "integer between -128 and 127, got -129");
    BOOST_TEST(integer_fault<std::uint64_t>(-1) == "integer between 0 and 18446744073709551615, got -1");
    BOOST_TEST(integer_fault<std::int64_t>(9223372036854775808U) ==
               "integer between -9223372036854775808 and 9223372036854775807, got 9223372036854775808");
    BOOST_TEST(integer_fault<std::uint8_t>(1.5) == "integer between 0 and 255, got 1.5");
    BOOST_TEST(integer_fault<std::uint8_t>("7") == "integer, got string");
    BOOST_TEST(integer_fault<std::uint8_t>(true) == "integer, got boolean");
}

// --- from values to JSON

BOOST_AUTO_TEST_CASE(strings_are_escaped_so_that_they_stay_strings)
{
    BOOST_TEST(written(std::string{"a\"b\\c"}) == R"("a\"b\\c")");
    BOOST_TEST(written(std::string{"\n\r\t\x01\x1f"}) == R"("\n\r\t\u0001\u001f")");
    BOOST_TEST(written(std::string(1, '\0')) == R"("\u0000")");
    BOOST_TEST(written(std::string{"\x7F \xC3\xB6 \xF0\x9F\x98\x80"}) == "\"\x7F \xC3\xB6 \xF0\x9F\x98\x80\"");
}

BOOST_AUTO_TEST_CASE(a_special_character_is_found_at_every_place_of_a_long_string)
{
    for (const char special : {'"', '\\', '\n', '\x1f', '\0'})
        for (std::size_t place = 0; place < 40; ++place) {
            std::string text(40, '\x20');
            text[place] = special;
            const json back = read(R"({"type":"t","payload":{"x":)" + written(text) + "}}").payload.as<json>().value();
            BOOST_TEST(back.at("x").as_string() == text);
        }
}

BOOST_AUTO_TEST_CASE(text_that_is_not_utf8_comes_out_with_replacement_characters)
{
    BOOST_TEST(written(std::string{"a\xFFz"}) == "\"a\xEF\xBF\xBDz\"");
    BOOST_TEST(written(std::string{"\xC3"}) == "\"\xEF\xBF\xBD\"");
    BOOST_TEST(written(std::string{"\xC3\xB6\xED\xA0\x80"}) == "\"\xC3\xB6\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    BOOST_TEST(written(json{{"\xFF", "\xFF"}}) == "{\"\xEF\xBF\xBD\":\"\xEF\xBF\xBD\"}");
}

BOOST_AUTO_TEST_CASE(numbers_are_written_shortest_and_what_is_not_finite_as_null)
{
    BOOST_TEST(written(0.1) == "0.1");
    BOOST_TEST(written(1e300) == "1e+300");
    BOOST_TEST(written(std::numeric_limits<double>::infinity()) == "null");
    BOOST_TEST(written(std::numeric_limits<double>::quiet_NaN()) == "null");
    BOOST_TEST(written(json(std::numeric_limits<double>::infinity())) == "null");
    BOOST_TEST(written(std::uint8_t{7}) == "7");
    BOOST_TEST(written(std::int8_t{-7}) == "-7");
}

BOOST_AUTO_TEST_CASE(an_empty_optional_is_left_out_of_a_struct_and_null_elsewhere)
{
    BOOST_TEST(written(maybe{}) == "{}");
    BOOST_TEST(written(maybe{{}, position{"e", 1}}) == R"({"since":{"epoch":"e","offset":1}})");
    BOOST_TEST(written(std::vector<std::optional<int>>{1, {}}) == "[1,null]");
}

BOOST_AUTO_TEST_CASE(values_of_any_shape_are_written)
{
    const json value{{"a", nullptr}, {"b", {true, false, -1, 2U, 0.5, "x"}}, {"c", json(boost::json::object{})}};
    BOOST_TEST(written(value) == R"({"a":null,"b":[true,false,-1,2,0.5,"x"],"c":{}})");
    BOOST_TEST(written(std::vector<bool>{true, false}) == "[true,false]");
    BOOST_TEST(written("literal") == R"("literal")");
}

// --- writing envelopes

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
