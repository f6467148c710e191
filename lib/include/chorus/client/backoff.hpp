// backoff.hpp — How long to wait before the next attempt: exponential with full jitter, so that a crowd comes back
// spread out.
#pragma once

#include <chrono>

namespace chorus {

struct backoff_limits
{
    // The longest wait before the first attempt of a series; each further one may take twice as long, up to `most`.
    std::chrono::milliseconds first = std::chrono::milliseconds{500};
    std::chrono::milliseconds most = std::chrono::seconds{20};
};

// A value; chance is core/random's, so that a test may seed it.
class backoff
{
public:
    explicit backoff(backoff_limits limits = {}) : limits_(limits), ceiling_(limits.first) {}

    // Anything from nothing to the ceiling, each as likely; then the ceiling doubles.
    std::chrono::milliseconds next();
    std::chrono::milliseconds ceiling() const { return ceiling_; }

    // A new series begins.
    void reset() { ceiling_ = limits_.first; }

private:
    backoff_limits limits_;
    std::chrono::milliseconds ceiling_;
};

} // namespace chorus
