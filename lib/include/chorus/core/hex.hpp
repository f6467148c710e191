// hex.hpp — writes a number as the 16 hex digits by which sessions and epochs are known.
#pragma once

#include <cstdint>
#include <string>

namespace chorus {

std::string to_hex(std::uint64_t number);

} // namespace chorus
