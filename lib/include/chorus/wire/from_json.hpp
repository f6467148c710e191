// from_json.hpp — turns JSON into described structs, and says by path what does not fit.
#pragma once

#include <chorus/wire/bounded.hpp>
#include <chorus/wire/fault.hpp>
#include <chorus/wire/json_types.hpp>

#include <boost/mp11/algorithm.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace chorus {

// Unknown keys are ignored; what a member may hold can be bounded (bounded.hpp); a member may be missing or null only
// when it is a std::optional; an integer must fit its type. The fault reads "malformed message: payload.text: expected
// string, got number". The result owns all its memory.
template <class T> result<T> from_json(const json& value, std::string_view path = "payload");

// ---------------------------------------------------------------------------------------------------------------------

namespace detail {

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
complaint wrong_size(std::size_t least, std::size_t most, std::string_view unit, std::size_t got, const json_place& at);
complaint out_of_range(std::int64_t least, std::int64_t most, const json& got, const json_place& at);
complaint out_of_range(std::uint64_t least, std::uint64_t most, const json& got, const json_place& at);
complaint out_of_range(double least, double most, const json& got, const json_place& at);
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

template <class T> complaint read_sized(T& out, const json& from, const json_place& at)
{
    if (auto wrong = read_value(out.value, from, at)) return wrong;
    const auto size = out.value.size();
    return size >= T::least && size <= T::most ? complaint{} : wrong_size(T::least, T::most, T::unit, size, at);
}

template <class T> complaint read_ranged(T& out, const json& from, const json_place& at)
{
    if (auto wrong = read_value(out.value, from, at)) return wrong;
    if (out.value >= T::least && out.value <= T::most) return {};
    using number = decltype(out.value);
    using wide = std::conditional_t<std::is_floating_point_v<number>, double,
                                    std::conditional_t<std::is_signed_v<number>, std::int64_t, std::uint64_t>>;
    return out_of_range(wide{T::least}, wide{T::most}, from, at);
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
    else if constexpr (std::is_same_v<T, double>)
        return read_double(out, from, at);
    else if constexpr (std::is_same_v<T, std::string>)
        return read_string(out, from, at);
    else if constexpr (is_optional<T>)
        return read_member(out, &from, at);
    else if constexpr (is_vector<T>)
        return read_vector(out, from, at);
    else if constexpr (is_sized<T>)
        return read_sized(out, from, at);
    else if constexpr (is_ranged<T>)
        return read_ranged(out, from, at);
    else if constexpr (is_described<T>)
        return read_described(out, from, at);
    else
        static_assert(!is_unsupported<T>, "from_json cannot read this type: describe it with BOOST_DESCRIBE_STRUCT");
}

} // namespace detail

template <class T> result<T> from_json(const json& value, std::string_view path)
{
    result<T> out{boost::system::in_place_value, T{}};
    if (auto wrong = detail::read_value(*out, value, detail::json_place{path}))
        return {boost::system::in_place_error, std::move(*wrong)};
    return out;
}

} // namespace chorus
