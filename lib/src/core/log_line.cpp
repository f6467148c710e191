// log_line.cpp — escapes what anybody may have sent, so that a log line says what happened and nothing else.
#include <chorus/core/log_line.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

namespace chorus {

namespace {

constexpr std::string_view level_names[] = {"trace", "debug", "info", "warning", "error", "off"};

// One character of a value: its code point and the bytes it took, or no code point when they aren't UTF-8.
struct character
{
    std::optional<char32_t> code_point;
    std::size_t size;
};

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

character read_character(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return {first, 1};

    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || size > text.size()) return {{}, 1};

    char32_t code_point = first & (0x7Fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (!is_continuation(byte(i))) return {{}, 1};
        code_point = (code_point << 6) | (byte(i) & 0x3Fu);
    }
    const bool overlong = (size == 3 && code_point < 0x800) || (size == 4 && code_point < 0x10000);
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (overlong || surrogate || code_point > 0x10FFFF) return {{}, 1};
    return {code_point, size};
}

// Characters that end a line, move the cursor, or turn the direction of what follows.
bool is_unsafe(char32_t c)
{
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool line_break = c == 0x2028 || c == 0x2029;
    const bool bidirectional =
        c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return control || line_break || bidirectional;
}

template <class... Values> void append_printf(std::string& out, const char* format, Values... values)
{
    std::array<char, 32> text;
    const int size = std::snprintf(text.data(), text.size(), format, values...);
    out.append(text.data(), static_cast<std::size_t>(size));
}

void append_escaped(std::string& out, char32_t c)
{
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: append_printf(out, "\\u%04x", static_cast<unsigned>(c));
    }
}

// JSON has no way to write a byte that isn't text.
void append_invalid_byte(std::string& out, char byte, log_format format)
{
    if (format == log_format::json_lines)
        out += "\\ufffd";
    else
        append_printf(out, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
}

std::string escaped(std::string_view text, log_format format)
{
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto [code_point, size] = read_character(text.substr(at));
        if (at + size > longest_log_value) return out + "…";
        if (!code_point)
            append_invalid_byte(out, text[at], format);
        else if (*code_point == '"' || *code_point == '\\' || is_unsafe(*code_point))
            append_escaped(out, *code_point);
        else
            out += text.substr(at, size);
        at += size;
    }
    return out;
}

bool needs_quotes(std::string_view raw, std::string_view escaped)
{
    return raw.empty() || raw != escaped || raw.find_first_of(" =") != raw.npos;
}

void append_quoted(std::string& out, std::string_view escaped)
{
    out += '"';
    out += escaped;
    out += '"';
}

void append_text(std::string& out, std::string_view text, log_format format)
{
    const std::string safe = escaped(text, format);
    if (format == log_format::json_lines || needs_quotes(text, safe))
        append_quoted(out, safe);
    else
        out += safe;
}

void append_number(std::string& out, auto number)
{
    std::array<char, 32> text;
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
    out.append(text.data(), end);
}

void append_value(std::string& out, const field& field, log_format format)
{
    if (const auto* text = std::get_if<std::string_view>(&field.value))
        append_text(out, *text, format);
    else if (const auto* flag = std::get_if<bool>(&field.value))
        out += *flag ? "true" : "false";
    else if (const auto* real = std::get_if<double>(&field.value); real && !std::isfinite(*real))
        out += "null"; // what JSON has for infinity
    else if (real)
        append_number(out, *real);
    else if (const auto* whole = std::get_if<std::int64_t>(&field.value))
        append_number(out, *whole);
    else
        append_number(out, std::get<std::uint64_t>(field.value));
}

void append_time(std::string& out, std::chrono::system_clock::time_point time)
{
    using namespace std::chrono;
    const auto milli = floor<milliseconds>(time);
    const auto day = floor<days>(milli);
    const year_month_day date{day};
    const hh_mm_ss clock{milli - day};
    append_printf(out, "%04d-%02u-%02u", int{date.year()}, unsigned{date.month()}, unsigned{date.day()});
    append_printf(out, "T%02d:%02d:%02d.%03dZ", static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
}

void append_json_key(std::string& out, std::string_view key)
{
    append_quoted(out, key);
    out += ':';
}

std::string text_line(std::string head, std::string_view event, std::span<const field> fields)
{
    append_text(head, event, log_format::text);
    for (const field& field : fields) {
        head += ' ';
        head += field.key;
        head += '=';
        append_value(head, field, log_format::text);
    }
    return head;
}

std::string json_line(std::string head, std::string_view event, std::span<const field> fields)
{
    append_json_key(head, "event");
    append_text(head, event, log_format::json_lines);
    for (const field& field : fields) {
        head += ',';
        append_json_key(head, field.key);
        append_value(head, field, log_format::json_lines);
    }
    return head + '}';
}

} // namespace

std::string format_line(log_format format, std::chrono::system_clock::time_point time, log_level level,
                        std::string_view event, std::span<const field> fields)
{
    const std::string_view level_name = level_names[static_cast<std::size_t>(level)];
    std::string head = format == log_format::json_lines ? R"({"time":")" : "";
    append_time(head, time);
    head += format == log_format::json_lines ? R"(","level":")" : " ";
    head += level_name;
    head += format == log_format::json_lines ? "\"," : " ";
    return format == log_format::json_lines ? json_line(std::move(head), event, fields)
                                            : text_line(std::move(head), event, fields);
}

} // namespace chorus
