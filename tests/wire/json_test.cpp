// json_test.cpp — JSON into described structs and back, and how a fault names what does not fit.
#include <chorus/wire/json.hpp>
#include <chorus/wire/strict_json.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <set>
#include <string>

using namespace chorus;

BOOST_AUTO_TEST_SUITE(wire_json)

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

struct rated
{
    bounded_text<1, 4> text;
    std::optional<bounded<int, 1, 5>> stars;
    bounded<double, 0.0, 1.0> share;
    bounded_list<bounded_text<1, 4>, 0, 2> tags;
    bounded<std::int8_t, -5, 5> deep;
};
BOOST_DESCRIBE_STRUCT(rated, (), (text, stars, share, tags, deep))

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

template <class T> T read(std::string_view text)
{
    auto value = from_json<T>(boost::json::parse(text));
    BOOST_REQUIRE_MESSAGE(value, (value ? "" : value.error().message));
    return *value;
}

template <class T> std::string fault_of(std::string_view text)
{
    const auto value = from_json<T>(boost::json::parse(text));
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

const std::string all_of_it =
    R"({"flag":true,"byte":255,"small":-32768,"large":-9223372036854775808,)"
    R"("huge":18446744073709551615,"real":0.5,"text":"t","words":["a","b"],)"
    R"("positions":[{"epoch":"x","offset":1}],"since":{"epoch":"y","offset":2},"any":[1,null]})";

} // namespace

// --- from JSON to structs

// Keys are hashed under that address, so who knows it can make them collide.
BOOST_AUTO_TEST_CASE(where_a_large_object_lies_cannot_be_told_from_where_the_last_one_lay)
{
    std::string text = "{\"0\":0";
    for (int key = 1; key < 1000; ++key)
        text += ",\"" + std::to_string(key) + "\":0";
    text += '}';
    std::set<std::uintptr_t> places;
    for (int message = 0; message < 64; ++message) {
        const auto object = parse_strictly(text);
        BOOST_REQUIRE(object);
        places.insert(reinterpret_cast<std::uintptr_t>(object->as_object().begin()) % 1024);
    }
    BOOST_TEST(places.size() > 16U);
}

BOOST_AUTO_TEST_CASE(every_kind_of_member_is_read)
{
    const auto out = read<everything>(all_of_it);
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
    BOOST_TEST(written(read<everything>(all_of_it)) == all_of_it);
}

BOOST_AUTO_TEST_CASE(an_optional_member_may_be_missing_or_null)
{
    BOOST_TEST(!read<maybe>("{}").number.has_value());
    BOOST_TEST(!read<maybe>(R"({"number":null})").number.has_value());
    BOOST_TEST(read<maybe>(R"({"number":-3})").number.value() == -3);
    BOOST_TEST(read<maybe>(R"({"since":{"epoch":"e","offset":4}})").since->offset == 4U);
}

BOOST_AUTO_TEST_CASE(a_number_with_a_fraction_or_without_fits_a_double)
{
    BOOST_TEST(*from_json<double>(json(2)) == 2.0);
    BOOST_TEST(*from_json<double>(json(18446744073709551615U)) == 18446744073709551615.0);
}

BOOST_AUTO_TEST_CASE(a_string_keeps_its_zero_bytes_and_its_pairs_of_surrogates)
{
    using namespace std::string_literals;
    BOOST_TEST(read<say>(R"({"text":"a\u0000b"})").text == "a\0b"s);
    BOOST_TEST(read<say>(R"({"text":"\ud83d\ude00"})").text == "\xF0\x9F\x98\x80");
}

BOOST_AUTO_TEST_CASE(a_struct_without_members_takes_any_object)
{
    BOOST_TEST(from_json<nothing>(json{{"x", 1}}).has_value());
    BOOST_TEST(!from_json<nothing>(json(1)).has_value());
    BOOST_TEST(written(nothing{}) == "{}");
}

BOOST_AUTO_TEST_CASE(members_of_a_base_count)
{
    const auto out = read<derived>(R"({"room":"r","text":"t"})");
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
    BOOST_TEST(fault_of<say>("{}") == "malformed message: payload.text: missing");
    BOOST_TEST(fault_of<say>(R"({"text":7})") == "malformed message: payload.text: expected string, got number");
    BOOST_TEST(fault_of<say>(R"({"text":null})") == "malformed message: payload.text: expected string, got null");
    BOOST_TEST(fault_of<say>(R"({"Text":"x"})") == "malformed message: payload.text: missing");
    BOOST_TEST(fault_of<maybe>(R"({"since":[]})") == "malformed message: payload.since: expected object, got array");
    BOOST_TEST(fault_of<maybe>(R"({"since":{"epoch":"e","offset":"1"}})") ==
               "malformed message: payload.since.offset: expected integer, got string");
}

BOOST_AUTO_TEST_CASE(the_first_thing_that_is_wrong_is_the_one_that_is_named)
{
    BOOST_TEST(fault_of<position>("{}") == "malformed message: payload.epoch: missing");
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
            BOOST_TEST(read<std::string>(written(text)) == text);
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

BOOST_AUTO_TEST_CASE(what_lies_within_its_bounds_is_read_and_written)
{
    const auto read =
        from_json<rated>(boost::json::parse(R"({"text":"abc","stars":5,"share":0.5,"tags":["a"],"deep":-3})"));
    BOOST_REQUIRE(read);
    BOOST_TEST(read->text.value == "abc");
    BOOST_TEST(*read->stars == 5);
    BOOST_TEST(read->tags.value.size() == 1U);
    std::string text;
    append_json(text, *read);
    BOOST_TEST(text == R"({"text":"abc","stars":5,"share":0.5,"tags":["a"],"deep":-3})");
}

BOOST_AUTO_TEST_CASE(what_lies_outside_is_refused_by_its_name_what_it_is_and_what_it_may_be)
{
    const std::pair<std::string, std::string> cases[] = {
        {R"({"text":"","tags":[],"share":0,"deep":0})",
         "malformed message: payload.text: expected 1 to 4 bytes, got 0"},
        {R"({"text":"abcde","tags":[],"share":0,"deep":0})", "payload.text: expected 1 to 4 bytes, got 5"},
        {R"({"text":"a","tags":["a","b","c"],"share":0,"deep":0})", "payload.tags: expected 0 to 2 elements, got 3"},
        {R"({"text":"a","tags":["a","bcdef"],"share":0,"deep":0})", "payload.tags[1]: expected 1 to 4 bytes, got 5"},
        {R"({"text":"a","tags":[],"stars":0,"share":0,"deep":0})",
         "malformed message: payload.stars: expected a number from 1 to 5, got 0"},
        {R"({"text":"a","tags":[],"stars":6,"share":0,"deep":0})",
         "malformed message: payload.stars: expected a number from 1 to 5, got 6"},
        {R"({"text":"a","tags":[],"share":1.5,"deep":0})",
         "malformed message: payload.share: expected a number from 0 to 1, got 1.5"},
        {R"({"text":"a","tags":[],"share":0,"deep":-6})",
         "malformed message: payload.deep: expected a number from -5 to 5, got -6"},
        {R"({"text":7,"tags":[],"share":0,"deep":0})", "malformed message: payload.text: expected string, got number"},
        {R"({"tags":[],"share":0,"deep":0})", "malformed message: payload.text: missing"},
    };
    for (const auto& [text, words] : cases) {
        const auto read = from_json<rated>(boost::json::parse(text));
        BOOST_REQUIRE(!read);
        BOOST_TEST(read.error().message == words);
        BOOST_TEST(read.error().code == (words.starts_with("malformed") ? "malformed" : "too_long"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
