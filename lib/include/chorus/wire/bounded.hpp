// bounded.hpp — types for the members of a payload that may not be any value of their kind.
#pragma once

#include <chorus/wire/json_types.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chorus {

// A described struct says with these what its members may hold; from_json refuses the rest by name:
//
//     struct say { bounded_text<1, 4096> text; std::optional<bounded<int, 1, 5>> stars; };
//
// Bounds are inclusive. What lies outside is `malformed`, but a text or list that is too long is `too_long`.

template <std::size_t Least, std::size_t Most> struct bounded_text // bytes of UTF-8
{
    static constexpr std::size_t least = Least, most = Most;
    static constexpr std::string_view unit = " bytes";
    std::string value;
    operator std::string_view() const { return value; }
};

template <class Element, std::size_t Least, std::size_t Most> struct bounded_list
{
    static constexpr std::size_t least = Least, most = Most;
    static constexpr std::string_view unit = " elements";
    std::vector<Element> value;
};

template <class Number, Number Least, Number Most> struct bounded
{
    static constexpr Number least = Least, most = Most;
    Number value = Least;
    operator Number() const { return value; }
};

namespace detail {

template <class T> inline constexpr bool is_sized = false; // whose size is bounded
template <std::size_t Least, std::size_t Most> inline constexpr bool is_sized<bounded_text<Least, Most>> = true;
template <class T, std::size_t Least, std::size_t Most>
inline constexpr bool is_sized<bounded_list<T, Least, Most>> = true;
template <class T> inline constexpr bool is_ranged = false; // whose value is
template <class T, T Least, T Most> inline constexpr bool is_ranged<bounded<T, Least, Most>> = true;

} // namespace detail

} // namespace chorus
