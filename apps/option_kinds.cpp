// option_kinds.cpp — the kinds of options there are: each binds a way to read and write values to a field.
#include "option_kinds.hpp"

#include <algorithm>

namespace chorus::app {
namespace {

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> parts;
    if (text.empty()) return parts;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        parts.emplace_back(without_blanks(text.substr(at, end - at)));
        at = end + 1;
    }
    return parts;
}

std::string join(const std::vector<std::string>& parts)
{
    std::string text;
    for (const auto& each : parts)
        text.append(text.empty() ? "" : ",").append(each);
    return write_text(text);
}

} // namespace

option count(std::string_view name, std::string_view help, std::size_t least, field_of<std::size_t> field)
{
    const auto read = [least](const std::string& text) { return read_count(text, least); };
    const auto expected = least == 0 ? "a whole number, 0 for no limit" : "a whole number from 1";
    return {name, "N", help, expected, setter(field, read), getter(field, write_count)};
}

option bytes(std::string_view name, std::string_view help, std::size_t least, field_of<std::size_t> field)
{
    const auto read = [least](const std::string& text) { return read_bytes(text, least); };
    const auto expected =
        least == 0 ? "bytes such as 65536, 512KiB or 1MiB, 0 for no limit" : "bytes such as 65536 or 1MiB";
    return {name, "BYTES", help, expected, setter(field, read), getter(field, write_bytes)};
}

option seconds(std::string_view name, std::string_view help, field_of<std::chrono::milliseconds> field)
{
    return {
        name, "SECONDS", help, "seconds such as 30 or 0.5", setter(field, read_seconds), getter(field, write_seconds)};
}

option flag(std::string_view name, std::string_view help, field_of<bool> field)
{
    return {name, "", help, "true or false", setter(field, read_bool), getter(field, write_bool)};
}

option text(std::string_view name, std::string_view shape, std::string_view help, field_of<std::string> field)
{
    const auto read = [](const std::string& value) { return std::optional{value}; };
    return {name, shape, help, "a text", setter(field, read), getter(field, write_text)};
}

option list(std::string_view name, std::string_view shape, std::string_view help, std::string_view expected,
            bool (*is_proper)(std::string_view), field_of<std::vector<std::string>> field)
{
    const auto add = [field, is_proper](settings& into, const std::string& text) {
        auto parts = split(text);
        for (const auto& each : parts)
            if (!is_proper(each)) return false;
        auto& all = field(into);
        all.insert(all.end(), parts.begin(), parts.end());
        return true;
    };
    option result{name, shape, help, expected, add, getter(field, join)};
    result.clear = [field](settings& of) { field(of).clear(); };
    return result;
}

} // namespace chorus::app
