// json.cpp — the parts of typed JSON that need no template: scalars in, scalars out, and the words of a fault.
#include <chorus/wire/json.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace chorus::detail {
namespace {

std::string_view kind_name(const json& value)
{
    switch (value.kind()) {
    case boost::json::kind::null:
        return "null";
    case boost::json::kind::bool_:
        return "boolean";
    case boost::json::kind::string:
        return "string";
    case boost::json::kind::array:
        return "array";
    case boost::json::kind::object:
        return "object";
    default:
        return "number";
    }
}

fault malformed(const json_place& at, std::string_view detail)
{
    const std::string where = at.text();
    return {"malformed", "malformed message: " + (where.empty() ? "" : where + ": ") + std::string{detail}};
}

std::string between(integer_range range)
{
    return "integer between " + std::to_string(range.least) + " and " + std::to_string(range.most);
}

// A number that does not fit is quoted, anything else is named: "got 300", "got string".
complaint expected_integer(integer_range range, const json& got, const json_place& at)
{
    if (!got.is_number()) return expected("integer", got, at);
    std::string detail = "expected " + between(range) + ", got ";
    append_value(detail, got);
    return malformed(at, detail);
}

} // namespace

std::string json_place::text() const
{
    if (!parent_) return std::string{key_};
    if (key_.empty()) return parent_->text() + '[' + std::to_string(index_) + ']';
    return parent_->text() + '.' + std::string{key_};
}

complaint missing(const json_place& at) { return malformed(at, "missing"); }

complaint expected(std::string_view what, const json& got, const json_place& at)
{
    return malformed(at, "expected " + std::string{what} + ", got " + std::string{kind_name(got)});
}

complaint read_bool(bool& out, const json& from, const json_place& at)
{
    const bool* value = from.if_bool();
    if (!value) return expected("boolean", from, at);
    out = *value;
    return {};
}

// Boost.JSON keeps an integer as int64 when it fits and as uint64 only when it does not.
complaint read_signed(std::int64_t& out, integer_range range, const json& from, const json_place& at)
{
    const std::int64_t* value = from.if_int64();
    if (!value || *value < range.least || *value > static_cast<std::int64_t>(range.most))
        return expected_integer(range, from, at);
    out = *value;
    return {};
}

complaint read_unsigned(std::uint64_t& out, integer_range range, const json& from, const json_place& at)
{
    const bool negative = from.is_int64() && from.get_int64() < 0;
    if (negative || !(from.is_int64() || from.is_uint64())) return expected_integer(range, from, at);
    const std::uint64_t value = from.to_number<std::uint64_t>();
    if (value > range.most) return expected_integer(range, from, at);
    out = value;
    return {};
}

complaint read_double(double& out, const json& from, const json_place& at)
{
    if (!from.is_number()) return expected("number", from, at);
    out = from.to_number<double>();
    return {};
}

complaint read_string(std::string& out, const json& from, const json_place& at)
{
    const boost::json::string* value = from.if_string();
    if (!value) return expected("string", from, at);
    out.assign(value->data(), value->size());
    return {};
}

namespace {

template <class Number> void append_number(std::string& out, Number value)
{
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

unsigned char byte(std::string_view text, std::size_t index) { return static_cast<unsigned char>(text[index]); }

bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

bool is_continuation(std::string_view text, std::size_t index)
{
    return index < text.size() && (byte(text, index) & 0xC0) == 0x80;
}

// The length of the UTF-8 sequence at the front of `text`, whose first byte is not ASCII; 0: there is none (Unicode,
// table 3-7).
std::size_t sequence_length(std::string_view text)
{
    const unsigned char lead = byte(text, 0);
    if (lead < 0xC2 || lead > 0xF4 || !is_continuation(text, 1)) return 0;
    const unsigned char second = byte(text, 1);
    if (lead < 0xE0) return 2;
    if (lead == 0xE0 && second < 0xA0) return 0; // overlong
    if (lead == 0xED && second > 0x9F) return 0; // a surrogate
    if (lead < 0xF0) return is_continuation(text, 2) ? 3 : 0;
    if (lead == 0xF0 && second < 0x90) return 0; // overlong
    if (lead == 0xF4 && second > 0x8F) return 0; // beyond U+10FFFF
    return is_continuation(text, 2) && is_continuation(text, 3) ? 4 : 0;
}

void append_escaped(std::string& out, unsigned char c)
{
    static constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        out.append("\\u00").append(1, hex[c >> 4]).append(1, hex[c & 15]);
    }
}

// Writes the one character at the front of `text` that cannot be copied blindly; returns how many bytes it took.
std::size_t append_special(std::string& out, std::string_view text)
{
    if (byte(text, 0) < 0x80) return append_escaped(out, byte(text, 0)), 1;
    if (const std::size_t length = sequence_length(text)) return out.append(text.substr(0, length)), length;
    return out += "\xEF\xBF\xBD", 1;
}

std::size_t plain_prefix(std::string_view text)
{
    std::size_t length = 0;
    while (length < text.size() && is_plain(byte(text, length)))
        ++length;
    return length;
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
    out += '"';
    while (!text.empty()) {
        const std::size_t plain = plain_prefix(text);
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (!text.empty()) text.remove_prefix(append_special(out, text));
    }
    out += '"';
}

void append_value(std::string& out, const json& value)
{
    switch (value.kind()) {
    case boost::json::kind::null:
        out += "null";
        break;
    case boost::json::kind::bool_:
        out += value.get_bool() ? "true" : "false";
        break;
    case boost::json::kind::int64:
        append_integer(out, value.get_int64());
        break;
    case boost::json::kind::uint64:
        append_integer(out, value.get_uint64());
        break;
    case boost::json::kind::double_:
        append_double(out, value.get_double());
        break;
    case boost::json::kind::string:
        append_string(out, value.get_string());
        break;
    case boost::json::kind::array:
        append_array(out, value.get_array());
        break;
    case boost::json::kind::object:
        append_object(out, value.get_object());
        break;
    }
}

} // namespace chorus::detail
