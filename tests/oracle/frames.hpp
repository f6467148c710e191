// frames.hpp — The frames that carry what is said, and how they look as bytes.
#pragma once
#include "oracle/direction.hpp"
#include "oracle/saying.hpp"

#include <string>
#include <vector>

namespace chorus::oracle {

struct wire_frame
{
    frame_header header;
    std::string payload;
};

// A message may be cut into several frames. The control frames that come between them are added to what is said, and
// how much each message carries.
std::vector<wire_frame> frames_of(std::vector<saying>& sayings, const direction& way, random& chance);

std::string encoded(const wire_frame& each, random& chance);
// With a length of eight bytes, whatever would be the shortest form, and often a wrong one.
std::string encoded_with_long_length(const wire_frame& each, random& chance);

} // namespace chorus::oracle
