// monitor.cpp — What whoever operates a server sees of it: metrics for Prometheus, and events for a page that is live.
#include "monitor.hpp"

#include "status_event.hpp"

#include <chorus/core/log.hpp>
#include <chorus/server/metrics.hpp>

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <string>

namespace chorus {
namespace {

bool is_loopback(const address& where)
{
    error_code no_number;
    const auto number = asio::ip::make_address(where.host, no_number);
    return where.is_unix() || (!no_number && number.is_loopback());
}

std::int64_t now_in_ms()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace

monitor::monitor(service& of) : service_(of)
{
    if (!of.settings.metrics) return;
    auto& site = of.operators_site();
    site.add("/metrics", live_page{std::string(metrics_content_type), [this] { return metrics_text(count()); }});
    site.add("/status/events", [this] { return status_event(count(), now_in_ms()); });
}

void monitor::watch(std::span<const std::unique_ptr<worker>> all)
{
    if (!service_.settings.metrics) return;
    for (const auto& each : all)
        all_.push_back({each.get(), std::make_unique<loop_watch>(each->shard().clock())});
}

void monitor::stop() { all_.clear(); }

snapshot monitor::count() const
{
    snapshot now;
    now.connections = service_.gate.connections();
    now.draining = service_.gate.draining();
    for (const auto& [who, loop] : all_) {
        now.sessions += who->sessions();
        now.add(who->counters());
        now.add(who->hub().measures());
        now.add(who->hub().counters());
        now.loop_lag.push_back(loop->lag());
    }
    return now;
}

void monitor::warn_when_public(const address& where) const
{
    if (service_.settings.metrics && !is_loopback(where))
        log(log_level::warning, "metrics_are_public", {{"at", to_string(where)}, {"instead", "admin-listen"}});
}

} // namespace chorus
