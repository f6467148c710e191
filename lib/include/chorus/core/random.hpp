// random.hpp — where chance comes from: the operating system, so that nobody can guess it, or a test's seed, so that it
// repeats.
#pragma once

#include <cstdint>
#include <random>

namespace chorus {

// 64 random bits, from any thread. What the operating system gives tells nothing of what it gave before or will give,
// so secrets may be made of it. It costs a system call or less: for what happens once in a connection's life.
std::uint64_t random_bits();

// A number from `least` to `most`, both included; not for all 64 bits, which are random_bits().
std::uint64_t random_between(std::uint64_t least, std::uint64_t most);

// For tests: while one lives, all that its thread draws follows from the seed. The innermost counts.
class seeded_random
{
public:
    explicit seeded_random(std::uint64_t seed);
    ~seeded_random();
    seeded_random(const seeded_random&) = delete;
    seeded_random& operator=(const seeded_random&) = delete;

private:
    friend std::uint64_t random_bits();

    std::mt19937_64 engine_;
    seeded_random* outer_;
};

} // namespace chorus
