// outbox.hpp — What the hub knows of a member: a bounded queue of frames, and what happens when it is full.
#pragma once

#include <chorus/core/ring_buffer.hpp>
#include <chorus/hub/counters.hpp>
#include <chorus/hub/limits.hpp>
#include <chorus/net/transport.hpp>
#include <chorus/wire/burst.hpp>
#include <chorus/wire/close_code.hpp>
#include <chorus/wire/deflater.hpp>
#include <chorus/wire/frame.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chorus {

// What became of a message handed to an outbox.
enum class send_result {
    queued,  // it is on its way, or will be when the peer reads on
    dropped, // the policy gave it up; on an ordered room the client will be told by a `gap`
    closed,  // nothing more goes to this client
};

// What a flush came to.
enum class flush_result {
    all,     // nothing is left
    blocked, // the kernel takes no more; the writer waits for it
    ended,   // the connection is gone
};

// Whoever waits for what an outbox cannot do by itself: a session, or a test.
class outbox_owner
{
public:
    // Something needs the writer: bytes the socket did not take, a Close to see through, the end.
    virtual void outbox_changed() = 0;
    // From now on messages wait for others: after the interval of batches `end_wait` is to be called.
    virtual void batch_begun() = 0;

protected:
    ~outbox_owner() = default;
};

// A room's name, shared by all that is queued of it.
using room_label = std::shared_ptr<const std::string>;

// Where a frame stands in its room's order; an empty label means it stands in none.
struct room_position
{
    room_label room = {};
    std::uint64_t offset = 0;
};

// The bounded queue of one member, and the one function that writes to its transport.
//
// Threads: the member's shard only.
// Order: what is sent in order arrives in order. Pong and ping go between frames, never inside one; nothing follows a
// Close. Bound: judged only on what a flush could not hand to the kernel, see `outbox_limits`. Control frames have one
// slot each outside it. Drops cut at frame boundaries and never touch a frame of which a part is sent.
class outbox
{
public:
    outbox(transport& to, outbox_owner& owner, const outbox_limits& limits, outbox_counters& counters)
        : to_(to), owner_(owner), limits_(limits), counters_(counters)
    {
    }

    // From now on messages go out compressed, where that makes them smaller. The deflater must outlive the outbox.
    void compress_with(deflater& with) { deflater_ = &with; }
    // From now on envelopes go out in the binary protocol.
    void speak_binary() { binary_ = true; }
    bool speaks_binary() const { return binary_; }
    deflater* compression() const { return deflater_; } // null: messages go as they are
    // Whether messages wait for others and go out joined. Binary ones have no newlines to be joined by.
    bool batches() const { return limits_.batch.messages > 1 && !binary_; }

    // Queues a frame; it goes out with the next flush, at the latest when the writer wakes.
    send_result send(shared_frame message, room_position at = {});

    // As `send`, but replaces a queued frame of the same key: the client sees the latest value, not each of them.
    send_result send_latest(std::string key, shared_frame message);

    // Queues the answer to a command of this member. Never dropped and never too much: commands under way are bounded,
    // and a session reads no further ones while answers pile up. One that says where the client now stands in a room
    // (joined, left) names it: what was lost before it is told before it.
    send_result answer(shared_frame message, room_label moves = {});

    // Hands over what a round published to a room: as one write of `whole` when nothing stands before it and the member
    // hears all of it, else frame by frame from `first` on. `whole` is in the form this client hears; it is null before
    // the round has ended, and for a client that shares its form with nobody. Flushes.
    void deliver(std::span<const tagged_frame> round, const burst* whole, const room_label& room, std::size_t first);

    void ping();
    void pong(std::string_view payload); // pongs coalesce only while the socket is full

    // Says goodbye after what is queued. The first goodbye counts.
    void close(close_code code, std::string_view reason);
    // Says goodbye at once: what is queued is thrown away. Supersedes a goodbye that still waits behind the queue.
    void close_now(close_code code, std::string_view reason);
    // Says goodbye at once to a client that costs too much; its own goodbye, if one waits.
    void close_too_slow();
    // The connection is gone; nothing is written any more.
    void end();

    // Hands the kernel what is queued, gathered, until all is written or it takes no more. While a hold is on or the
    // socket is known to be full it does nothing, and while a batch waits for more, only what is no message goes out.
    flush_result flush();

    // What waits for others has waited long enough.
    flush_result end_wait();

    // Until `unblock` nothing is written, as if the socket were full: what comes first is not ours (a handshake).
    void block() { blocked_ = true; }
    // The writer saw the socket become writable.
    void unblock() { blocked_ = false; }

    // While held, messages gather and nothing is flushed before the bound is reached: a read loop holds it while it
    // works through one read.
    void hold() { held_ = true; }
    flush_result release();

