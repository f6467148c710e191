// json.hpp — turns JSON into described structs and back, and says by path what does not fit.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/system/result.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace chorus {

using json = boost::json::value;

// Why a message was refused: a code for programs, a sentence for people. Both go into `error {"code","message"}`.
struct fault
{
    fault() = default;
    fault(std::string code_, std::string message_) : code{std::move(code_)}, message{std::move(message_)} {}
    std::string code;
    std::string message;
    friend bool operator==(const fault&, const fault&) = default;
};

// Either what was asked for or the fault. `value()` on a fault is a bug and throws.
template <class T> using result = boost::system::result<T, fault>;

[[noreturn]] inline void throw_exception_from_error(const fault& wrong, const boost::source_location&)
{
    throw std::logic_error{wrong.message};
}

// A ready JSON text that is spliced into what is written. It is a view, and nobody checks it.
struct json_text
{
    std::string_view text;
};

// from_json and append_json know bool, integers, floating point, std::string, std::optional, std::vector, json, and
// structs described with BOOST_DESCRIBE_STRUCT that are made of these.
//
// Reading: unknown keys are ignored; a member may be missing or null only when it is a std::optional; an integer must
// fit its type. The fault reads "malformed message: payload.text: expected string, got number". The result owns all its
// memory.
template <class T> result<T> from_json(const json& value, std::string_view path = "payload");

// Writing: an empty optional member is left out, text that is not UTF-8 comes out as U+FFFD, a number that is not
// finite as null.
template <class T> void append_json(std::string& out, const T& value);

// ---------------------------------------------------------------------------------------------------------------------

namespace detail {

template <class T>
inline constexpr bool is_described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_vector = false;
template <class T> inline constexpr bool is_vector<std::vector<T>> = true;
template <class T> inline constexpr bool is_unsupported = true;

// Where a value stands in its document: a chain of steps on the stack, put into words only when something is wrong
// there.
class json_place
{
public:
    explicit json_place(std::string_view root) : key_{root} {}
    json_place member(std::string_view key) const { return {this, key, 0}; }
    json_place element(std::size_t index) const { return {this, {}, index}; }
    std::string text() const;

private:
    json_place(const json_place* parent, std::string_view key, std::size_t index)
        : parent_{parent}, key_{key}, index_{index}
    {
    }

    const json_place* parent_ = nullptr;
    std::string_view key_;
    std::size_t index_ = 0;
};

using complaint = std::optional<fault>; // empty: all is well

struct integer_range
{
    std::int64_t least;
    std::uint64_t most;
};

complaint missing(const json_place& at);
complaint expected(std::string_view what, const json& got, const json_place& at);
complaint read_bool(bool& out, const json& from, const json_place& at);
complaint read_signed(std::int64_t& out, integer_range range, const json& from, const json_place& at);
complaint read_unsigned(std::uint64_t& out, integer_range range, const json& from, const json_place& at);
complaint read_double(double& out, const json& from, const json_place& at);
complaint read_string(std::string& out, const json& from, const json_place& at);

template <class T> complaint read_value(T& out, const json& from, const json_place& at);

template <std::integral T> complaint read_integer(T& out, const json& from, const json_place& at)
{
    using limits = std::numeric_limits<T>;
    constexpr integer_range range{static_cast<std::int64_t>(limits::min()), static_cast<std::uint64_t>(limits::max())};
    std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> wide = 0;
    complaint wrong;
    if constexpr (std::is_signed_v<T>)
        wrong = read_signed(wide, range, from, at);
    else
        wrong = read_unsigned(wide, range, from, at);
    out = static_cast<T>(wide);
    return wrong;
}

template <std::floating_point T> complaint read_floating(T& out, const json& from, const json_place& at)
{
    double wide = 0;
    complaint wrong = read_double(wide, from, at);
    out = static_cast<T>(wide);
    return wrong;
}

template <class T> complaint read_vector(std::vector<T>& out, const json& from, const json_place& at)
{
    const boost::json::array* elements = from.if_array();
    if (!elements) return expected("array", from, at);
    out.reserve(elements->size());
    for (std::size_t index = 0; index < elements->size(); ++index) {
        T element{};
        if (complaint wrong = read_value(element, (*elements)[index], at.element(index))) return wrong;
        out.push_back(std::move(element));
    }
    return {};
}

template <class T> complaint read_member(T& out, const json* from, const json_place& at)
{
    if constexpr (is_optional<T>) {
        if (!from || from->is_null()) return {};
        return read_value(out.emplace(), *from, at);
    } else {
        return from ? read_value(out, *from, at) : missing(at);
    }
}

template <class T> complaint read_described(T& out, const json& from, const json_place& at)
{
    const boost::json::object* object = from.if_object();
    if (!object) return expected("object", from, at);
    complaint wrong;
    boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
        if (!wrong) wrong = read_member(out.*member.pointer, object->if_contains(member.name), at.member(member.name));
    });
    return wrong;
}

