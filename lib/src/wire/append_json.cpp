// append_json.cpp — writes the scalars, and values of any shape.
#include <chorus/wire/append_json.hpp>

#include <chorus/wire/utf8.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

namespace chorus::detail {
namespace {

template <class Number> void append_number(std::string& out, Number value)
{
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

// The same question to eight characters at once: subtracting borrows into a byte's top bit only where the byte was
// smaller.
bool all_plain(std::uint64_t eight)
{
    constexpr std::uint64_t each = 0x0101010101010101, top = 0x80 * each;
    const auto some_below = [](std::uint64_t bytes, std::uint64_t limit) {
        return (bytes - limit * each) & ~bytes & top;
    };
    const std::uint64_t quotes = eight ^ ('"' * each), backslashes = eight ^ ('\\' * each);
    return (some_below(eight, 0x20) | some_below(quotes, 1) | some_below(backslashes, 1)) == 0;
}

std::string_view plain_prefix(std::string_view text)
{
    std::size_t length = 0;
    for (std::uint64_t eight; text.size() - length >= sizeof eight; length += sizeof eight) {
        std::memcpy(&eight, text.data() + length, sizeof eight);
        if (!all_plain(eight)) break;
    }
    while (length < text.size() && is_plain(text[length]))
        ++length;
    return text.substr(0, length);
}

void append_escaped(std::string& out, char c)
{
    static constexpr std::string_view hex = "0123456789abcdef";
    const std::size_t code = static_cast<unsigned char>(c);
    switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: out.append("\\u00").append(1, hex[code >> 4]).append(1, hex[code & 15]);
    }
}

// How many bytes the character at the front takes; 0: there is none.
std::size_t character_length(std::string_view text)
{
    for (std::size_t length = 1; length <= std::min<std::size_t>(text.size(), 4); ++length)
        if (is_utf8(text.substr(0, length))) return length;
    return 0;
}

std::string with_replacements(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        out += length ? text.substr(0, length) : "\xEF\xBF\xBD"; // U+FFFD
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

void append_array(std::string& out, const boost::json::array& elements)
{
    out += '[';
    for (std::size_t index = 0; index < elements.size(); ++index) {
        if (index != 0) out += ',';
        append_value(out, elements[index]);
    }
    out += ']';
}

void append_object(std::string& out, const boost::json::object& object)
{
    out += '{';
    for (bool first = true; const auto& [key, value] : object) {
        if (!std::exchange(first, false)) out += ',';
        append_string(out, key);
        out += ':';
        append_value(out, value);
    }
    out += '}';
}

} // namespace

void append_integer(std::string& out, std::int64_t value) { append_number(out, value); }
void append_integer(std::string& out, std::uint64_t value) { append_number(out, value); }

void append_double(std::string& out, double value)
{
    if (std::isfinite(value))
        append_number(out, value);
    else
        out += "null";
}

void append_string(std::string& out, std::string_view text)
{
    if (!is_utf8(text)) return append_string(out, with_replacements(text));
    out += '"';
    while (!text.empty()) {
        const std::string_view plain = plain_prefix(text);
        out += plain;
        text.remove_prefix(plain.size());
        if (text.empty()) break;
        append_escaped(out, text.front());
        text.remove_prefix(1);
    }
    out += '"';
}

void append_value(std::string& out, const json& value)
{
    switch (value.kind()) {
    case boost::json::kind::null: out += "null"; break;
    case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; break;
    case boost::json::kind::int64: append_integer(out, value.get_int64()); break;
    case boost::json::kind::uint64: append_integer(out, value.get_uint64()); break;
    case boost::json::kind::double_: append_double(out, value.get_double()); break;
    case boost::json::kind::string: append_string(out, value.get_string()); break;
    case boost::json::kind::array: append_array(out, value.get_array()); break;
    case boost::json::kind::object: append_object(out, value.get_object()); break;
    }
}

} // namespace chorus::detail
