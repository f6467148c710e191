// snapshot.cpp — What a server has counted until now, all its shards together.
#include <chorus/server/snapshot.hpp>

namespace chorus {

void snapshot::add(const server_counters& of)
{
    accepted += of.accepted;
    cut += of.cut;
    handshakes += of.handshakes.read();
    requests += of.requests.read();
    ended += of.ended.read();
    handshake_time += of.handshake_time.read();
}

void snapshot::add(const hub_counters& of)
{
    rooms += of.rooms;
    messages_in += of.heard_messages;
    bytes_in += of.heard_bytes;
    handler_failures += of.handler_failures;
    published += of.published;
    fan_out += of.fan_out.read();
}

void snapshot::add(const outbox_counters& of)
{
    delivered += of.delivered;
    bytes_out += of.sent_bytes;
    dropped_newest += of.dropped_newest;
    dropped_oldest += of.dropped_oldest;
    conflated += of.conflated;
    dropped_on_close += of.dropped_on_close;
    closed_slow += of.closed_slow;
    queued_messages += of.queued_messages;
    queued_bytes += of.queued_bytes;
}

} // namespace chorus
