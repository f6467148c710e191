// backoff.cpp — draws a wait below a ceiling that doubles.
#include <chorus/client/backoff.hpp>

#include <chorus/core/random.hpp>

#include <algorithm>

namespace chorus {

std::chrono::milliseconds backoff::next()
{
    const std::chrono::milliseconds wait{random_between(0, static_cast<std::uint64_t>(ceiling_.count()))};
    ceiling_ = std::min(2 * ceiling_, limits_.most);
    return wait;
}

} // namespace chorus
