// envelope_frame.hpp — An envelope as a frame: in JSON as it is made, and in the binary protocol for those who speak
// it.
#pragma once

#include <chorus/wire/frame.hpp>
#include <chorus/wire/message.hpp>

#include <string_view>
#include <utility>

namespace chorus {

namespace detail {
shared_frame frame_of(std::string text, std::size_t payload_begin, std::size_t payload_size);
}

// {"type", "payload", "id"} as one text message. `payload` is a described struct, or JSON text of an object.
template <class Payload>
shared_frame make_envelope_frame(std::string_view type, const Payload& payload, const json* id = nullptr)
{
    std::string text = detail::begin_envelope(type);
    const auto begin = text.size();
    append_json(text, payload);
    const auto size = text.size() - begin;
    detail::end_envelope(text, id);
    return detail::frame_of(std::move(text), begin, size);
}

// The same message in the binary protocol: type, length, and the payload with the id among its members. Made once, and
// kept with the message. The message itself where it is no envelope, or its type has no number: then it goes as JSON.
shared_frame in_binary(const shared_frame& message);

} // namespace chorus
