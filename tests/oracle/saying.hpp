// saying.hpp — What a side says: messages, control frames, a Close.
#pragma once
#include "oracle/account.hpp"
#include "support/random.hpp"

#include <string>
#include <vector>

namespace chorus::oracle {

using test::random;

struct saying
{
    opcode op = opcode::text;
    std::string payload = {};
    unsigned code = 0;       // of a Close
    bool compressed = false; // of a message; some are not, also where compression was agreed on
    std::size_t carried = 0; // bytes that its frames carry, when they were made by us
};

std::vector<saying> random_sayings(random& chance, bool may_be_compressed);
saying random_control(random& chance);
std::string random_text(random& chance, std::size_t size);

// What whoever hears it should hear.
event event_of(const saying& what);
account account_of(const std::vector<saying>& sayings);

} // namespace chorus::oracle
