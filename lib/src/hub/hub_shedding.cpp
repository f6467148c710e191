// hub_shedding.cpp — When all outboxes of the process together hold too much, those that hold the most are closed.
#include <chorus/hub/hub.hpp>

#include <chorus/core/log.hpp>

#include <algorithm>

namespace chorus {
namespace {

// When all are closed that can be, and what they hold is still too much, it is looked again only after a while.
constexpr std::chrono::milliseconds shedding_interval{100};

constexpr std::size_t steps_in_bound = 64;

// Below the bound by some room, so that the next round does not have to do it again.
std::size_t enough_below(std::size_t bound) { return bound - bound / 8; }

bool holds_less(const member* one, const member* other) { return one->out().held_bytes() < other->out().held_bytes(); }

} // namespace

// What other shards hold lies in memory that their threads write all the time, so it is looked at only when this shard
// holds more than at its last look, by a step of which all shards together can be a small part above the bound.
void hub::keep_bound()
{
    const auto bound = limits_.queued_bytes;
    const std::size_t held = outboxes_.queued_bytes;
    looked_at_ = std::min(looked_at_, held);
    if (bound == 0 || held <= looked_at_ + bound / (steps_in_bound * hubs_.size())) return;
    looked_at_ = held;
    if (queued_bytes() > bound) ask_to_shed(bound);
}

void hub::look_again()
{
    looked_at_ = 0;
    keep_bound();
}

// Each shard has an equal part of the bound. When the process is above it, some shard is above its part; it may be one
// that has nothing else to do, so it is told.
void hub::ask_to_shed(std::size_t bound)
{
    for (unsigned shard = 0; shard < hubs_.size(); ++shard) {
        auto& there = *hubs_[shard];
        const auto is_above = there.outboxes_.queued_bytes > enough_below(bound) / hubs_.size();
        if (is_above && !there.asked_to_shed_.exchange(true)) carry(shard, ask::shed{});
    }
    hand_over();
}

// What cannot be taken from those who are leaving, frames on their way, goes with them, and soon: until then everybody
// has been looked at.
void hub::on(ask::shed&)
{
    const auto bound = limits_.queued_bytes; // which may be none by now
    const auto closed = bound > 0 ? shed() : 0;
    if (closed > 0) log(log_level::warning, "slowest_shed", {{"sessions", closed}, {"still_queued", queued_bytes()}});
    if (bound > 0 && queued_bytes() > bound)
        shed_again_.set(clock().now() + shedding_interval);
    else
        asked_to_shed_ = false;
}

// Only whoever takes nothing is slow: what merely waits for a batch goes out first. Who is on its way out already keeps
// its own goodbye, but not what waits before it.
std::size_t hub::shed()
{
    std::vector<member*> fullest;
    std::size_t leaving = 0; // bytes
    for (const auto& [id, each] : members_) {
        auto& out = each->out();
        if (!out.blocked()) out.end_wait();
        if (out.closing() && out.bytes() == 0)
            leaving += out.held_bytes();
        else if (out.blocked() && out.held_bytes() > 0)
            fullest.push_back(each);
    }
    const auto enough = enough_below(limits_.queued_bytes);
    const auto is_enough = [&] {
        return queued_bytes() <= enough + leaving || outboxes_.queued_bytes <= enough / hubs_.size() + leaving;
    };
    std::ranges::make_heap(fullest, holds_less);
    std::size_t closed = 0;
    for (; !fullest.empty() && !is_enough(); ++closed) {
        std::ranges::pop_heap(fullest, holds_less); // by what they hold now, so before it changes
        auto& out = fullest.back()->out();
        out.close_too_slow();
        leaving += out.held_bytes(); // the frame on its way
        fullest.pop_back();
    }
    return closed;
}

void hub::shed_again()
{
    asked_to_shed_ = false;
    look_again();
}

std::size_t hub::queued_bytes() const
{
    std::size_t all = 0;
    for (const auto* const each : hubs_)
        all += each->outboxes_.queued_bytes;
    return all;
}

} // namespace chorus
