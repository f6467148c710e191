// fuzz.hpp — what every fuzz target stands on: its entry, and claims that end the process when they do not hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// Each target defines it: libFuzzer calls it with what it makes up, replay.cpp with what lies in the corpus.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace chorus::fuzz {

// As a sanitizer would end it, so that libFuzzer keeps the input.
inline void require(bool holds, const char* claim)
{
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", claim);
    std::abort();
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

// For targets that need choices besides their text: taken from the front, zero when there is nothing left.
inline std::uint8_t take_byte(std::string_view& from)
{
    if (from.empty()) return 0;
    const auto taken = static_cast<std::uint8_t>(from.front());
    from.remove_prefix(1);
    return taken;
}

// Without its line end; all of it when it has none.
inline std::string_view take_line(std::string_view& from)
{
    const auto end = from.find('\n');
    const auto line = from.substr(0, end);
    from.remove_prefix(end == from.npos ? from.size() : end + 1);
    return line;
}

} // namespace chorus::fuzz
