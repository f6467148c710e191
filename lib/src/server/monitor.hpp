// monitor.hpp — What whoever operates a server sees of it: metrics for Prometheus, and events for a page that is live.
#pragma once

#include <chorus/core/loop_watch.hpp>
#include <chorus/net/address.hpp>
#include <chorus/server/service.hpp>
#include <chorus/server/snapshot.hpp>
#include <chorus/server/worker.hpp>

#include <memory>
#include <span>
#include <vector>

namespace chorus {

// Any thread may count while the server runs. Watching begins and ends while it does not.
class monitor
{
public:
    // Adds /metrics and /status/events to what is served to operators, if the config says so.
    explicit monitor(service& of);

    void watch(std::span<const std::unique_ptr<worker>> all);
    void stop();

    snapshot count() const;

    // What everybody may read should not be so by accident. `where` is the place for operators, as its socket is bound.
    void warn_when_public(const address& where) const;

private:
    struct watched
    {
        worker* who;
        std::unique_ptr<loop_watch> loop;
    };

    service& service_;
    std::vector<watched> all_;
};

} // namespace chorus
