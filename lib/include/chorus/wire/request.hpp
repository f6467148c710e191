// request.hpp — reads the head of an HTTP request from bytes, and refuses what is not one clear request.
#pragma once

#include <chorus/wire/head.hpp>
#include <chorus/wire/refusal.hpp>

#include <cstdint>

namespace chorus {

struct request : http_head
{
    std::string method;
    std::string target; // as it came
    std::string path;   // "/ws", not percent-decoded
    std::string query;  // what follows '?', not percent-decoded

    // The first value of that name in the query, percent-decoded ('+' is a blank). Any byte can come out: the caller
    // checks it as it checks everything a client says.
    std::optional<std::string> query_value(std::string_view name) const;

    // What it is called in logs and in its answer: what its X-Request-Id says, if that is proper, else its number.
    // Empty when it has neither.
    std::string id() const;
    std::uint64_t number = 0; // given by whoever serves it
};

// Reads one head; does no I/O. Bodies are never read: GET and HEAD may not have one, and any other request that has one
// is given out with keep_alive false, so that it is answered and the connection closed.
class request_reader
{
public:
    using state = head_collector::state;

    // Consumes only the head: what follows it stays in `in`. refused: `why()` says it, answer and close.
    state feed(std::span<const char>& in);

    request take() { return std::move(request_); } // once, when complete
    const refusal& why() const { return why_; }
    bool started() const { return !collector_.text().empty(); } // tells a slow head (408) from an idle connection
    void reset() { *this = {}; }

private:
    state parse();

    head_collector collector_;
    request request_;
    refusal why_;
};

} // namespace chorus
