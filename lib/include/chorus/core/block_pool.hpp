// block_pool.hpp — Memory of equal blocks for what comes and goes with clients: kept for the next one, within a bound,
// for as long as it is needed.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace chorus {

// A stack of free blocks: the one that was used last, and is still in the cache, is used next. One thread.
class block_pool
{
public:
    // Blocks of `size` bytes, of which at most `most` are kept. 0: none, each goes back to the heap.
    block_pool(std::size_t size, std::size_t most);
    ~block_pool();
    block_pool(const block_pool&) = delete;
    block_pool& operator=(const block_pool&) = delete;

    void* take(); // throws std::bad_alloc
    void give(void* block) noexcept;

    // Gives back what nobody has needed since the last time: called now and then, it lets go of a peak.
    void release_surplus() noexcept;

    std::size_t kept() const { return kept_; }

private:
    struct free_block
    {
        free_block* next;
    };

    void drop(std::size_t count) noexcept;

    std::size_t size_, most_;
    free_block* first_ = nullptr;
    std::size_t kept_ = 0;
    std::size_t least_ = 0; // that were kept at any time since surplus was released
};

// Makes objects in such blocks. Must outlive them.
template <class T> class object_pool
{
    static_assert(alignof(T) <= alignof(std::max_align_t));

public:
    explicit object_pool(std::size_t most) : blocks_(sizeof(T), most) {}

    struct giver
    {
        block_pool* to = nullptr;

        void operator()(T* object) const noexcept
        {
            object->~T();
            to->give(object);
        }
    };
    using pointer = std::unique_ptr<T, giver>;

    template <class... Arguments> pointer make(Arguments&&... arguments)
    {
        void* const block = blocks_.take();
        try {
            return pointer(::new (block) T(std::forward<Arguments>(arguments)...), giver{&blocks_});
        } catch (...) {
            blocks_.give(block);
            throw;
        }
    }

    void release_surplus() noexcept { blocks_.release_surplus(); }
    std::size_t kept() const { return blocks_.kept(); }

private:
    block_pool blocks_;
};

} // namespace chorus
