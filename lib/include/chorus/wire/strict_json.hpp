// strict_json.hpp — parses the JSON of strangers, with a bound on everything that could make it expensive.
#pragma once

#include <chorus/wire/fault.hpp>
#include <chorus/wire/json_types.hpp>

namespace chorus {

// Fault `invalid_json`: not JSON, deeper than 32, an object of more than 1,024 members, a number that is not finite.
// The value lies in memory that this thread reuses: it is valid until the thread parses again.
result<json> parse_strictly(std::string_view text);

} // namespace chorus
