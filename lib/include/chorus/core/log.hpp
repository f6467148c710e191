// log.hpp — writes one line per event, on stderr, in which nothing a client sent can pretend to be something else.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>
#include <variant>

namespace chorus {

enum class log_level { trace, debug, info, warning, error, off };
enum class log_format { text, json_lines };

// A name and its value. Names are written in our source; values may come from anybody, and are escaped and cut.
struct field
{
    std::string_view key;
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

    field(std::string_view name, bool flag) : key{name}, value{flag} {}
    field(std::string_view name, double number) : key{name}, value{number} {}
    field(std::string_view name, std::signed_integral auto number) : key{name}, value{std::int64_t{number}} {}
    field(std::string_view name, std::unsigned_integral auto number) : key{name}, value{std::uint64_t{number}} {}
    field(std::string_view name, const std::convertible_to<std::string_view> auto& text)
        : key{name}, value{std::string_view{text}}
    {
    }
};

// From any thread. An event is named in our source, in lower case and underscores:
//
//     log(log_level::info, "session_ended", {{"code", 1000}, {"reason", reason}});
//
// What costs something to compute is asked for first: if (log_enabled(level)).
void log(log_level level, std::string_view event, std::span<const field> fields);
inline void log(log_level level, std::string_view event, std::initializer_list<field> fields = {})
{
    log(level, event, std::span<const field>{fields.begin(), fields.size()});
}
bool log_enabled(log_level level);

// The level below which nothing is written (default: info), and the form of the lines (default: text).
void configure_log(log_level least, log_format format);

// Sends the lines elsewhere, one call per line, without its newline; an empty function brings stderr back.
// Called from the thread that logs; not while other threads log.
void redirect_log(std::function<void(std::string_view line)> sink);

} // namespace chorus
