// conversation.hpp — What a seed stands for: the bytes one side sends, how they arrive, and what they should be heard
// as.
#pragma once
#include "oracle/frames.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chorus::oracle {

struct conversation
{
    std::uint64_t seed = 0;
    direction way;
    std::size_t max_message = 1024 * 1024; // without a limit Beast allocates whatever a length claims
    std::string bytes;
    std::vector<std::size_t> pieces; // the sizes in which they arrive
    // What has to be heard of it, where nothing was done to break it.
    std::optional<account> expected;
};

// Frames written by us, often spoilt.
conversation make_conversation(std::uint64_t seed, const direction& way, random& chance);

// Bytes that somebody else wrote to say `sayings`.
conversation overheard(std::uint64_t seed, const direction& way, std::string bytes, const std::vector<saying>& sayings,
                       random& chance);

} // namespace chorus::oracle
