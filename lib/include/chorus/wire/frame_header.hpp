// frame_header.hpp — The first 2 to 14 bytes of a frame (RFC 6455, 5.2): read from bytes, written to bytes, judged.
#pragma once
#include <chorus/wire/close_code.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace chorus {

enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };
enum class role : std::uint8_t { server, client };

constexpr bool is_control(opcode op) { return static_cast<std::uint8_t>(op) >= 8; }

inline constexpr std::uint8_t rsv1 = 4; // on the first frame of a message: it is compressed (RFC 7692, 6)

inline constexpr std::size_t max_header_size = 14;
inline constexpr std::size_t max_control_payload = 125;

struct frame_header
{
    std::uint64_t length = 0;  // payload bytes
    std::uint32_t key = 0;     // the masking key; its first byte on the wire is the topmost
    bool fin = true;           // the last frame of its message
    std::uint8_t reserved = 0; // RSV1, RSV2, RSV3 as 4, 2, 1
    opcode op = opcode::text;
    bool masked = false;
    std::uint8_t size = 0; // bytes the header itself took on the wire; set by decode_header
};

// A rule that was broken: what to say in the Close, and in words.
struct violation
{
    close_code code;
    std::string_view why;
};

// Reads the header at the front of `bytes`; false while it is incomplete. Any bytes give a header; whether it is
// allowed is the next question. (An output parameter, because returning an optional costs a fifth of a small frame.)
bool decode_header(std::string_view bytes, frame_header& header);

// The rule this header breaks taken by itself when a `receiver` gets it, or null (RFC 6455, 5.1, 5.2 and 5.5).
const violation* violation_of(const frame_header& header, role receiver, bool deflate_agreed = false);

// Bytes the shortest header, which is the only legal one, takes for a payload of `length` bytes.
constexpr std::size_t header_size(std::uint64_t length, bool masked)
{
    return (length < 126 ? 2u : length <= 0xFFFF ? 4u : 10u) + (masked ? 4u : 0u);
}

// Writes the header and returns how many bytes it took.
std::size_t encode_header(std::span<char, max_header_size> out, const frame_header& header);

} // namespace chorus
