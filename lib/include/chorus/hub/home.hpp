// home.hpp — The rooms whose home is one shard: answers what members of all shards ask of them, in one order.
#pragma once

#include <chorus/core/clock.hpp>
#include <chorus/core/keyed_hash.hpp>
#include <chorus/hub/counters.hpp>
#include <chorus/hub/relay.hpp>
#include <chorus/hub/room.hpp>

#include <boost/intrusive/list.hpp>

#include <string>
#include <utility>

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
    home(unsigned shards, const hub_limits& limits, clock& time, home_listener& listener, hub_counters& counters);

    void handle(ask::enter asked);
    void handle(ask::leave asked);
    void handle(ask::publish asked);

    std::size_t rooms() const { return rooms_.size(); } // the empty ones that linger included

private:
    // A room; while nobody is in it, it stands in line for its end.
    struct lodging : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>
    {
        template <class... Parts> explicit lodging(Parts&&... parts) : room(std::forward<Parts>(parts)...) {}

        chorus::room room;
        time_point empty_since = {};
    };
    using line = boost::intrusive::list<lodging, boost::intrusive::constant_time_size<false>>;

    lodging* find(const std::string& room);
    lodging* find_or_make(const std::string& room); // nothing when the house is full of people
    bool is_full() const;
    void post(const chorus::room& where, tagged_frame message, time_point accepted = {});
    void post_to_everyone(const ask::publish& asked);
    void tell_presence(const chorus::room& where, const std::string& user, std::string_view event);
    void settle(const ask::publish& asked, std::uint64_t offset);
    void refuse(const ask::publish& asked);
    void linger(lodging& emptied);
    void end_lingering();
    void end_longest_empty();

    unsigned shards_;
    const hub_limits& limits_;
    clock& clock_;
    home_listener& listener_;
    hub_counters& counters_;
    room_label everyone_;
    text_map<lodging> rooms_;
    line empty_; // the longest empty first
    alarm next_end_;
};

} // namespace chorus
