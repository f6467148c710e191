// differences.cpp — The table. A row looks at the first two events that differ, and at what is to be known beside them.
#include "oracle/differences.hpp"

#include <algorithm>

namespace chorus::oracle {
namespace {

bool fails(const event& each, unsigned code, std::string_view why = {})
{
    return each.what == heard::failure && each.code == code && (why.empty() || each.why == why);
}

bool is_message(const event& each) { return each.what == heard::message; }

bool is_corrupt(const event& ours) { return fails(ours, 1007, "a compressed message is corrupt"); }

// What Beast's inflater does not take ends the connection without a Close.
bool cuts(const event& theirs) { return fails(theirs, 0); }

bool gives_up_on_a_message(const event& theirs) { return cuts(theirs) || fails(theirs, 1007) || fails(theirs, 1009); }

// Beast's inflater is left in the middle of a block: a tail was all there was, or one was part of the message, and
// Beast has added a second one. If the next message begins with a 0, that makes a block of 0xff00 bytes.
bool may_confuse_beast(const event& each)
{
    return is_message(each) &&
           (each.payload.empty() || each.payload.ends_with(std::string_view{"\x00\x00\xff\xff", 4}));
}

bool is_confused(const event& theirs)
{
    return gives_up_on_a_message(theirs) || (is_message(theirs) && theirs.payload.size() >= 0xff00);
}

constexpr known_difference table[] = {
    {"a 64-bit length with its topmost bit set",
     "RFC 6455, 5.2 forbids it, so it is a broken protocol (1002) and not a message too big (1009), with or without a "
     "limit; Beast does not look at all where the message is compressed",
     [](const parting& at) {
         return fails(at.ours, 1002, "the topmost bit of a 64-bit length must be 0") &&
                std::ranges::none_of(at.their_end, is_message);
     }},
    {"close code 1014", "it is registered with IANA, so a peer may say it",
     [](const parting& at) { return at.ours.what == heard::close && at.ours.code == 1014 && fails(at.theirs, 1002); }},
    {"close codes from 5000 on", "RFC 6455, 7.4.2 defines nothing beyond 4999",
     [](const parting& at) {
         return fails(at.ours, 1002, "a Close frame carries a code that must not be sent") &&
                at.theirs.what == heard::close && at.theirs.code >= 5000;
     }},
    {"the reason of a Close is not UTF-8",
     "RFC 6455, 8.1 names 1007 for bytes that are not UTF-8, wherever UTF-8 must stand",
     [](const parting& at) {
         return fails(at.ours, 1007, "the reason in a Close frame is not valid UTF-8") && fails(at.theirs, 1002);
     }},
    {"a text whose empty last fragment leaves a character unfinished",
     "it is not UTF-8; Beast looks at the end of a text only when the last fragment holds bytes",
     [](const parting& at) {
         return fails(at.ours, 1007, "a text message ends inside a UTF-8 character") && is_message(at.theirs);
     }},
    // Compression.
    {"compressed bytes longer than any message within the limit",
     "their header is enough to know, and no compressor is so wasteful; Beast waits for them",
     [](const parting& at) {
         return fails(at.ours, 1009, "the message is longer than any that is within the size limit once inflated");
     },
     about::compression},
    {"compressed bytes that are corrupt",
     "RFC 6455, 7.1.7 asks to say why, and 1007 is for data that is not what it should be; Beast cuts without a word",
     [](const parting& at) { return is_corrupt(at.ours) && cuts(at.theirs); }, about::compression},
    {"compressed bytes that end inside a block or refer to what is forgotten",
     "they mean nothing; Beast leaves out what it cannot inflate, or inflates its own tail until it is too big, "
     "and does not forget",
     [](const parting& at) { return is_corrupt(at.ours) && (is_message(at.theirs) || fails(at.theirs, 1009)); },
     about::compression},
    {"a block that calls itself the last",
     "RFC 7692, 7.2.3.4 shows one; Beast takes it for the end of the connection (boostorg/beast#923)",
     [](const parting& at) { return fails(at.theirs, 0, "unexpected end of deflate stream"); }, about::compression},
    {"a compressed message that is broken before it is complete",
     "it is inflated when it is complete, by an inflater that connections share; Beast inflates what it has",
     [](const parting& at) { return gives_up_on_a_message(at.theirs) && std::ranges::none_of(at.our_end, is_message); },
     about::compression},
    {"a reference beyond the window that was agreed on",
     "a window spares memory; where it is there all the same, nothing is lost by looking at it",
     [](const parting& at) { return at.ours.what != heard::failure && fails(at.theirs, 0, "invalid distance"); },
     about::compression},
    {"a compressed message after which Beast has lost its place",
     "one without a byte can only be the empty message, and a stored block may hold the tail that its receiver adds",
     [](const parting& at) { return std::ranges::any_of(at.before, may_confuse_beast) && is_confused(at.theirs); },
     about::compression},
};

} // namespace

std::span<const known_difference> known_differences() { return table; }

const known_difference* explain(const account& ours, const account& theirs, bool compressed)
{
    const auto [our_first, their_first] = std::ranges::mismatch(ours, theirs);
    if (our_first == ours.end() || their_first == theirs.end()) return nullptr;
    const parting at{
        {ours.begin(), our_first}, *our_first, *their_first, {our_first, ours.end()}, {their_first, theirs.end()}};
    const auto row = std::ranges::find_if(
        table, [&](const auto& each) { return (compressed || each.subject == about::frames) && each.applies(at); });
    return row == std::end(table) ? nullptr : &*row;
}

} // namespace chorus::oracle
