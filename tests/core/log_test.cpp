// log_test.cpp — a log line says what happened, and a value can't pretend to be another line, field or terminal.
#include <chorus/core/log.hpp>
#include <chorus/core/log_line.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>
#include <string>
#include <vector>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_log)

using namespace std::chrono_literals;

namespace {

constexpr auto noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h + 3min + 4s + 56ms;

std::string line(log_format format, std::vector<field> fields)
{
    return format_line(format, noon, log_level::info, "event", fields);
}

// What one value looks like in a text line.
std::string text(std::string_view value)
{
    const std::string head = "2026-11-23T12:03:04.056Z info event key=";
    const std::string whole = line(log_format::text, {{"key", value}});
    BOOST_TEST(whole.starts_with(head));
    return whole.substr(head.size());
}

// What a program reads back from a JSON line.
std::string json(std::string_view value)
{
    const auto parsed = boost::json::parse(line(log_format::json_lines, {{"key", value}}));
    return std::string{parsed.at("key").as_string()};
}

struct restored_log
{
    ~restored_log()
    {
        redirect_log({});
        configure_log(log_level::info, log_format::text);
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_line_holds_time_level_event_and_fields)
{
    const std::string reason = "going away";
    BOOST_TEST(line(log_format::text, {{"code", 1001},
                                       {"bytes", std::numeric_limits<std::uint64_t>::max()},
                                       {"share", 0.25},
                                       {"clean", true},
                                       {"reason", reason},
                                       {"room", "lobby"}}) ==
               "2026-11-23T12:03:04.056Z info event code=1001 bytes=18446744073709551615 share=0.25 clean=true "
               "reason=\"going away\" room=lobby");
}

BOOST_AUTO_TEST_CASE(the_same_line_as_json)
{
    BOOST_TEST(line(log_format::json_lines, {{"code", -1}, {"clean", false}, {"reason", "said \"bye\""}}) ==
               R"({"time":"2026-11-23T12:03:04.056Z","level":"info","event":"event","code":-1,"clean":false,)"
               R"("reason":"said \"bye\""})");
}

BOOST_AUTO_TEST_CASE(a_value_cannot_begin_a_line_or_a_field)
{
    BOOST_TEST(text("x\n2026-11-23T12:03:04.056Z error forged") == "\"x\\n2026-11-23T12:03:04.056Z error forged\"");
    BOOST_TEST(text("x admin=true") == "\"x admin=true\"");
    BOOST_TEST(text("admin=true") == "\"admin=true\"");
    BOOST_TEST(text("\" admin=true \"") == "\"\\\" admin=true \\\"\"");
    BOOST_TEST(text("\\") == "\"\\\\\"");
    BOOST_TEST(text("") == "\"\"");
}

BOOST_AUTO_TEST_CASE(a_value_cannot_drive_a_terminal_or_turn_the_text_round)
{
    BOOST_TEST(text("\x1b[31m") == "\"\\u001b[31m\"");
    BOOST_TEST(text("\x7f") == "\"\\u007f\"");
    BOOST_TEST(text("\u009b31m") == "\"\\u009b31m\""); // the one-character form of ESC [
    for (const std::string bidirectional :
         {"\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\u2028", "\u2029"})
        BOOST_TEST(text(bidirectional).starts_with("\"\\u"));
    BOOST_TEST(text(std::string("\0", 1)) == "\"\\u0000\"");
}

BOOST_AUTO_TEST_CASE(letters_of_every_script_are_left_alone)
{
    BOOST_TEST(text("žluťoučký") == "žluťoučký");
    BOOST_TEST(text("日本語") == "日本語");
    BOOST_TEST(text("🎉") == "🎉");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_text_are_shown_as_bytes)
{
    BOOST_TEST(text("\xff") == "\"\\xff\"");
    BOOST_TEST(text("a\x80") == "\"a\\x80\"");                          // a continuation of nothing
    BOOST_TEST(text("\xc3") == "\"\\xc3\"");                            // cut off
    BOOST_TEST(text("\xc0\xaf") == "\"\\xc0\\xaf\"");                   // overlong
    BOOST_TEST(text("\xe0\x80\xaf") == "\"\\xe0\\x80\\xaf\"");          // overlong
    BOOST_TEST(text("\xed\xa0\x80") == "\"\\xed\\xa0\\x80\"");          // surrogate
    BOOST_TEST(text("\xf4\x90\x80\x80") == "\"\\xf4\\x90\\x80\\x80\""); // above U+10FFFF
    BOOST_TEST(json("a\xff") == "a\ufffd");
}

BOOST_AUTO_TEST_CASE(json_gives_back_what_was_logged)
{
    for (const std::string value : {"", "a=b c", "\"\\\n\r\t\x01", "\u202e\u2028", "ž🎉"})
        BOOST_TEST(json(value) == value);
}

BOOST_AUTO_TEST_CASE(a_long_value_is_cut_between_two_characters)
{
    const std::string fits(longest_log_value, 'x');
    BOOST_TEST(text(fits) == fits);
    BOOST_TEST(text(fits + "y") == "\"" + fits + "…\"");

    const std::string before(longest_log_value - 1, 'x');
    BOOST_TEST(text(before + "ž") == "\"" + before + "…\"");
    BOOST_TEST(json(before + "ž") == before + "…");
}

BOOST_AUTO_TEST_CASE(json_has_no_word_for_infinity)
{
    const std::string whole = line(log_format::json_lines, {{"key", std::numeric_limits<double>::infinity()}});
    BOOST_TEST(boost::json::parse(whole).at("key").is_null());
}

BOOST_AUTO_TEST_CASE(lines_below_the_level_are_not_written)
{
    const restored_log afterwards;
    std::vector<std::string> lines;
    redirect_log([&](std::string_view written) { lines.emplace_back(written); });
    configure_log(log_level::warning, log_format::json_lines);
    BOOST_TEST(!log_enabled(log_level::info));
    BOOST_TEST(log_enabled(log_level::warning));
    log(log_level::info, "quiet");
    log(log_level::error, "loud", {{"code", 1}});
    BOOST_REQUIRE(lines.size() == 1u);
    BOOST_TEST(boost::json::parse(lines.front()).at("event").as_string() == "loud");

    configure_log(log_level::off, log_format::text);
    log(log_level::error, "loud");
    BOOST_TEST(lines.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
