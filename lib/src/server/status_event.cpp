// status_event.cpp — What a server has counted, as the page at /status reads it.
#include "status_event.hpp"

#include <chorus/wire/json.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <numeric>

namespace chorus {
namespace {

boost::json::array bounds()
{
    boost::json::array all;
    for (const auto each : latency_histogram::bounds)
        all.push_back(std::chrono::duration<double>(each).count());
    return all;
}

boost::json::array buckets(const latency_histogram::reading& of)
{
    boost::json::array all;
    for (const auto each : of.buckets)
        all.push_back(each);
    return all;
}

latency_histogram::reading together(const std::vector<latency_histogram::reading>& all)
{
    latency_histogram::reading sum;
    for (const auto& each : all)
        sum += each;
    return sum;
}

// Sessions are what is answered 101, the first status there is.
std::uint64_t refused(const tally<http_statuses>::reading& handshakes)
{
    static_assert(http_statuses.front() == 101);
    return std::accumulate(handshakes.begin() + 1, handshakes.end(), std::uint64_t{0});
}

} // namespace

std::string status_event(const snapshot& now, std::int64_t time)
{
    const boost::json::object told{
        {"time", time},
        {"connections", now.connections},
        {"sessions", now.sessions},
        {"rooms", now.rooms},
        {"draining", now.draining},
        {"welcomed", now.handshakes.front()},
        {"refused", refused(now.handshakes)},
        {"messages_in", now.messages_in},
        {"bytes_in", now.bytes_in},
        {"published", now.published},
        {"delivered", now.delivered},
        {"bytes_out", now.bytes_out},
        {"dropped", now.dropped_newest + now.dropped_oldest + now.conflated + now.dropped_on_close},
        {"closed_slow", now.closed_slow},
        {"queued_messages", now.queued_messages},
        {"queued_bytes", now.queued_bytes},
        {"bounds", bounds()},
        {"handshake", buckets(now.handshake_time)},
        {"fan_out", buckets(now.fan_out)},
        {"loop_lag", buckets(together(now.loop_lag))},
    };
    std::string text;
    append_json(text, json(told));
    return text;
}

} // namespace chorus
