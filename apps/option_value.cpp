// option_value.cpp — reads and writes the values of options.
#include "option_value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

namespace chorus::app {
namespace {

template <class T> std::optional<T> read_whole(std::string_view text)
{
    T value{};
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

struct byte_unit
{
    std::string_view name;
    std::size_t size;
};

constexpr byte_unit byte_units[] = {{"GiB", 1u << 30}, {"MiB", 1u << 20}, {"KiB", 1u << 10}, {"", 1}}; // largest first

} // namespace

std::optional<std::size_t> read_count(const std::string& text, std::size_t least, std::size_t most)
{
    const auto value = read_whole<std::size_t>(text);
    return value && *value >= least && *value <= most ? value : std::nullopt;
}

std::string write_count(std::size_t value) { return std::to_string(value); }

std::optional<bool> read_bool(const std::string& text)
{
    if (text == "true") return true;
    return text == "false" ? std::optional{false} : std::nullopt;
}

std::string write_bool(bool value) { return value ? "true" : "false"; }

std::optional<std::size_t> read_bytes(const std::string& text, std::size_t least)
{
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = read_whole<std::size_t>(std::string_view{text}.substr(0, digits));
    const auto unit = std::ranges::find(byte_units, std::string_view{text}.substr(digits), &byte_unit::name);
    if (!number || unit == std::end(byte_units) || *number > std::numeric_limits<std::size_t>::max() / unit->size)
        return std::nullopt;
    const auto value = *number * unit->size;
    return value >= least ? std::optional{value} : std::nullopt;
}

std::string write_bytes(std::size_t value)
{
    const auto fits = [value](const byte_unit& unit) { return value >= unit.size && value % unit.size == 0; };
    const auto unit = std::ranges::find_if(byte_units, fits);
    return unit == std::end(byte_units) ? "0" : std::to_string(value / unit->size) + std::string(unit->name);
}

std::string_view without_blanks(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string write_text(const std::string& text)
{
    if (!text.empty() && text.find_first_of(" \t\"'#;") == text.npos) return text;
    const char quote = text.find('"') == text.npos ? '"' : '\'';
    return quote + text + quote;
}

std::optional<std::chrono::milliseconds> read_seconds(const std::string& text)
{
    constexpr double day = 24 * 60 * 60;
    const auto value = read_whole<double>(text);
    if (!value || !(*value >= 0 && *value <= day)) // written so that not-a-number is refused
        return std::nullopt;
    return std::chrono::milliseconds{std::llround(*value * 1000)};
}

std::string write_seconds(std::chrono::milliseconds value)
{
    char text[32];
    const double seconds = static_cast<double>(value.count()) / 1000;
    return {text, std::to_chars(std::begin(text), std::end(text), seconds, std::chars_format::fixed).ptr};
}

std::optional<std::pair<std::string, rate>> read_rate_of(const std::string& text)
{
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    const auto equals = std::min(text.find('='), text.size());
    const auto slash = std::min(text.find('/', equals), text.size());
    if (equals == 0 || slash == text.size()) return std::nullopt;
    const auto per_second = read_count(text.substr(equals + 1, slash - equals - 1), 0, most);
    const auto burst = read_count(text.substr(slash + 1), 1, most);
    if (!per_second || !burst) return std::nullopt;
    return std::pair{text.substr(0, equals),
                     rate{static_cast<std::uint32_t>(*per_second), static_cast<std::uint32_t>(*burst)}};
}

std::optional<std::size_t> place_in(std::string_view names, std::string_view name)
{
    for (std::size_t place = 0; !name_at(names, place).empty(); ++place)
        if (name_at(names, place) == name) return place;
    return std::nullopt;
}

std::string_view name_at(std::string_view names, std::size_t place)
{
    for (; place > 0 && !names.empty(); --place) {
        const auto bar = names.find('|');
        names = bar == names.npos ? std::string_view{} : names.substr(bar + 1);
    }
    return names.substr(0, names.find('|'));
}

} // namespace chorus::app
