// message.hpp — reads and writes the envelope {"type","payload","id"} that every JSON message travels in.
#pragma once

#include <chorus/wire/json.hpp>

namespace chorus {

// A message whose payload has not been given a type yet.
// `type` and `id` are the envelope's own. `payload`, always an object, lies in memory this thread reuses: it is valid
// until the thread reads its next envelope, so convert it with from_json (or copy it) before awaiting anything.
struct envelope
{
    std::string type;
    json payload;
    std::optional<json> id; // a string of at most 64 bytes or an integer; the answer carries it
};

// Faults: `invalid_json` (not JSON, deeper than 32, a number that is not finite) and `malformed` (JSON, but no
// envelope).
result<envelope> read_envelope(std::string_view text);

// What to answer when no handler has this name. The name is the client's, so a long one is cut.
fault unknown_type(std::string_view type);

// `payload_json` must be JSON; `id` is that of the message this one answers, if it had one.
std::string make_envelope(std::string_view type, std::string_view payload_json, const json* id = nullptr);

template <class T>
    requires(!std::convertible_to<const T&, std::string_view>)
std::string make_envelope(std::string_view type, const T& payload, const json* id = nullptr)
{
    std::string payload_json;
    append_json(payload_json, payload);
    return make_envelope(type, std::string_view{payload_json}, id);
}

} // namespace chorus
