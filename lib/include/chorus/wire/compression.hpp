// compression.hpp — What the connections of a shard compress and inflate with: lent to all of them, or kept by one.
#pragma once
#include <chorus/wire/deflate_parameters.hpp>
#include <chorus/wire/deflater.hpp>
#include <chorus/wire/inflater.hpp>
#include <chorus/wire/scratch_buffer.hpp>

#include <memory>
#include <optional>

namespace chorus {

// No context goes from one message to the next, so one of each serves all connections of a shard. zlib's memory, some
// 300 KiB, is taken with the first message. One thread.
struct shared_compression
{
    scratch_buffer deflated, inflated;
    chorus::deflater deflater{deflated};
    chorus::inflater inflater{inflated};
};

// A server's end of one connection. What keeps a context is its own, with memory from its first message on; the rest is
// lent, and must outlive it.
class compression
{
public:
    compression(const std::optional<deflate_parameters>& agreed, shared_compression& lent);
    ~compression();

    // Null: no compressed message may come.
    inflater* incoming() const { return incoming_; }
    // Null: messages go as they are. Also when the client has asked for a window smaller than what is lent.
    deflater* outgoing() const { return outgoing_; }

private:
    struct kept;

    std::unique_ptr<kept> kept_; // null: everything is lent
    inflater* incoming_ = nullptr;
    deflater* outgoing_ = nullptr;
};

} // namespace chorus
