// envelope_frame.cpp — finds the parts of an envelope in the frame that was made of it.
#include <chorus/wire/envelope_frame.hpp>

#include "frame_form.hpp"
#include <chorus/wire/binary_envelope.hpp>

#include <array>
#include <limits>
#include <optional>

namespace chorus {
namespace {

constexpr std::string_view before_type = R"({"type":")", between = R"(","payload":)", before_id = R"(,"id":)";

// As detail::begin_envelope and end_envelope have written them.
struct envelope_text
{
    std::string_view type, payload, id;
};

envelope_text parts_of(const frame& message)
{
    const auto text = message.payload();
    const auto type_end = message.envelope_begin() - between.size();
    const auto payload_end = message.envelope_begin() + message.envelope_size();
    const auto rest = text.substr(payload_end, text.size() - payload_end - 1);
    return {text.substr(before_type.size(), type_end - before_type.size()),
            text.substr(message.envelope_begin(), message.envelope_size()),
            rest.empty() ? rest : rest.substr(before_id.size())};
}

// The payload's last brace moves behind the id.
shared_frame binary_frame(binary_type type, const envelope_text& of)
{
    auto members = of.payload.substr(0, of.payload.size() - 1);
    const std::string_view separator = members.size() > 1 ? "," : "", key = of.id.empty() ? "" : R"("id":)";
    const auto size = members.size() + (of.id.empty() ? 0 : separator.size() + key.size() + of.id.size()) + 1;
    const auto header = binary_header(type, static_cast<std::uint32_t>(size));
    const std::array<std::string_view, 6> pieces{
        std::string_view(header.data(), header.size()), members, of.id.empty() ? "" : separator, key, of.id, "}"};
    return make_frame(opcode::binary, pieces);
}

bool fits(std::size_t size) { return size < std::numeric_limits<std::uint32_t>::max(); }

} // namespace

shared_frame detail::frame_of(std::string text, std::size_t payload_begin, std::size_t payload_size)
{
    const std::string_view whole = text;
    if (!fits(whole.size())) return make_frame(opcode::text, whole);
    const envelope_place place{static_cast<std::uint32_t>(payload_begin), static_cast<std::uint32_t>(payload_size)};
    return make_frame(opcode::text, {&whole, 1}, place);
}

shared_frame in_binary(const shared_frame& message)
{
    if (message->envelope_size() == 0) return message;
    const auto form = frame_form::binary(message);
    if (auto known = form.get()) return known;
    const auto parts = parts_of(*message);
    const auto type = binary_type_of(parts.type);
    return form.set(type ? binary_frame(*type, parts) : message);
}

} // namespace chorus
