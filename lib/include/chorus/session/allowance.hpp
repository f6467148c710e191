// allowance.hpp — what one user may still send: a bucket for each thing that is limited, shared by all its connections.
#pragma once

#include <chorus/session/limiter.hpp>

#include <cstddef>
#include <memory>

namespace chorus {

// The rates are those of the sessions' limits; here is only how full each bucket is. Any thread.
struct allowance
{
    explicit allowance(std::size_t limited_types = 0)
        : by_type(limited_types == 0 ? nullptr : std::make_unique<limiter[]>(limited_types))
    {
    }

    void fill(std::size_t limited_types)
    {
        for (auto* const each : {&messages, &joins, &bytes})
            each->fill();
        for (std::size_t type = 0; type < limited_types; ++type)
            by_type[type].fill();
    }

    limiter messages, joins, bytes;
    std::unique_ptr<limiter[]> by_type; // those types of message that have a rate of their own
};

} // namespace chorus
