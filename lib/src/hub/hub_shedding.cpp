// hub_shedding.cpp — When all outboxes of the process together hold too much, those that hold the most are closed.
#include <chorus/hub/hub.hpp>

#include <chorus/core/log.hpp>

#include <algorithm>

namespace chorus {
namespace {

// Below the bound by some room, so that the next round does not have to do it again.
std::size_t enough_below(std::size_t bound) { return bound - bound / 8; }

bool holds_less(const member* one, const member* other) { return one->out().bytes() < other->out().bytes(); }

} // namespace

// Each shard has an equal part of the bound. When the process is above it, some shard is above its part; it may be one
// that has nothing else to do, so it is told.
void hub::keep_bound()
{
    const auto bound = limits_.queued_bytes;
    if (bound == 0 || queued_bytes() <= bound) return;
    for (unsigned shard = 0; shard < hubs_.size(); ++shard)
        if (hubs_[shard]->outboxes_.queued_bytes > enough_below(bound) / hubs_.size()) carry(shard, ask::shed{});
    hand_over();
}

void hub::on(ask::shed&)
{
    const auto enough = enough_below(limits_.queued_bytes);
    const auto is_enough = [&] { return queued_bytes() <= enough || outboxes_.queued_bytes <= enough / hubs_.size(); };
    if (limits_.queued_bytes == 0 || is_enough()) return; // meanwhile
    std::vector<member*> fullest;
    for (const auto& [id, each] : members_)
        if (each->out().bytes() > 0) fullest.push_back(each);
    std::ranges::make_heap(fullest, holds_less);
    std::size_t closed = 0;
    for (; !fullest.empty() && !is_enough(); ++closed) {
        std::ranges::pop_heap(fullest, holds_less); // by what they hold now, so before it changes
        fullest.back()->out().close_too_slow();
        fullest.pop_back();
    }
    if (closed == 0) return;
    log(log_level::warning, "slowest_shed", {{"sessions", closed}, {"still_queued", queued_bytes()}});
}

std::size_t hub::queued_bytes() const
{
    std::size_t all = 0;
    for (const auto* const each : hubs_)
        all += each->outboxes_.queued_bytes;
    return all;
}

} // namespace chorus
