// block_pool.cpp — a list of free blocks, each of which holds the link to the next.
#include <chorus/core/block_pool.hpp>

#include <algorithm>
#include <memory>
#include <new>

#if defined(__has_feature) // Clang's way to say that there is an address sanitizer
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(place, size) (static_cast<void>(place), static_cast<void>(size))
#define ASAN_UNPOISON_MEMORY_REGION(place, size) (static_cast<void>(place), static_cast<void>(size))
#endif

namespace chorus {

block_pool::block_pool(std::size_t size, std::size_t most) : size_(std::max(size, sizeof(free_block))), most_(most) {}

block_pool::~block_pool() { drop(kept_); }

void* block_pool::take()
{
    if (!first_) return ::operator new(size_);
    auto* const block = std::exchange(first_, first_->next);
    least_ = std::min(least_, --kept_);
    ASAN_UNPOISON_MEMORY_REGION(block, size_);
    return block;
}

void block_pool::give(void* block) noexcept
{
    if (kept_ == most_) return ::operator delete(block);
    first_ = std::construct_at(static_cast<free_block*>(block), first_);
    ++kept_;
    // Who uses it too late is to be found out here as in the heap.
    ASAN_POISON_MEMORY_REGION(first_ + 1, size_ - sizeof(free_block));
}

void block_pool::release_surplus() noexcept
{
    drop(least_);
    least_ = kept_;
}

void block_pool::drop(std::size_t count) noexcept
{
    for (; count > 0; --count, --kept_) {
        auto* const block = std::exchange(first_, first_->next);
        ASAN_UNPOISON_MEMORY_REGION(block, size_);
        ::operator delete(block);
    }
}

} // namespace chorus
