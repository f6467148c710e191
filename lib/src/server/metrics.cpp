// metrics.cpp — What a server has counted, as Prometheus reads it.
#include <chorus/server/metrics.hpp>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <chrono>
#include <limits>
#include <utility>
#include <vector>

namespace chorus {
namespace {

using families = std::vector<prometheus::MetricFamily>;
using metric = prometheus::ClientMetric;

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

metric counted(std::uint64_t value)
{
    metric made;
    made.counter.value = static_cast<double>(value);
    return made;
}

metric level(std::uint64_t value)
{
    metric made;
    made.gauge.value = static_cast<double>(value);
    return made;
}

metric labelled(metric of, std::string name, std::string value)
{
    of.label.push_back({std::move(name), std::move(value)});
    return of;
}

metric histogram(const latency_histogram::reading& of)
{
    metric made;
    made.histogram.sample_sum = seconds(of.sum);
    made.histogram.sample_count = of.count();
    std::uint64_t until_here = 0;
    for (std::size_t i = 0; i < of.buckets.size(); ++i) {
        const auto is_last = i == latency_histogram::bounds.size();
        const auto bound = is_last ? std::numeric_limits<double>::infinity() : seconds(latency_histogram::bounds[i]);
        made.histogram.bucket.push_back({until_here += of.buckets[i], bound});
    }
    return made;
}

// One for each number that is known, from the start on, so that a rate over it sees the first one too.
template <class Known, class Counts> std::vector<metric> by_code(const Known& known, const Counts& counts)
{
    std::vector<metric> all;
    all.reserve(known.size() + 1);
    for (std::size_t i = 0; i < known.size(); ++i)
        all.push_back(labelled(counted(counts[i]), "code", std::to_string(known[i])));
    all.push_back(labelled(counted(counts.back()), "code", "other"));
    return all;
}

std::vector<metric> drops(const snapshot& now)
{
    return {labelled(counted(now.dropped_newest), "reason", "newest"),
            labelled(counted(now.dropped_oldest), "reason", "oldest"),
            labelled(counted(now.conflated), "reason", "replaced"),
            labelled(counted(now.dropped_on_close), "reason", "closed")};
}

std::vector<metric> by_shard(const std::vector<latency_histogram::reading>& all)
{
    std::vector<metric> each;
    each.reserve(all.size());
    for (std::size_t shard = 0; shard < all.size(); ++shard)
        each.push_back(labelled(histogram(all[shard]), "shard", std::to_string(shard)));
    return each;
}

families families_of(const snapshot& now)
{
    using enum prometheus::MetricType;
    return {
        {"chorus_connections", "Connections now, as --max-connections counts them.", Gauge, {level(now.connections)}},
        {"chorus_sessions",
         "WebSocket sessions now; while draining, those that are left.",
         Gauge,
         {level(now.sessions)}},
        {"chorus_draining", "1 while the server is shutting down.", Gauge, {level(now.draining ? 1 : 0)}},
        {"chorus_rooms", "Rooms now, the empty ones that linger included.", Gauge, {level(now.rooms)}},
        {"chorus_connections_accepted_total", "Connections that were accepted.", Counter, {counted(now.accepted)}},
        {"chorus_connections_cut_total",
         "Connections over a limit that were cut without an answer, because so many were being told.",
         Counter,
         {counted(now.cut)}},
        {"chorus_handshakes_total", "Requests at /ws by the answer's status: 101 is a session, the rest was refused.",
         Counter, by_code(http_statuses, now.handshakes)},
        {"chorus_http_requests_total", "Other HTTP requests by the answer's status.", Counter,
         by_code(http_statuses, now.requests)},
        {"chorus_sessions_ended_total", "Sessions that have ended, by close code; 1006 is one that ended without.",
         Counter, by_code(session_end_codes, now.ended)},
        {"chorus_handler_failures_total",
         "Exceptions that escaped the service's handlers of messages, sessions and tokens that expire.",
         Counter,
         {counted(now.handler_failures)}},
        {"chorus_messages_received_total", "Messages that clients have sent.", Counter, {counted(now.messages_in)}},
        {"chorus_received_bytes_total", "Bytes that sessions have read.", Counter, {counted(now.bytes_in)}},
        {"chorus_messages_published_total",
         "Messages that rooms, and the room of everyone, have taken.",
         Counter,
         {counted(now.published)}},
        {"chorus_messages_delivered_total",
         "Messages handed to a client's connection or queued for it; answers and notices included.",
         Counter,
         {counted(now.delivered)}},
        {"chorus_sent_bytes_total", "Bytes that sessions have written.", Counter, {counted(now.bytes_out)}},
        {"chorus_messages_dropped_total",
         "Messages that were queued, or to be queued, and did not go out: the newest or the oldest of a full queue, "
         "replaced by a later value, or left when the session ended.",
         Counter, drops(now)},
        {"chorus_slow_sessions_closed_total",
         "Sessions that were closed because their queue was full, or all queues together held too much.",
         Counter,
         {counted(now.closed_slow)}},
        {"chorus_queued_messages",
         "Messages that wait now for clients to read on.",
         Gauge,
         {level(now.queued_messages)}},
        {"chorus_queued_bytes",
         "Bytes that wait now for clients to read on, the rest of frames that are partly sent included; what many "
         "share counts for each.",
         Gauge,
         {level(now.queued_bytes)}},
        {"chorus_handshake_duration_seconds",
         "From accept, or the first byte of a later request, until the upgrade is answered.",
         Histogram,
         {histogram(now.handshake_time)}},
        {"chorus_fan_out_duration_seconds",
         "From a message's acceptance at the hub until all members on a shard have it; once for each shard.",
         Histogram,
         {histogram(now.fan_out)}},
        {"chorus_loop_lag_seconds", "How late the event loop of a shard was at each look.", Histogram,
         by_shard(now.loop_lag)},
    };
}

} // namespace

std::string metrics_text(const snapshot& now) { return prometheus::TextSerializer().Serialize(families_of(now)); }

} // namespace chorus
