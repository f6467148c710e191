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

// What two accounts differ about: one of compression is no excuse where there is none.
enum class about { frames, compression };

struct known_difference
{
    std::string_view name;
    std::string_view why_ours;
    bool (*applies)(const parting& at);
    about subject = about::frames;
};

// Docs and code name the same: each has its line in docs/decisions.md.
std::span<const known_difference> known_differences();

// The first row that explains why the two accounts part, null for none. They are not the same.
// `compressed`: the two had agreed on that.
const known_difference* explain(const account& ours, const account& theirs, bool compressed);

} // namespace chorus::oracle
