// conversation.hpp — What a seed stands for: the frames one side sends, what was done to their bytes, and how they
// arrive.
#pragma once
#include "oracle/account.hpp"
#include "support/random.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chorus::oracle {

using test::random;

// One thing that is said. A message may be cut into several frames, with control frames in between.
struct saying
{
    opcode op = opcode::text;
    std::string payload = {};
    unsigned code = 0; // of a Close
    std::vector<std::size_t> cuts = {};
};

struct conversation
{
    std::uint64_t seed = 0;
    role receiver = role::server;
    std::size_t max_message = 1024 * 1024; // without a limit Beast allocates whatever a length claims
    std::string bytes;
    std::vector<std::size_t> pieces; // the sizes in which they arrive
    // What has to be heard of it, where nothing was done to break it.
    std::optional<account> expected;
};

std::vector<saying> random_sayings(random& chance);

// Frames written by us, often spoilt.
conversation make_conversation(std::uint64_t seed);

// Bytes that somebody else wrote, to be heard as `expected`.
conversation overheard(std::uint64_t seed, role receiver, std::string bytes, account expected, random& chance);

account account_of(const std::vector<saying>& sayings);

} // namespace chorus::oracle
