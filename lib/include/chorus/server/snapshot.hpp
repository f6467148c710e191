// snapshot.hpp — What a server has counted until now, all its shards together.
#pragma once

#include <chorus/hub/hub.hpp>
#include <chorus/server/counters.hpp>

#include <cstdint>
#include <vector>

namespace chorus {

// Plain numbers, read without stopping anybody: two of them may be a moment apart. All but those that say "now" only
// ever grow.
struct snapshot
{
    std::uint64_t connections = 0; // now, as the gate counts them
    std::uint64_t sessions = 0;    // now
    std::uint64_t rooms = 0;       // now
    bool draining = false;         // now

    std::uint64_t accepted = 0, cut = 0;
    tally<http_statuses>::reading handshakes{}, requests{};
    tally<session_end_codes>::reading ended{};

    std::uint64_t messages_in = 0, bytes_in = 0, published = 0, delivered = 0, bytes_out = 0;
    std::uint64_t handler_failures = 0;
    std::uint64_t dropped_newest = 0, dropped_oldest = 0, conflated = 0, dropped_on_close = 0, closed_slow = 0;
    std::uint64_t queued_messages = 0, queued_bytes = 0; // now

    latency_histogram::reading handshake_time, fan_out;
    std::vector<latency_histogram::reading> loop_lag; // by shard

    // Adds what one shard has counted. From any thread.
    void add(const server_counters& of);
    void add(const hub_counters& of);
    void add(const outbox_counters& of);
};

} // namespace chorus
