// differences.hpp — The one table of what Beast and we make of the same bytes differently, and why ours is right.
#pragma once
#include "oracle/account.hpp"

#include <span>
#include <string_view>

namespace chorus::oracle {

struct known_difference
{
    std::string_view name;
    std::string_view why_ours;
    // Of the first two events that differ.
    bool (*applies)(const event& ours, const event& theirs);
};

// Docs and code name the same: each has its line in docs/decisions.md.
std::span<const known_difference> known_differences();

// The first row that explains why the two accounts part, null for none. They are not the same.
const known_difference* explain(const account& ours, const account& theirs);

} // namespace chorus::oracle
