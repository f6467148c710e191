// history.hpp — The last messages of one room, numbered, so that who comes or comes back can be told what was said.
#pragma once

#include <chorus/core/ring_buffer.hpp>
#include <chorus/hub/limits.hpp>
#include <chorus/wire/frame.hpp>
#include <chorus/wire/json.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace chorus {

// A value; it belongs to one room. The first message has offset 1.
class history
{
public:
    explicit history(const history_limits& limits) : limits_(limits) {}

    // Counts one message and keeps it, forgetting the oldest that no longer fit. `text` lies within the frame.
    void add(shared_frame message, std::string_view text);

    std::uint64_t last() const { return last_; } // 0: none yet

    // Whether every message after `offset` is still here.
    bool holds_all_after(std::uint64_t offset) const;

    // The messages after `offset`, ascending; 0: all that are kept. Views: valid until the next `add`.
    std::vector<json_text> after(std::uint64_t offset) const;

    std::size_t bytes() const { return bytes_; }

private:
    struct entry
    {
        shared_frame message;
        std::string_view text;
    };

    std::uint64_t first_kept() const { return last_ - entries_.size() + 1; }
    void forget_oldest();

    const history_limits& limits_;
    ring_buffer<entry> entries_; // the newest has offset last_
    std::uint64_t last_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace chorus
