// home.hpp — The rooms whose home is one shard: answers what members of all shards ask of them, in one order.
#pragma once

#include <chorus/core/clock.hpp>
#include <chorus/hub/relay.hpp>
#include <chorus/hub/room.hpp>

#include <deque>
#include <string>
#include <unordered_map>

namespace chorus {

// Whoever carries a home's answers to the shards.
class home_listener
{
public:
    virtual void tell(unsigned shard, relay what) = 0;

protected:
    ~home_listener() = default;
};

// Belongs to one hub; its shard's thread only. It never waits and never writes: what it answers goes to the listener.
class home
{
public:
    home(unsigned shards, const hub_limits& limits, clock& time, home_listener& listener);

    void handle(ask::enter asked);
    void handle(ask::leave asked);
    void handle(ask::publish asked);

    std::size_t rooms() const { return rooms_.size(); } // the empty ones that linger included

private:
    struct lodging
    {
        chorus::room room;
        time_point empty_since = {};
        bool waits_for_end = false; // it stands in `ending_`
    };

    lodging* find(const std::string& room);
    lodging* find_or_make(const std::string& room);
    void post(const chorus::room& where, tagged_frame message);
    void post_to_everyone(const ask::publish& asked);
    void tell_presence(const chorus::room& where, const std::string& user, std::string_view event);
    void settle(const ask::publish& asked, std::uint64_t offset);
    void linger(lodging& emptied);
    void end_lingering();

    unsigned shards_;
    const hub_limits& limits_;
    clock& clock_;
    home_listener& listener_;
    room_label everyone_;
    std::unordered_map<std::string, lodging> rooms_;
    std::deque<room_label> ending_; // empty rooms, the longest empty first, each once
    alarm next_end_;
};

} // namespace chorus
