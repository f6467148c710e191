// send_queue.hpp — What a client has to say and no connection has taken yet: bounded, with a named answer when full.
#pragma once

#include <chorus/core/bell.hpp>
#include <chorus/core/ring_buffer.hpp>
#include <chorus/wire/frame_header.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace chorus {

// What became of a message that was to be sent.
enum class send_answer : std::uint8_t {
    queued,  // it is on its way, or will be with the next connection
    dropped, // it, and under drop_oldest an older one, did not fit
    closed,  // nothing more goes out here: goodbye has been said, perhaps because this did not fit
};

// What happens to a message that does not fit.
enum class overflow : std::uint8_t {
    drop_newest, // it is not queued, and whoever sends it is told so at once
    drop_oldest, // the oldest make room
    close,       // the connection ends with 1013, and what waits is thrown away; without a connection: drop_newest
};

struct queue_limits
{
    // Judged only on what the kernel did not take. An empty queue takes one message of any size.
    std::size_t messages = 256;
    std::size_t bytes = 1024 * 1024;
    overflow when_full = overflow::drop_newest;
};

// Outlives connections: what one has not taken is there for the next. One shard. What a client must say first on a new
// connection goes ahead of the rest, and outside the bound.
class send_queue
{
public:
    struct entry
    {
        opcode op = opcode::text;
        std::string payload;
        std::uint64_t tag = 0;               // by which whoever sent it may take it back; 0: nobody will
        bool kept = false;                   // not dropped, nor refused: the sender bounds how many there are
        std::optional<std::string> key = {}; // replaces one of the same key that waits
    };

    explicit send_queue(queue_limits limits = {}) : limits_(limits) {}

    // `dropped` hears the tags of those that had to make room, or were thrown away.
    void on_drop(std::function<void(std::uint64_t tag)> dropped) { dropped_ = std::move(dropped); }

    bool fits(std::size_t size) const;
    // Never `closed`. Under the policy `close` what does not fit is `dropped`: ending the connection is its owner's.
    send_answer put(entry what);
    void put_ahead(entry what) { ahead_.push_back(std::move(what)); }

    bool empty() const { return ahead_.empty() && entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    std::size_t kept() const { return kept_; } // of these
    bool half_full() const { return 2 * entries_.size() > limits_.messages || 2 * bytes_ > limits_.bytes; }
    const queue_limits& limits() const { return limits_; }

    entry pop(); // the next to go out
    bool has(std::uint64_t tag) const;
    bool take_back(std::uint64_t tag); // all of that tag; false: none waits any more
    void clear_ahead() { ahead_.clear(); }
    void clear(); // throws all away

    // Rung when something has left, also from the buffer behind the queue: for one coroutine that waits for room.
    bell& moved() { return moved_; }

private:
    bool replace(entry& what);
    bool drop_oldest();
    void erase(std::size_t index);

    queue_limits limits_;
    ring_buffer<entry> ahead_, entries_;
    std::size_t bytes_ = 0, kept_ = 0; // of entries_
    std::function<void(std::uint64_t)> dropped_;
    bell moved_;
};

} // namespace chorus
