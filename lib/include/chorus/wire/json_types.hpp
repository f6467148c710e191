// json_types.hpp — the types that JSON is turned into and made of.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

namespace chorus {

using json = boost::json::value;

// A ready JSON text that is spliced into what is written. It is a view, and nobody checks it.
struct json_text
{
    std::string_view text;
};

// Typed JSON knows bool, integers, double, std::string, std::optional, std::vector, json, and structs described
// with BOOST_DESCRIBE_STRUCT that are made of these.
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

} // namespace detail

} // namespace chorus
