// witness.hpp — what all clients of a test together know of one room; the first to see an offset fixes it for all.
#pragma once

#include "scale/chat.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace chorus::scale {

// The room as the guarantees describe it: one epoch, offsets from 1 without a hole, one text for each. Reports may come
// in any order, since an `ok` may overtake the message it is about.
class witness
{
public:
    void saw_epoch(const std::string& epoch)
    {
        if (epoch_.empty()) epoch_ = epoch;
        require(epoch == epoch_, "the epoch changed while the room was alive");
    }

    void saw(std::uint64_t offset, const std::string& text)
    {
        require(offset >= 1, "an offset below 1");
        if (texts_.size() < offset) texts_.resize(offset);
        std::optional<std::string>& known = texts_[offset - 1];
        if (!known) require(distinct_.insert(text).second, "one message got two offsets: " + text);
        if (!known) known = text;
        require(*known == text, "two clients see different messages at offset " + std::to_string(offset));
    }

    std::uint64_t newest() const { return texts_.size(); }
    bool is_complete() const
    {
        return std::ranges::all_of(texts_, [](const auto& text) { return text.has_value(); });
    }

private:
    std::string epoch_;
    std::vector<std::optional<std::string>> texts_; // by offset - 1
    std::unordered_set<std::string> distinct_;
};

} // namespace chorus::scale
