// scratch_buffer.hpp — Memory into which one message after another is written, grown to what each needs.
#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace chorus {

// Shared by all that write one message at a time, as a shard's read buffer is: what is in it lasts until the next
// message. One thread.
class scratch_buffer
{
public:
    static constexpr std::size_t first_size = 16 * 1024;
    static constexpr std::size_t kept_size = 128 * 1024; // what was larger is given back with the next message

    // The next message begins.
    void clear()
    {
        size_ = 0;
        if (capacity_ > kept_size) {
            memory_ = nullptr;
            capacity_ = 0;
        }
    }

    // Memory behind what was written, more when it was used up, but never past `limit` bytes in all: then it is empty.
    std::span<char> room(std::size_t limit)
    {
        if (size_ == capacity_ && size_ < limit) grow(std::min(std::max(2 * capacity_, first_size), limit));
        return {memory_.get() + size_, std::min(capacity_, std::max(limit, size_)) - size_};
    }
    void written(std::size_t bytes) { size_ += bytes; } // of the room

    std::string_view view() const { return {memory_.get(), size_}; }
    std::size_t capacity() const { return capacity_; }

private:
    void grow(std::size_t capacity)
    {
        std::unique_ptr<char[]> larger{new char[capacity]}; // not set to zero: it is written before it is read
        std::copy_n(memory_.get(), size_, larger.get());
        memory_ = std::move(larger);
        capacity_ = capacity;
    }

    std::unique_ptr<char[]> memory_;
    std::size_t capacity_ = 0, size_ = 0;
};

} // namespace chorus
