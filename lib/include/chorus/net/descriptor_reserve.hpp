// descriptor_reserve.hpp — Gets together the memory for what Asio keeps of each descriptor.
#pragma once

#include <chorus/core/shard.hpp>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <cstddef>
#include <vector>

namespace chorus {

using spare_descriptor = asio::posix::basic_stream_descriptor<executor>;

// So many that are good for nothing; fewer where the process may have no more, a quarter of its limit being left to
// whoever opens something meanwhile.
std::vector<spare_descriptor> spare_descriptors(shard& of, std::size_t at_most);

// For every descriptor that a shard has at one time Asio keeps a state, and frees none of them before the shard ends.
// Got one by one they lie between the memory of the connections, and each holds a page of it back when a crowd has
// gone: 40 MB of 10,000. Got a thousand at a time they hold back no pages but their own. For one thread, the shard's
// or another.
class descriptor_reserve
{
public:
    explicit descriptor_reserve(shard& where) : shard_(where) {}

    // So many are there now: has states for some more, as far as the process has spare descriptors to get them by.
    void stay_ahead_of(std::size_t count)
    {
        if (count + margin > covered_) get_more(count);
    }

private:
    static constexpr std::size_t step = 1024, margin = 64;

    void get_more(std::size_t in_use);

    shard& shard_;
    std::size_t covered_ = 0;
};

} // namespace chorus
