// log_line.hpp — the text of one log line: a pure function, so that forging lines can be tried in a test.
#pragma once

#include <chorus/core/log.hpp>

#include <chrono>
#include <span>
#include <string>

namespace chorus {

// A value longer than this, in bytes, is cut between two characters and ends in "…".
inline constexpr std::size_t longest_log_value = 256;

// One line, as text or as JSON:
//
//     2026-11-23T01:02:03.456Z info session_ended code=1000 reason="good bye"
//     {"time":"2026-11-23T01:02:03.456Z","level":"info","event":"session_ended","code":1000,"reason":"good bye"}
std::string format_line(log_format format, std::chrono::system_clock::time_point time, log_level level,
                        std::string_view event, std::span<const field> fields);

} // namespace chorus