    // Brings what a delivery touches into the cache: the outbox itself, and one delivery later its transport.
    void prefetch() const
    {
        for (std::size_t at = 0; at < sizeof *this; at += 64)
            __builtin_prefetch(reinterpret_cast<const char*>(this) + at);
    }
    void prefetch_transport() const { __builtin_prefetch(&to_); }

    bool blocked() const { return blocked_; }
    bool ended() const { return ended_; }
    bool closing() const { return closing_; }
    bool close_sent() const { return close_sent_; }
    // Closed for being too slow: gets less patience.
    bool too_slow() const { return too_slow_; }
    close_code closed_with() const { return code_; }
    const std::string& close_reason() const { return reason_; }

    // Queued frames and bytes, control frames not counted.
    std::size_t messages() const { return items_.size(); }
    std::size_t bytes() const { return bytes_; }
    // The same with what is left of the frame that goes next.
    std::size_t held_bytes() const { return bytes_ + (rest_ ? rest_->size() - rest_sent_ : 0); }
    bool empty() const { return items_.empty() && !rest_ && !pong_ && !ping_ && gaps_.empty(); }
    bool half_full() const { return 2 * messages() >= limits_.messages || 2 * bytes_ >= limits_.bytes; }
    bool full() const { return messages() >= limits_.messages || bytes_ >= limits_.bytes; }

    // What the transport has taken so far: messages, of which one may be on its way in part, and bytes.
    std::uint64_t sent_messages() const { return sent_messages_; }
    std::uint64_t sent_bytes() const { return sent_bytes_; }

private:
    // What waits stands for offsets of its room: a message for its own, a notice for those whose loss it tells.
    enum class kind : std::uint8_t { plain, numbered, latest, notice, answer };
    struct item
    {
        shared_frame message;
        kind is = kind::plain;
        room_label label = {}; // its room, if it is of one; of a `latest`, its key
        std::uint64_t first = 0, last = 0;
    };
    struct gap
    {
        room_label room;
        std::uint64_t first, last;
        std::size_t place; // of the item ahead of which it stands, where the oldest are dropped
    };
    struct gathered;

    static item item_of(shared_frame message, const room_label& room, std::uint64_t offset);
    bool level() const { return empty() && !blocked_ && !held_ && !closing_ && !ended_ && !batches(); }
    bool keeps_context() const { return deflater_ && deflater_->keeps_context(); }
    bool waits_for_more() const;
    // Whether messages get their last form only when they go out.
    bool forms_late() const { return keeps_context() || batches(); }
    shared_frame as_heard(shared_frame message) const;
    bool fits(std::size_t messages, std::size_t bytes) const;
    bool replace(const std::string& key, shared_frame& message);
    send_result announce(send_result result);
    send_result enqueue(item next, slow_policy slow);
    send_result make_room(const item& next, slow_policy slow);
    slow_policy slow_in_rooms() const;
    void push(item next);
    void forget(std::size_t place);
    void count_queued(const frame& what);
    void count_gone(const frame& what);
    void drop_newest(const item& lost);
    bool drop_oldest();
    void note_gap(const item& lost, std::size_t place);
    bool moves_between(std::size_t first, std::size_t last, const std::string& room) const;
    void tell_gaps();
    void drop_queue();
    void begin(shared_frame message, std::size_t sent);
    void drop_rest();
    void drop_pongs();
    void write_burst(const burst& whole, const room_label& room);
    flush_result write_out();
    flush_result write_urgent();
    flush_result write_gathered();
    void form_next();
    shared_frame take_item();
    shared_frame take_batch();
    std::size_t next_batch() const;
    void gather(gathered& list) const;
    void consume(std::size_t written);
    void take(shared_frame& slot, std::size_t& written);
    flush_result write(std::span<const asio::const_buffer> buffers, std::size_t& written);
    void changed();

    transport& to_;
    outbox_owner& owner_;
    const outbox_limits& limits_;
    outbox_counters& counters_;
    deflater* deflater_ = nullptr;

    ring_buffer<item> items_; // whole frames, none of them partly sent
    std::size_t bytes_ = 0;   // of items_
    std::uint64_t sent_messages_ = 0, sent_bytes_ = 0;
    shared_frame rest_;                // the frame that must go next: a part of it is sent, or it has its last form...
    std::size_t rest_sent_ = 0;        // ...and how much of it
    shared_frame pong_, ping_, close_; // one slot each
    std::vector<gap> gaps_;            // what the client has to be told
    std::string reason_;
    close_code code_ = close_code::no_status;
    bool binary_ = false;
    bool blocked_ = false, held_ = false, ended_ = false;
    bool closing_ = false, close_sent_ = false, too_slow_ = false;
    bool waiting_ = false, waited_enough_ = false; // a batch
};

} // namespace chorus
