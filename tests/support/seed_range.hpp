// seed_range.hpp — Reads the seeds that a program of many runs is asked for: "1..20000", both included, at least one.
#pragma once
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chorus::test {

struct seed_range
{
    std::uint64_t first = 1;
    std::uint64_t last = 1;
};

inline std::optional<std::uint64_t> read_seed(std::string_view digits)
{
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
    return error == std::errc{} && end == digits.data() + digits.size() ? std::optional{seed} : std::nullopt;
}

inline std::optional<seed_range> read_seed_range(std::string_view text)
{
    const auto dots = text.find("..");
    if (dots == std::string_view::npos) return {};
    const auto first = read_seed(text.substr(0, dots)), last = read_seed(text.substr(dots + 2));
    return first && last && *first <= *last ? std::optional{seed_range{*first, *last}} : std::nullopt;
}

} // namespace chorus::test
