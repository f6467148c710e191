// counters.hpp — What is counted of a hub and its members: for one shard, by its thread, for any to read.
#pragma once

#include <chorus/core/counter.hpp>
#include <chorus/core/latency_histogram.hpp>

namespace chorus {

// What became of what was handed to outboxes.
struct outbox_counters
{
    counter delivered; // frames handed to the kernel or queued for it
    counter dropped_newest, dropped_oldest, conflated, dropped_on_close;
    counter closed_slow;
    counter writes, blocked;               // calls to the transport; those that found it full
    counter sent_bytes;                    // that the transport took
    counter queued_messages, queued_bytes; // what waits now; of pongs and of frames partly sent, the bytes only
};

struct hub_counters
{
    counter heard_messages, heard_bytes; // of the members' clients
    counter handler_failures;            // exceptions that escaped the handlers of the service
    counter published;                   // messages that rooms at home here have taken
    counter rooms;                       // at home here now, the empty ones that linger included
    latency_histogram fan_out; // for each message: from the moment its publisher was told yes until all here have it
};

} // namespace chorus
