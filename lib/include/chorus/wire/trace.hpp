// trace.hpp — By what names a request is followed from program to program: X-Request-Id, and W3C Trace Context.
#pragma once

#include <chorus/wire/head.hpp>

#include <string>
#include <string_view>

namespace chorus {

struct trace
{
    std::string request_id; // empty: it has none yet
    std::string parent;     // traceparent, as it came; empty: there is none

    bool operator==(const trace&) const = default;
};

// What a request says of itself. Whatever is not as it should be, or is said twice, counts as not said.
trace trace_of(const http_head& head);

// 1 to 64 letters, digits and ". _ -", all of ASCII.
bool is_request_id(std::string_view text);

// version "-" trace-id "-" parent-id "-" flags (W3C Trace Context, section 3.2): in lower-case hex, neither id all
// zero. A later version may go on behind a further "-".
bool is_traceparent(std::string_view text);

} // namespace chorus
