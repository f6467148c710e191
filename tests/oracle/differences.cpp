// differences.cpp — The table. A row looks at the first two events that differ; what follows them means nothing.
#include "oracle/differences.hpp"

#include <algorithm>

namespace chorus::oracle {
namespace {

bool fails(const event& each, unsigned code, std::string_view why = {})
{
    return each.what == heard::failure && each.code == code && (why.empty() || each.why == why);
}

constexpr known_difference table[] = {
    {"a 64-bit length with its topmost bit set",
     "RFC 6455, 5.2 forbids it, so it is a broken protocol (1002) and not a message too big (1009), with or without a "
     "limit",
     [](const event& ours, const event& theirs) {
         return fails(ours, 1002, "the topmost bit of a 64-bit length must be 0") && fails(theirs, 1009);
     }},
    {"close code 1014", "it is registered with IANA, so a peer may say it",
     [](const event& ours, const event& theirs) {
         return ours.what == heard::close && ours.code == 1014 && fails(theirs, 1002);
     }},
    {"close codes from 5000 on", "RFC 6455, 7.4.2 defines nothing beyond 4999",
     [](const event& ours, const event& theirs) {
         return fails(ours, 1002, "a Close frame carries a code that must not be sent") &&
                theirs.what == heard::close && theirs.code >= 5000;
     }},
    {"the reason of a Close is not UTF-8",
     "RFC 6455, 8.1 names 1007 for bytes that are not UTF-8, wherever UTF-8 must stand",
     [](const event& ours, const event& theirs) {
         return fails(ours, 1007, "the reason in a Close frame is not valid UTF-8") && fails(theirs, 1002);
     }},
    {"a text whose empty last fragment leaves a character unfinished",
     "it is not UTF-8; Beast looks at the end of a text only when the last fragment holds bytes",
     [](const event& ours, const event& theirs) {
         return fails(ours, 1007, "a text message ends inside a UTF-8 character") && theirs.what == heard::message;
     }},
};

} // namespace

std::span<const known_difference> known_differences() { return table; }

const known_difference* explain(const account& ours, const account& theirs)
{
    const auto [our_first, their_first] = std::ranges::mismatch(ours, theirs);
    if (our_first == ours.end() || their_first == theirs.end()) return nullptr;
    const auto row =
        std::ranges::find_if(table, [&](const auto& each) { return each.applies(*our_first, *their_first); });
    return row == std::end(table) ? nullptr : &*row;
}

} // namespace chorus::oracle
