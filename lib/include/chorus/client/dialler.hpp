// dialler.hpp — Where a client's byte streams come from: the network, or a test.
#pragma once

#include <chorus/core/task.hpp>
#include <chorus/net/address.hpp>
#include <chorus/net/transport.hpp>
#include <chorus/wire/fault.hpp>

namespace chorus {

// One attempt at a time, and all of it on one shard.
class dialler
{
public:
    virtual ~dialler() = default;

    // A connected stream, or why there is none: `no_such_host`, `cannot_connect`, `too_late`, `given_up`. Ends within a
    // time of the dialler's own.
    virtual task<result<transport_ptr>> dial(address to) = 0;

    // Nobody wants the stream any more: the attempt under way, if there is one, ends at once with `given_up`.
    virtual void give_up() = 0;
};

} // namespace chorus
