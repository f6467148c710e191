// message.hpp — reads and writes the envelope {"type","payload","id"} that every JSON message travels in.
#pragma once

#include <chorus/wire/json.hpp>

namespace chorus {

// A payload, always an object, that waits for its type. It lies in memory this thread reuses, valid until the thread
// reads its next envelope: call as() before awaiting anything. What as() gives owns its memory; as<json>() is how to
// keep it untyped. (Hence no access to the value itself: a copy of a Boost.JSON value keeps using the memory of its
// original.)
class unread_payload
{
public:
    explicit unread_payload(json value) : value_(std::move(value)) {}
    unread_payload(unread_payload&&) = default;
    unread_payload& operator=(unread_payload&&) = default;

    template <class T> result<T> as() const { return from_json<T>(value_, "payload"); }

private:
    json value_;
};

struct envelope
{
    std::string type;
    unread_payload payload;
    std::optional<json> id; // a string of at most 64 bytes or an integer; the answer carries it
};

// Faults: `invalid_json` (not JSON, deeper than 32, an object of more than 1,024 members, a number that is not finite)
// and `malformed` (JSON, but no envelope).
result<envelope> read_envelope(std::string_view text);

// The same where the type is known otherwise, and the id stands among the members of the payload.
result<envelope> read_envelope(std::string_view type, std::string_view payload_json);

// What to answer when no handler has this name. The name is the client's, so a long one is cut.
fault unknown_type(std::string_view type);

// `payload_json` must be JSON; `id` is that of the message this one answers, if it had one.
std::string make_envelope(std::string_view type, std::string_view payload_json, const json* id = nullptr);

namespace detail {
std::string begin_envelope(std::string_view type);
void end_envelope(std::string& out, const json* id);
} // namespace detail

template <class T>
    requires(!std::convertible_to<const T&, std::string_view>)
std::string make_envelope(std::string_view type, const T& payload, const json* id = nullptr)
{
    std::string out = detail::begin_envelope(type);
    append_json(out, payload);
    detail::end_envelope(out, id);
    return out;
}

} // namespace chorus
