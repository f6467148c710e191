// zlib_bytes.hpp — How zlib, which is C, wants to be given bytes.
#pragma once
#include <zlib.h>

#include <cstddef>

namespace chorus {

inline constexpr std::size_t largest_part = std::size_t{1} << 30; // it counts in unsigned int

inline Bytef* bytes_of(const char* at) { return reinterpret_cast<Bytef*>(const_cast<char*>(at)); }

} // namespace chorus
