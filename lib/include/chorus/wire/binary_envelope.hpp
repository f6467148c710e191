// binary_envelope.hpp — The envelope of the binary protocol: one byte of type, four of length, then the payload.
#pragma once
#include <chorus/wire/fault.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chorus {

// As on the wire. Clients say those below 16; the others are what a server answers and tells.
enum class binary_type : std::uint8_t {
    chat = 1,
    join = 2,
    leave = 3,
    token = 4,
    ok = 16,
    error = 17,
    joined = 18,
    left = 19,
    presence = 20,
    gap = 21,
    token_expired = 22,
};

// The name of the same message in a JSON envelope.
std::string_view name_of(binary_type type);
std::optional<binary_type> binary_type_of(std::string_view name);

inline constexpr std::size_t binary_header_size = 5;

// A view into what it was read from.
struct binary_envelope
{
    binary_type type;
    std::string_view payload; // what the JSON envelope has there, `id` among its members
};

// Faults: `malformed` (shorter than a header, or the length differs from the bytes present) and `unknown_type`.
result<binary_envelope> read_binary_envelope(std::string_view bytes);

// What stands before so many bytes of payload.
std::array<char, binary_header_size> binary_header(binary_type type, std::uint32_t size);

// The payload must be shorter than 4 GiB.
std::string make_binary_envelope(binary_type type, std::string_view payload);

} // namespace chorus
