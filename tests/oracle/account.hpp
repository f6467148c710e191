// account.hpp — What one side says it heard, event by event: the thing that is compared.
#pragma once
#include <chorus/wire/frame_header.hpp>

#include <string>
#include <vector>

namespace chorus::oracle {

enum class heard { message, ping, pong, close, failure, nothing_more };

struct event
{
    heard what = heard::nothing_more;
    opcode op = opcode::continuation; // of a message
    std::string payload = {};         // of a Close: its reason
    unsigned code = 0;    // of a Close: what the peer said; of a failure: what is said in answer, 0 for nothing
    std::string why = {}; // of a failure, in the words of whoever failed

    bool operator==(const event& other) const
    {
        return what == other.what && op == other.op && payload == other.payload && code == other.code;
    }
};

// Ends with a Close, a failure or nothing_more.
using account = std::vector<event>;

std::string to_string(const event& each);
std::string to_hex_lines(std::string_view bytes);

} // namespace chorus::oracle
