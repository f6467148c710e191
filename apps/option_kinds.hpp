// option_kinds.hpp — the kinds of options there are: each binds a way to read and write values to a field.
#pragma once

#include "option.hpp"
#include "option_value.hpp"

#include <string>
#include <vector>

namespace chorus::app {

// Points to the field an option stands for.
template <class T> using field_of = T& (*)(settings&);

template <class T, class Write> auto getter(field_of<T> field, Write write)
{
    return [=](const settings& from) {
        settings copy = from; // so that one accessor serves both directions
        return std::string(write(field(copy)));
    };
}

template <class T, class Read> auto setter(field_of<T> field, Read read)
{
    return [=](settings& into, const std::string& text) {
        const std::optional<T> value = read(text);
        if (value) field(into) = *value;
        return value.has_value();
    };
}

option count(std::string_view name, std::string_view help, std::size_t least, field_of<std::size_t> field);
option bytes(std::string_view name, std::string_view help, std::size_t least, field_of<std::size_t> field);
option seconds(std::string_view name, std::string_view help, field_of<std::chrono::milliseconds> field);
// A flag stands for "yes"; the environment and the file say which.
option flag(std::string_view name, std::string_view help, field_of<bool> field);
option text(std::string_view name, std::string_view shape, std::string_view help, field_of<std::string> field);
// May be given several times, or several in one value, with commas between.
option list(std::string_view name, std::string_view shape, std::string_view help, std::string_view expected,
            bool (*is_proper)(std::string_view), field_of<std::vector<std::string>> field);

// The shape of a choice says all there is to expect: its names stand in the order of the enumeration.
template <class T>
option choice(std::string_view name, std::string_view shape, std::string_view help, field_of<T> field)
{
    const auto read = [shape](const std::string& text) -> std::optional<T> {
        const auto place = place_in(shape, text);
        return place ? std::optional{static_cast<T>(*place)} : std::nullopt;
    };
    const auto write = [shape](T value) { return name_at(shape, static_cast<std::size_t>(value)); };
    return {name, shape, help, shape, setter(field, read), getter(field, write)};
}

} // namespace chorus::app
