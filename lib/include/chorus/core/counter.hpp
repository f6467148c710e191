// counter.hpp — a number that one thread changes and any thread may read.
#pragma once

#include <atomic>
#include <cstdint>

namespace chorus {

// To count costs what a plain integer costs: there is one writer, so nothing is locked. A reader sees some recent
// value; what it reads of two counters may be of two moments.
class counter
{
public:
    counter() = default;
    counter(const counter& other) : value_(other.value()) {} // what it says now
    counter& operator=(const counter&) = delete;

    counter& operator+=(std::uint64_t more) { return set(value() + more); }
    counter& operator-=(std::uint64_t less) { return set(value() - less); }
    counter& operator++() { return *this += 1; }
    counter& operator--() { return *this -= 1; }

    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }
    operator std::uint64_t() const { return value(); }

private:
    counter& set(std::uint64_t value)
    {
        value_.store(value, std::memory_order_relaxed);
        return *this;
    }

    std::atomic<std::uint64_t> value_ = 0;
};

} // namespace chorus
