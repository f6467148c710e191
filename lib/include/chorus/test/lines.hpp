// lines.hpp — what somebody heard, each message as one short line.
#pragma once

#include <chorus/wire/json_types.hpp>
#include <chorus/wire/parser.hpp>

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chorus::test {

// In the order in which they were heard. They compare with a text, and print, as one: "tea 1 hello; left tea".
struct lines : std::vector<std::string>
{
    using vector::vector;
};

std::string joined(const lines& all, std::string_view separator = "; ");
bool operator==(const lines& all, std::string_view text);
std::ostream& operator<<(std::ostream& out, const lines& all);

// {"type","payload","id"}, as it was heard.
struct heard_envelope
{
    std::string type;
    boost::json::object payload;
    std::optional<json> id;
};

// The envelope that somebody has heard, in either protocol; nothing when it was something else.
std::optional<heard_envelope> envelope_of(const parser::event& heard);

// An envelope as its type, payload and id: `say {"user":"ann","text":"hi"} #7`. What a hub tells of rooms is put more
// briefly, without the epoch, which is never the same: "joined tea at 4 recovered 3 4" (the offsets of the messages
// that came with it), "left tea", "presence tea ann join", "ok tea 5", "gap tea 2 4". Other text stays as it is.
std::string line_of_envelope(std::string_view text);

// The same where all that matters is who hears what: a chat message as "tea 5 hello" or "everyone hello", an error by
// its code, "error bad_room".
std::string line_of_text(std::string_view text);

// Whatever a peer hears: a message as above, in either protocol, and the rest as `in_words` has it.
std::string line_of(const parser::event& heard);

// What a server sends in batches: a text is a message for each of its lines. Everything else stays one.
std::vector<parser::event> apart(const parser::event& heard);

// "text hello", "binary x", "ping", "pong x", "close 1000 bye", "broken: why".
std::string in_words(const parser::event& heard);

} // namespace chorus::test
