// metrics.hpp — What a server has counted, as Prometheus reads it.
#pragma once

#include <chorus/server/snapshot.hpp>

#include <string>
#include <string_view>

namespace chorus {

inline constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

// In the text format of Prometheus; docs/metrics.md tells what each stands for.
std::string metrics_text(const snapshot& now);

} // namespace chorus
