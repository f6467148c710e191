// settings.hpp — The world of a seed before anything happens in it: how large it is, and which limits hold.
#pragma once

#include "support/random.hpp"

#include <chorus/server/config.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace chorus::simulation {

struct settings
{
    config server;                          // its threads are the shards
    std::size_t places_for_rooms = 100'000; // what a config does not say: hub_limits
    std::size_t presence_users = 200;
    std::size_t listed_members = 100;

    unsigned callers = 1;
    std::vector<std::string> rooms;
    unsigned steps = 0;
    std::size_t longest_text = 20;  // usually
    std::vector<std::size_t> pipes; // what may be under way in one direction; chosen for each connection
    std::size_t haste = 0;          // percent of the steps after which all shards work until they have no more to do
    std::size_t mischief = 0;       // percent of the times that a caller might do what it should not
    std::size_t wakefulness = 50;   // percent of the rests in which all read that have stopped
    std::size_t longest_breath = 1; // messages that a caller says without a pause
    bool drains = false;            // it ends with a drain, not at once

    bool drops() const { return server.outbox.slow != slow_policy::close; }
    // Else presence may be left out, or lost.
    bool tells_all_presence() const { return presence_users == hub_limits{}.presence_users && !drops(); }
    bool has_few_places() const { return places_for_rooms < hub_limits{}.rooms; }
    bool limits_connections() const
    {
        return server.max_connections < config{}.max_connections || server.max_per_ip < config{}.max_per_ip;
    }
    bool limits_control_frames() const { return server.control_rate < config{}.control_rate; }
    // Of what one member may say to the others.
    std::size_t largest_frame() const { return std::max<std::size_t>(longest_text, 4096) + 400; }
    std::string in_words() const;
};

// Most limits are far away in most worlds, so that the others can be reached.
settings make_settings(test::random& chance);

} // namespace chorus::simulation
