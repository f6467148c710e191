// binary_envelope.cpp — reads and writes binary envelopes, and knows their types by number and by name.
#include <chorus/wire/binary_envelope.hpp>

#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <stdexcept>

namespace chorus {
namespace {

constexpr struct
{
    binary_type type;
    std::string_view name;
} names[] = {
    {binary_type::chat, "chat"},
    {binary_type::join, "join"},
    {binary_type::leave, "leave"},
    {binary_type::token, "token"},
    {binary_type::ok, "ok"},
    {binary_type::error, "error"},
    {binary_type::joined, "joined"},
    {binary_type::left, "left"},
    {binary_type::presence, "presence"},
    {binary_type::gap, "gap"},
    {binary_type::token_expired, "token_expired"},
};

fault too_short(std::size_t size)
{
    return {"malformed", "message too short: got " + std::to_string(size) + " bytes, a header has " +
                             std::to_string(binary_header_size)};
}

fault wrong_length(std::uint32_t said, std::size_t present)
{
    return {"malformed",
            "malformed message: payload: expected " + std::to_string(said) + " bytes, got " + std::to_string(present)};
}

} // namespace

std::string_view name_of(binary_type type)
{
    const auto* entry = std::ranges::find_if(names, [type](const auto& each) { return each.type == type; });
    return entry == std::end(names) ? std::string_view{} : entry->name;
}

std::optional<binary_type> binary_type_of(std::string_view name)
{
    const auto* entry = std::ranges::find_if(names, [name](const auto& each) { return each.name == name; });
    return entry == std::end(names) ? std::nullopt : std::optional{entry->type};
}

result<binary_envelope> read_binary_envelope(std::string_view bytes)
{
    if (bytes.size() < binary_header_size) return too_short(bytes.size());
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto type = static_cast<binary_type>(at[0]);
    const std::uint32_t length = boost::endian::load_big_u32(at + 1);
    const auto payload = bytes.substr(binary_header_size);
    if (length != payload.size()) return wrong_length(length, payload.size());
    if (name_of(type).empty()) return fault{"unknown_type", "unknown message type: " + std::to_string(at[0])};
    return binary_envelope{type, payload};
}

std::array<char, binary_header_size> binary_header(binary_type type, std::uint32_t size)
{
    std::array<char, binary_header_size> header{static_cast<char>(type)};
    boost::endian::store_big_u32(reinterpret_cast<unsigned char*>(header.data()) + 1, size);
    return header;
}

std::string make_binary_envelope(binary_type type, std::string_view payload)
{
    if (payload.size() > std::numeric_limits<std::uint32_t>::max())
        throw std::length_error{"a binary envelope holds less than 4 GiB"};
    const auto header = binary_header(type, static_cast<std::uint32_t>(payload.size()));
    std::string out;
    out.reserve(header.size() + payload.size());
    out.append(header.begin(), header.end()).append(payload);
    return out;
}

} // namespace chorus
