// ring_buffer.hpp — a queue in one block of memory, which follows what the queue really holds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace chorus {

// Starts without memory and doubles when full. Each time it runs empty and has used less than an eighth of its block
// since it last did, it halves the block: one burst does not hold memory for ever, and a steady flow never allocates.
template <class T> class ring_buffer
{
    static_assert(std::is_nothrow_move_constructible_v<T>, "values move when the block grows");

public:
    ring_buffer() = default;
    ~ring_buffer();
    ring_buffer(const ring_buffer&) = delete;
    ring_buffer& operator=(const ring_buffer&) = delete;

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    std::size_t allocated() const { return allocated_; } // in values

    const T& front() const { return *slot(0); }
    T& operator[](std::size_t index) { return *slot(index); }
    const T& operator[](std::size_t index) const { return *slot(index); }

    void push_back(T value);
    void push_front(T value);
    T pop_front();
    void insert(std::size_t index, T value); // both move those before it
    void erase(std::size_t index);
    void clear();

private:
    static constexpr std::size_t smallest = 8; // a power of two, as every later size is: slot() wraps with a mask

    void grow_if_full();
    T* slot(std::size_t offset) const { return block_ + ((first_ + offset) & (allocated_ - 1)); }
    void move_to_block_of(std::size_t allocated);
    void give_back_memory();

    T* block_ = nullptr;
    std::size_t allocated_ = 0;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
    std::size_t most_ = 0; // the largest size since the buffer was last empty
};

template <class T> ring_buffer<T>::~ring_buffer()
{
    for (std::size_t i = 0; i < size_; ++i)
        std::destroy_at(slot(i));
    if (block_) std::allocator<T>{}.deallocate(block_, allocated_);
}

template <class T> void ring_buffer<T>::push_back(T value)
{
    grow_if_full();
    std::construct_at(slot(size_), std::move(value));
    ++size_;
    most_ = std::max(most_, size_);
}

template <class T> void ring_buffer<T>::push_front(T value)
{
    grow_if_full();
    std::construct_at(slot(allocated_ - 1), std::move(value));
    first_ = (first_ + allocated_ - 1) & (allocated_ - 1);
    ++size_;
    most_ = std::max(most_, size_);
}

template <class T> T ring_buffer<T>::pop_front()
{
    T* const front = slot(0);
    T value = std::move(*front);
    std::destroy_at(front);
    first_ = (first_ + 1) & (allocated_ - 1);
    if (--size_ == 0) give_back_memory();
    return value;
}

template <class T> void ring_buffer<T>::insert(std::size_t index, T value)
{
    push_front(std::move(value));
    for (std::size_t i = 0; i < index; ++i)
        std::swap(*slot(i), *slot(i + 1));
}

template <class T> void ring_buffer<T>::erase(std::size_t index)
{
    for (; index > 0; --index)
        *slot(index) = std::move(*slot(index - 1));
    pop_front();
}

template <class T> void ring_buffer<T>::clear()
{
    while (!empty())
        pop_front();
}

template <class T> void ring_buffer<T>::grow_if_full()
{
    if (size_ == allocated_) move_to_block_of(std::max(smallest, 2 * allocated_));
}

template <class T> void ring_buffer<T>::give_back_memory()
{
    if (allocated_ > smallest && most_ < allocated_ / 8) move_to_block_of(allocated_ / 2);
    most_ = 0;
}

template <class T> void ring_buffer<T>::move_to_block_of(std::size_t allocated)
{
    T* const block = std::allocator<T>{}.allocate(allocated);
    for (std::size_t i = 0; i < size_; ++i) {
        std::construct_at(block + i, std::move(*slot(i)));
        std::destroy_at(slot(i));
    }
    if (block_) std::allocator<T>{}.deallocate(block_, allocated_);
    block_ = block;
    allocated_ = allocated;
    first_ = 0;
}

} // namespace chorus
