// descriptor_limit.hpp — fewer descriptors than usual, for a while.
#pragma once

#include <sys/resource.h>

namespace chorus::test {

// As long as it lives, the process may have descriptors up to this number.
class descriptor_limit
{
public:
    explicit descriptor_limit(rlim_t count)
    {
        ::getrlimit(RLIMIT_NOFILE, &usual_);
        const rlimit few{count, usual_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~descriptor_limit() { ::setrlimit(RLIMIT_NOFILE, &usual_); }
    descriptor_limit(const descriptor_limit&) = delete;
    descriptor_limit& operator=(const descriptor_limit&) = delete;

private:
    rlimit usual_{};
};

} // namespace chorus::test
