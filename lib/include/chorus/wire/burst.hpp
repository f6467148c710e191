// burst.hpp — The frames one round publishes to a room, back to back in one block that its members share.
#pragma once
#include <chorus/wire/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace chorus {

// A round of one room ends at whichever comes first. Past these a larger write no longer pays for the wait.
struct burst_limits
{
    static constexpr std::size_t messages = 128;
    static constexpr std::size_t bytes = 64 * 1024;
};

// A frame's place in a room: the tag is opaque here; the hub stores the message's offset in its room.
struct tagged_frame
{
    shared_frame frame;
    std::uint64_t tag = 0;
};

class burst;
using shared_burst = boost::intrusive_ptr<const burst>;

// One reference and one write per member and round, instead of one per message. Only a level member can take it: one
// whose outbox is empty, who is a member for the whole round, hears the same representation as the others, and does
// not conflate. All others take the frames one by one; who joins or leaves in mid-round ends the burst before that.
// Object, entries and bytes are one allocation. Immutable and counted atomically, like the frames it is made of.
class burst : public boost::intrusive_ref_counter<burst>
{
public:
    struct entry
    {
        shared_frame frame;
        std::size_t end; // where the frame ends in bytes()
        std::uint64_t tag;
    };

    std::string_view bytes() const { return {data(), size_}; }
    std::size_t size() const { return size_; } // of bytes()
    std::size_t count() const { return count_; }
    std::span<const entry> entries() const { return {first_entry(), count_}; }

    // The index of the first frame that begins at or after `offset`, count() when none does. When `offset` bytes are
    // with the kernel, the entries from here on can still be dropped or queued one by one; the frame before must first
    // be finished, up to frame_start() of this index.
    std::size_t first_frame_after(std::size_t offset) const;
    std::size_t frame_start(std::size_t index) const { return index == 0 ? 0 : first_entry()[index - 1].end; }

    burst(const burst&) = delete;
    burst& operator=(const burst&) = delete;
    ~burst();

    static void operator delete(void* block) { ::operator delete(block); }

private:
    friend shared_burst make_burst(std::span<const tagged_frame>);

    burst(std::span<const tagged_frame> frames, std::size_t size);
    static void* operator new(std::size_t object, std::size_t behind) { return ::operator new(object + behind); }
    static void operator delete(void* block, std::size_t) { ::operator delete(block); }

    const entry* first_entry() const { return reinterpret_cast<const entry*>(this + 1); }
    const char* data() const { return reinterpret_cast<const char*>(first_entry() + count_); }

    std::size_t count_;
    std::size_t size_;
};

shared_burst make_burst(std::span<const tagged_frame> frames);

// Gathers a round; keeps its memory from one round to the next. One per hub, on its shard only.
class burst_builder
{
public:
    void add(shared_frame frame, std::uint64_t tag = 0);

    bool empty() const { return frames_.empty(); }
    bool full() const { return frames_.size() >= burst_limits::messages || size_ >= burst_limits::bytes; }
    std::size_t size() const { return size_; } // of the bytes gathered
    std::span<const tagged_frame> frames() const { return frames_; }

    shared_burst take(); // the burst of what was gathered; the builder is empty again
    void clear();

private:
    std::vector<tagged_frame> frames_;
    std::size_t size_ = 0;
};

} // namespace chorus
