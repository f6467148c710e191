// from_json.cpp — reads the scalars, and finds the words for what does not fit.
#include <chorus/wire/append_json.hpp>
#include <chorus/wire/from_json.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace chorus::detail {
namespace {

std::string_view kind_name(const json& value)
{
    switch (value.kind()) {
    case boost::json::kind::null: return "null";
    case boost::json::kind::bool_: return "boolean";
    case boost::json::kind::string: return "string";
    case boost::json::kind::array: return "array";
    case boost::json::kind::object: return "object";
    default: return "number";
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

complaint beyond(const json& least, const json& most, const json& got, const json_place& at)
{
    std::string detail = "expected a number from ";
    append_value(detail, least);
    append_value(detail += " to ", most);
    append_value(detail += ", got ", got);
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

complaint wrong_size(std::size_t least, std::size_t most, std::string_view unit, std::size_t got, const json_place& at)
{
    const auto detail = "expected " + std::to_string(least) + " to " + std::to_string(most) + std::string{unit} +
                        ", got " + std::to_string(got);
    if (got < least) return malformed(at, detail);
    return fault{"too_long", at.text() + ": " + detail};
}

complaint out_of_range(std::int64_t least, std::int64_t most, const json& got, const json_place& at)
{
    return beyond(json(least), json(most), got, at);
}

complaint out_of_range(std::uint64_t least, std::uint64_t most, const json& got, const json_place& at)
{
    return beyond(json(least), json(most), got, at);
}

complaint out_of_range(double least, double most, const json& got, const json_place& at)
{
    return beyond(json(least), json(most), got, at);
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

} // namespace chorus::detail
