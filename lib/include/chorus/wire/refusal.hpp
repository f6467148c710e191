// refusal.hpp — says why a request is not served, as a value and as the HTTP response that tells the client.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chorus {

using http_fields = std::vector<std::pair<std::string, std::string>>;

struct refusal
{
    unsigned status = 400;
    std::string reason; // for programs and logs, snake_case: "origin_not_allowed"
    std::string detail; // for people
    http_fields fields; // sent along: Retry-After, Allow, ...
};

using objection = std::optional<refusal>; // what a rule says; empty: nothing against it

refusal bad_request(std::string_view reason, std::string_view detail); // 400

// Content-Length and Connection are added; control characters in `fields` are left out, so no value can end its line.
// `head_only` answers a HEAD request: the same head, no body.
std::string make_response(unsigned status, http_fields fields, std::string_view body, bool keep_alive,
                          bool head_only = false);

// The head of a response whose body follows, for as long as the connection lasts.
std::string begin_response(unsigned status, http_fields fields);

// The body is JSON: {"error": reason, "message": detail}.
std::string refuse(const refusal& why, bool keep_alive, bool head_only = false);

} // namespace chorus
