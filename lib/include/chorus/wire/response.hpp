// response.hpp — reads the head of an HTTP response from bytes: the client's side of a handshake.
#pragma once

#include <chorus/wire/head.hpp>

namespace chorus {

struct response : http_head
{
    unsigned status = 0;
    std::string reason;
};

// Reads one head; does no I/O.
class response_reader
{
public:
    using state = head_collector::state;

    // Consumes only the head: what follows it stays in `in`. refused: `why()` says it.
    state feed(std::span<const char>& in);

    response take() { return std::move(response_); } // once, when complete
    const refusal& why() const { return why_; }

private:
    head_collector collector_;
    response response_;
    refusal why_;
};

} // namespace chorus
