// log.cpp — decides which lines are written and where they go; spdlog does the writing.
#include <chorus/core/log.hpp>
#include <chorus/core/log_line.hpp>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>
#include <utility>

namespace chorus {

namespace {

std::atomic<log_level> least_level{log_level::info};
std::atomic<log_format> line_format{log_format::text};
std::function<void(std::string_view)> redirected;

// spdlog's part is a sink many threads may write to; the line is complete when it gets there.
spdlog::logger& stderr_logger()
{
    static const auto logger = [] {
        auto made = std::make_unique<spdlog::logger>("chorus", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        return made;
    }();
    return *logger;
}

} // namespace

void log(log_level level, std::string_view event, std::span<const field> fields)
{
    if (!log_enabled(level)) return;
    const auto now = std::chrono::system_clock::now();
    const std::string line = format_line(line_format, now, level, event, fields);
    if (redirected)
        redirected(line);
    else
        stderr_logger().log(spdlog::level::info, spdlog::string_view_t{line});
}

bool log_enabled(log_level level) { return level >= least_level.load(std::memory_order_relaxed); }

void configure_log(log_level least, log_format format)
{
    least_level = least;
    line_format = format;
}

void redirect_log(std::function<void(std::string_view line)> sink) { redirected = std::move(sink); }

} // namespace chorus
