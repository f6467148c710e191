// status_event.hpp — What a server has counted, as the page at /status reads it.
#pragma once

#include <chorus/server/snapshot.hpp>

#include <cstdint>
#include <string>

namespace chorus {

// One line of JSON: totals, of which the page makes rates, and histograms as counts for each bucket, whose bounds, in
// seconds, go along. `time` is in milliseconds since 1970.
std::string status_event(const snapshot& now, std::int64_t time);

} // namespace chorus
