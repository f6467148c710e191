// live_update.cpp — What a server that runs can take from a new config.
#include <chorus/server/live_update.hpp>

#include <algorithm>

namespace chorus {
namespace {

using rates = std::map<std::string, rate>;

// Each user has a bucket for each of them, and the routes know them by number.
bool have_same_types(const rates& some, const rates& others)
{
    return std::ranges::equal(some, others, {}, &rates::value_type::first, &rates::value_type::first);
}

} // namespace

config live_update(const config& running, const config& wished)
{
    config result = running;
    result.origins = wished.origins;
    result.require_origin = wished.require_origin;
    result.max_connections = wished.max_connections;
    result.max_per_ip = wished.max_per_ip;
    result.max_per_user = wished.max_per_user;
    result.max_message = wished.max_message;
    result.max_fragments = wished.max_fragments;
    result.rate = wished.rate;
    result.burst = wished.burst;
    result.join_burst = wished.join_burst;
    if (have_same_types(running.rates, wished.rates)) result.rates = wished.rates;
    result.byte_rate = wished.byte_rate;
    result.byte_burst = wished.byte_burst;
    result.strikes = wished.strikes;
    result.control_rate = wished.control_rate;
    result.control_burst = wished.control_burst;
    result.max_queued_bytes = wished.max_queued_bytes;
    result.max_rooms_per_client = wished.max_rooms_per_client;
    result.room_names = wished.room_names;
    result.message_wait = wished.message_wait;
    result.token_grace = wished.token_grace;
    result.drain_timeout = wished.drain_timeout;
    return result;
}

} // namespace chorus
