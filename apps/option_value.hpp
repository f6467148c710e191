// option_value.hpp — values as people write them, and back: counts, bytes, seconds, one of several names.
#pragma once

#include <chorus/session/limiter.hpp>

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chorus::app {

// Each reader answers nothing for what it cannot read whole; each writer's text is read back as the same value.

std::optional<std::size_t> read_count(const std::string& text, std::size_t least = 0,
                                      std::size_t most = std::numeric_limits<std::size_t>::max());
std::string write_count(std::size_t value);

// true or false.
std::optional<bool> read_bool(const std::string& text);
std::string write_bool(bool value);

// 65536, 64KiB, 1MiB, 2GiB.
std::optional<std::size_t> read_bytes(const std::string& text, std::size_t least = 0);
std::string write_bytes(std::size_t value);

// What stands between the blanks at both ends.
std::string_view without_blanks(std::string_view text);

// In quotes where a file of options would read something else without them.
std::string write_text(const std::string& text);

// Whole or decimal, to the millisecond, at most a day.
std::optional<std::chrono::milliseconds> read_seconds(const std::string& text);
std::string write_seconds(std::chrono::milliseconds value);

// TYPE=N/BURST: the rate of one type of message.
std::optional<std::pair<std::string, rate>> read_rate_of(const std::string& text);

// `names` as --help shows them: text|json.
std::optional<std::size_t> place_in(std::string_view names, std::string_view name);
std::string_view name_at(std::string_view names, std::size_t place);

} // namespace chorus::app
