// utf8_test.cpp — What is UTF-8, what only looks like it, and how early that is known.
#include <chorus/wire/utf8.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace chorus;

namespace {

std::string encoded(std::uint32_t code)
{
    const auto tail = [&](unsigned shift) { return static_cast<char>(0x80 | (code >> shift & 0x3F)); };
    if (code < 0x80) return {static_cast<char>(code)};
    if (code < 0x800) return {static_cast<char>(0xC0 | code >> 6), tail(0)};
    if (code < 0x10000) return {static_cast<char>(0xE0 | code >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | code >> 18), tail(12), tail(6), tail(0)};
}

// How many bytes are taken before one is refused.
std::size_t refused_at(std::string_view text)
{
    utf8_validator validator;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (!validator.feed(text.substr(i, 1))) return i;
    return text.size();
}

} // namespace

BOOST_AUTO_TEST_SUITE(wire_utf8)

BOOST_AUTO_TEST_CASE(every_code_point_is_valid_and_every_surrogate_is_not)
{
    for (std::uint32_t code = 0; code <= 0x10FFFF; ++code) {
        const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (is_utf8(encoded(code)) == surrogate) BOOST_ERROR("code point " << code);
    }
}

BOOST_AUTO_TEST_CASE(overlong_forms_are_refused)
{
    for (const auto* text :
         {"\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf"})
        BOOST_TEST(!is_utf8(text));
}

BOOST_AUTO_TEST_CASE(nothing_lies_above_10ffff)
{
    BOOST_TEST(is_utf8("\xf4\x8f\xbf\xbf"));
    for (const auto* text : {"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff"})
        BOOST_TEST(!is_utf8(text));
}

BOOST_AUTO_TEST_CASE(a_continuation_byte_needs_a_beginning_and_a_beginning_its_continuation)
{
    for (const auto* text :
         {"\x80", "\xbf", "a\x80", "\xc3(", "\xe2\x82(", "\xe2(\xa1", "\xf0\x9f\x98(", "\xc3\xc3\xa9"})
        BOOST_TEST(!is_utf8(text));
}

BOOST_AUTO_TEST_CASE(a_text_may_not_end_inside_a_character)
{
    for (const auto* text : {"\xc3", "\xe2\x82", "\xf0\x9f\x98", "ok \xf0"}) {
        utf8_validator validator;
        BOOST_TEST(validator.feed(text));
        BOOST_TEST(!validator.complete());
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_byte_is_refused_as_soon_as_it_is_seen)
{
    BOOST_TEST(refused_at("\xed\xa0\x80") == 1u);     // a surrogate is known at its second byte
    BOOST_TEST(refused_at("\xe0\x80\x80") == 1u);     // and so is an overlong form
    BOOST_TEST(refused_at("\xf4\x90\x80\x80") == 1u); // and what is too high
    BOOST_TEST(refused_at("abc\xff") == 3u);
    BOOST_TEST(refused_at("\xe2\x82z") == 2u);
}

BOOST_AUTO_TEST_CASE(a_text_cut_anywhere_is_the_same_text)
{
    const std::string text = "plain, \xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5, \xf0\x9f\x98\x80 and plain again";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        utf8_validator validator;
        BOOST_TEST(validator.feed(std::string_view{text}.substr(0, cut)));
        BOOST_TEST(validator.feed(std::string_view{text}.substr(cut)));
        BOOST_TEST(validator.complete());
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_byte_is_found_at_every_place_in_a_long_text)
{
    for (std::size_t at = 0; at < 100; ++at) {
        std::string text(100, 'a');
        BOOST_TEST(is_utf8(text));
        text[at] = '\x80';
        BOOST_TEST(!is_utf8(text));
    }
}

BOOST_AUTO_TEST_CASE(controls_separators_and_turns_of_direction_are_found_and_nothing_else)
{
    const auto is_control = [](std::uint32_t code) {
        return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C || code == 0x200E || code == 0x200F ||
               (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    };
    for (std::uint32_t code = 0; code <= 0x10FFFF; ++code) {
        if (code >= 0xD800 && code <= 0xDFFF) continue; // no characters
        const auto text = "a" + encoded(code) + "z";
        if (has_control(text) != is_control(code)) BOOST_ERROR("code point " << code);
    }
}

BOOST_AUTO_TEST_CASE(a_prefix_does_not_cut_a_character)
{
    const std::string_view text = "ab\xe2\x82\xac";
    BOOST_TEST(utf8_prefix(text, 9) == text);
    BOOST_TEST(utf8_prefix(text, 5) == text);
    for (const std::size_t size : {4u, 3u, 2u})
        BOOST_TEST(utf8_prefix(text, size) == "ab");
    BOOST_TEST(utf8_prefix(text, 1) == "a");
    BOOST_TEST(utf8_prefix("\xe2\x82\xac", 2) == "");
}

BOOST_AUTO_TEST_SUITE_END()
