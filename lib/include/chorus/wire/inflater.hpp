// inflater.hpp — Inflates compressed messages (RFC 7692, 7.2.2) and stops at the first byte too many.
#pragma once
#include <chorus/wire/deflate_parameters.hpp>
#include <chorus/wire/scratch_buffer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

namespace chorus {

enum class inflate_result : std::uint8_t {
    whole,     // message() is what was said
    too_big,   // it would be larger than the limit
    corrupt,   // this is not what a deflater writes
    no_memory, // zlib could not get what it needs
};

// One direction of one connection where the context is kept from message to message; otherwise any number of
// connections may borrow the same one, each for one message. zlib's memory, up to 44 KiB, is taken with the first
// message. One thread.
class inflater
{
public:
    // A window larger than the deflater's inflates as well.
    explicit inflater(scratch_buffer& into, context_takeover takeover = context_takeover::no,
                      int window_bits = largest_window);
    ~inflater();

    // All that the frames of one message carried. A limit of 0 stands for none. After anything but `whole` an inflater
    // that keeps its context is of no further use.
    inflate_result inflate(std::string_view compressed, std::size_t limit);

    // Valid until the next message that is inflated into the same memory.
    std::string_view message() const { return into_.view(); }

private:
    struct stream;

    bool begin();
    inflate_result feed(std::string_view part, std::size_t limit);
    inflate_result step(std::size_t limit);

    scratch_buffer& into_;
    std::unique_ptr<stream> stream_;
    context_takeover takeover_;
    int window_bits_;
};

// The most that a message of `size` bytes may take when it is compressed: what zlib writes in its worst case (nine bits
// for each byte, and the heads of the smallest blocks), and a flush at the end of each fragment, as long as fragments
// have 64 bytes on the average. Smaller ones, and empty ones, buy no more memory.
constexpr std::size_t compressed_at_most(std::size_t size, std::size_t fragments)
{
    constexpr std::size_t flush = 8, smallest_flushed = 64;
    if (size > std::numeric_limits<std::size_t>::max() / 16) return std::numeric_limits<std::size_t>::max();
    return size + size / 8 + size / 64 + flush * (2 + std::min(fragments, size / smallest_flushed));
}

} // namespace chorus