template <class T> complaint read_value(T& out, const json& from, const json_place& at)
{
    if constexpr (std::is_same_v<T, json>)
        return out = from, complaint{}; // a copy, in memory of its own
    else if constexpr (std::is_same_v<T, bool>)
        return read_bool(out, from, at);
    else if constexpr (std::is_integral_v<T>)
        return read_integer(out, from, at);
    else if constexpr (std::is_floating_point_v<T>)
        return read_floating(out, from, at);
    else if constexpr (std::is_same_v<T, std::string>)
        return read_string(out, from, at);
    else if constexpr (is_optional<T>)
        return read_member(out, &from, at);
    else if constexpr (is_vector<T>)
        return read_vector(out, from, at);
    else if constexpr (is_described<T>)
        return read_described(out, from, at);
    else
        static_assert(!is_unsupported<T>, "from_json cannot read this type: describe it with BOOST_DESCRIBE_STRUCT");
}

void append_integer(std::string& out, std::int64_t value);
void append_integer(std::string& out, std::uint64_t value);
void append_double(std::string& out, double value);
void append_string(std::string& out, std::string_view text);
void append_value(std::string& out, const json& value);

template <class T> void append_vector(std::string& out, const std::vector<T>& elements)
{
    out += '[';
    for (std::size_t index = 0; index < elements.size(); ++index) {
        if (index != 0) out += ',';
        append_json<T>(out, elements[index]);
    }
    out += ']';
}

template <class T> void append_member(std::string& out, bool& first, std::string_view name, const T& value)
{
    if constexpr (is_optional<T>) {
        if (value) append_member(out, first, name, *value);
    } else {
        out += first ? "\"" : ",\"";
        out.append(name).append("\":");
        append_json(out, value);
        first = false;
    }
}

template <class T> void append_described(std::string& out, const T& value)
{
    out += '{';
    bool first = true;
    boost::mp11::mp_for_each<members_of<T>>(
        [&](auto member) { append_member(out, first, member.name, value.*member.pointer); });
    out += '}';
}

} // namespace detail

template <class T> result<T> from_json(const json& value, std::string_view path)
{
    result<T> out{boost::system::in_place_value, T{}};
    if (auto wrong = detail::read_value(*out, value, detail::json_place{path}))
        return {boost::system::in_place_error, std::move(*wrong)};
    return out;
}

template <class T> void append_json(std::string& out, const T& value)
{
    if constexpr (std::is_same_v<T, json>)
        detail::append_value(out, value);
    else if constexpr (std::is_same_v<T, json_text>)
        out += value.text;
    else if constexpr (std::is_same_v<T, bool>)
        out += value ? "true" : "false";
    else if constexpr (std::is_integral_v<T>)
        detail::append_integer(out, std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>{value});
    else if constexpr (std::is_floating_point_v<T>)
        detail::append_double(out, static_cast<double>(value));
    else if constexpr (std::is_convertible_v<const T&, std::string_view>)
        detail::append_string(out, value);
    else if constexpr (detail::is_optional<T>)
        value ? append_json(out, *value) : void(out += "null");
    else if constexpr (detail::is_vector<T>)
        detail::append_vector(out, value);
    else if constexpr (detail::is_described<T>)
        detail::append_described(out, value);
    else
        static_assert(!detail::is_unsupported<T>,
                      "append_json cannot write this type: describe it with BOOST_DESCRIBE_STRUCT");
}

} // namespace chorus
