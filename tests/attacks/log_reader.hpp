// log_reader.hpp — Reads a server's log as a suspicious operator would: every line must be one event, and show no more.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace chorus::attacks {

struct logged_event
{
    std::string name;
    std::map<std::string, std::string> fields; // texts as they were before they were escaped, numbers as written
};

// Nothing when it is no line of --log-format text, or json: not in its form, or with a character in it that ends a
// line, moves a cursor, or turns the direction of what follows.
std::optional<logged_event> read_text_line(std::string_view line);
std::optional<logged_event> read_json_line(std::string_view line);

} // namespace chorus::attacks
