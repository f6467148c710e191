// hub_world.cpp — hubs on as many shards as a test wants, polled in one thread, and members with a client at the end.
#include <chorus/test/hub_world.hpp>

#include <chorus/test/complaint.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace chorus::test {

struct hub_world::place
{
    place(unsigned index, unsigned shards, const hub_limits& limits)
        : here(index), hub(here.shard, shards, limits), coroutines(here.shard.get_executor())
    {
    }

    test_shard here;
    chorus::hub hub;
    scope coroutines;
};

hub_world::hub_world(unsigned shards, const hub_limits& limits) : limits_(limits)
{
    for (unsigned index = 0; index < shards; ++index) {
        auto& here = *places_.emplace_back(std::make_unique<place>(index, shards, limits_));
        hubs_.push_back(&here.hub);
    }
    for (auto& each : places_) {
        each->hub.connect(hubs_);
        each->coroutines.spawn(each->hub.run());
    }
    settle();
}

hub_world::~hub_world()
{
    settle();
    expect(under_way() == 0, "a member's command was never answered");
    while (!members_.empty())
        go(*members_.back());
    for (auto* const each : hubs_) {
        expect(each->members() == 0, "a hub still knows a member that has left");
        each->close();
    }
    settle();
    for (auto& each : places_)
        expect(each->coroutines.size() == 0, "a hub still runs after it was closed");
}

void hub_world::settle()
{
    for (bool busy = true; busy;) {
        busy = false;
        for (auto& each : places_)
            busy |= each->here.shard.poll() > 0;
    }
}

void hub_world::advance(duration by)
{
    // In steps of the earliest alarm anywhere, so that all clocks show the same while something happens.
    settle();
    for (auto left = by; left > duration::zero(); settle()) {
        auto step = left;
        for (const auto& each : places_)
            if (const auto next = each->here.clock.earliest())
                step = std::clamp(*next - each->here.clock.now(), duration::zero(), step);
        for (auto& each : places_)
            each->here.clock.advance(step);
        left -= step;
    }
}

void hub_world::advance_shard(unsigned index, duration by) { places_.at(index)->here.clock.advance(by); }

chorus::shard& hub_world::shard(unsigned index) { return places_.at(index)->here.shard; }

fake_member& hub_world::come(unsigned shard, std::string user, const outbox_limits& limits, std::size_t capacity)
{
    auto& who = begin_to_come(shard, std::move(user), limits, capacity);
    settle();
    return who;
}

fake_member& hub_world::begin_to_come(unsigned shard, std::string user, const outbox_limits& limits,
                                      std::size_t capacity)
{
    auto& where = *places_.at(shard);
    members_.push_back(std::make_unique<fake_member>(where.hub, ++last_id_, std::move(user), limits, capacity));
    where.coroutines.spawn(where.hub.enter(**members_.back()));
    return *members_.back();
}

fake_member& hub_world::come_to(unsigned shard, std::string user, const std::string& room, const outbox_limits& limits,
                                std::size_t capacity)
{
    auto& who = come(shard, std::move(user), limits, capacity);
    expect(who->join(room) == accepted::yes, "the room lets nobody in: " + room);
    settle();
    who.heard();
    return who;
}

void hub_world::go(fake_member& who)
{
    begin_to_go(who);
    settle();
    forget(who);
}

void hub_world::begin_to_go(fake_member& who) { scope_of(who).spawn(who.home().leave(*who)); }

void hub_world::forget(fake_member& who)
{
    std::erase_if(members_, [&](const auto& each) { return each.get() == &who; });
}

std::size_t hub_world::rooms() const
{
    std::size_t all = 0;
    for (auto* const each : hubs_)
        all += each->rooms();
    return all;
}

std::size_t hub_world::under_way() const
{
    std::size_t all = 0;
    for (auto& each : members_)
        all += (*each)->under_way();
    return all;
}

std::string hub_world::room_at(unsigned home, std::string name) const
{
    while (home_shard(name, shards()) != home)
        name += "'";
    return name;
}

scope& hub_world::scope_of(fake_member& who)
{
    for (auto& each : places_)
        if (&each->hub == &who.home()) return each->coroutines;
    throw std::logic_error("a member of no hub");
}

} // namespace chorus::test
