// append_json.hpp — writes described structs and plain values as JSON text.
#pragma once

#include <chorus/wire/bounded.hpp>
#include <chorus/wire/json_types.hpp>

#include <boost/mp11/algorithm.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace chorus {

// An empty optional member is left out, text that is not UTF-8 comes out with U+FFFD for what is wrong, a number that
// is not finite as null.
template <class T> void append_json(std::string& out, const T& value);

// ---------------------------------------------------------------------------------------------------------------------

namespace detail {

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
    else if constexpr (std::is_same_v<T, double>)
        detail::append_double(out, value);
    else if constexpr (detail::is_sized<T> || detail::is_ranged<T>)
        append_json(out, value.value);
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
