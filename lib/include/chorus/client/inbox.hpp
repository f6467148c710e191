// inbox.hpp — What a client has heard and its application has not taken yet; while it is full nothing more is read.
#pragma once

#include <chorus/client/event.hpp>
#include <chorus/core/bell.hpp>
#include <chorus/core/ring_buffer.hpp>

namespace chorus {

// The bound holds the server back, by way of TCP: nothing is dropped. One message of any legal size fits.
struct inbox_limits
{
    std::size_t events = 256;
    std::size_t bytes = 1024 * 1024; // of messages as they came
};

// One shard; one coroutine puts, one takes.
class inbox
{
public:
    explicit inbox(inbox_limits limits = {}) : limits_(limits) {}

    // Waits until there is room, or nobody takes any more.
    task<> room();
    // Always takes; whoever puts has waited for room. `size` is what the event counts for.
    void put(client_event what, std::size_t size = 0);

    // Nothing: it is finished, and all has been taken.
    task<std::optional<client_event>> next();

    bool has_next() const { return !entries_.empty(); }

    void finish();  // nothing more will be put
    void abandon(); // nothing more will be taken: what is there is dropped, and what comes too

private:
    struct entry
    {
        client_event what;
        std::size_t size;
    };

    bool full() const { return entries_.size() >= limits_.events || bytes_ >= limits_.bytes; }

    inbox_limits limits_;
    ring_buffer<entry> entries_;
    std::size_t bytes_ = 0;
    bell put_, taken_;
    bool finished_ = false, abandoned_ = false;
};

} // namespace chorus
