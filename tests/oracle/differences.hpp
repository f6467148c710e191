// differences.hpp — The one table of what Beast and we make of the same bytes differently, and why ours is right.
#pragma once
#include "oracle/account.hpp"

#include <span>
#include <string_view>

namespace chorus::oracle {

// Where two accounts part.
struct parting
{
    std::span<const event> before;  // the same in both
    const event &ours, &theirs;     // the first that differ
    std::span<const event> our_end; // from there on
    std::span<const event> their_end;
};

struct known_difference
{
    std::string_view name;
    std::string_view why_ours;
    bool (*applies)(const parting& at);
};

// Docs and code name the same: each has its line in docs/decisions.md.
std::span<const known_difference> known_differences();

// The first row that explains why the two accounts part, null for none. They are not the same.
const known_difference* explain(const account& ours, const account& theirs);

} // namespace chorus::oracle
