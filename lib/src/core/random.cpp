// random.cpp — draws from the operating system, or from the seed that a test has set on its thread.
#include <chorus/core/random.hpp>

#include <utility>

namespace chorus {
namespace {

constinit thread_local seeded_random* innermost = nullptr;

std::uint64_t bits_of_the_system()
{
    static thread_local std::random_device source; // 32 bits a call
    const std::uint64_t high = source();
    return high << 32 | source();
}

} // namespace

std::uint64_t random_bits() { return innermost ? innermost->engine_() : bits_of_the_system(); }

// The remainder favours the first numbers by less than one in a billion, for any range below 2^32.
std::uint64_t random_between(std::uint64_t least, std::uint64_t most)
{
    return least + random_bits() % (most - least + 1);
}

seeded_random::seeded_random(std::uint64_t seed) : engine_(seed), outer_(std::exchange(innermost, this)) {}

seeded_random::~seeded_random() { innermost = outer_; }

} // namespace chorus
