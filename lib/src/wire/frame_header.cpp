// frame_header.cpp — RFC 6455 section 5.2, bit by bit.
#include <chorus/wire/frame_header.hpp>

#include <boost/endian/conversion.hpp>

namespace chorus {
namespace {

namespace endian = boost::endian;

//  0               1               2               3
//  0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7
// +-+-+-+-+-------+-+-------------+-------------------------------+
// |F|R|R|R| opcode|M|   length    |  16 or 64 more bits of length |
// |I|S|S|S|  (4)  |A|     (7)     |   when it says 126 or 127,    |
// |N|V|V|V|       |S|             |  then 32 bits of key when     |
// | |1|2|3|       |K|             |      MASK is set              |
// +-+-+-+-+-------+-+-------------+-------------------------------+
constexpr std::uint8_t fin_bit = 0x80;
constexpr std::uint8_t opcode_bits = 0x0F;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7F;
constexpr std::uint8_t length_in_16_bits = 126;
constexpr std::uint8_t length_in_64_bits = 127;

std::size_t length_size(std::uint8_t short_length)
{
    return short_length == length_in_64_bits ? 8u : short_length == length_in_16_bits ? 2u : 0u;
}

std::uint64_t load_length(const unsigned char* at, std::uint8_t short_length)
{
    switch (short_length) {
    case length_in_16_bits: return endian::load_big_u16(at);
    case length_in_64_bits: return endian::load_big_u64(at);
    default: return short_length;
    }
}

bool is_known(opcode op)
{
    switch (op) {
    case opcode::continuation:
    case opcode::text:
    case opcode::binary:
    case opcode::close:
    case opcode::ping:
    case opcode::pong: return true;
    }
    return false;
}

bool may_be_compressed(opcode op) { return op == opcode::text || op == opcode::binary; }

constexpr violation reserved_bits{close_code::protocol_error,
                                  "a reserved bit is set and no extension gives it a meaning"};
constexpr violation reserved_opcode{close_code::protocol_error, "the opcode is reserved"};
constexpr violation not_masked{close_code::protocol_error, "a frame from a client must be masked"};
constexpr violation masked{close_code::protocol_error, "a frame from a server must not be masked"};
constexpr violation length_too_high{close_code::protocol_error, "the topmost bit of a 64-bit length must be 0"};
constexpr violation length_not_minimal{close_code::protocol_error, "the length is not written in the fewest bytes"};
constexpr violation control_in_fragments{close_code::protocol_error, "a control frame must not be fragmented"};
constexpr violation control_too_long{close_code::protocol_error, "a control frame carries more than 125 bytes"};

} // namespace

bool decode_header(std::string_view bytes, frame_header& header)
{
    if (bytes.size() < 2) return false;
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto short_length = static_cast<std::uint8_t>(at[1] & length_bits);
    const bool is_masked = (at[1] & mask_bit) != 0;
    const std::size_t key_at = 2 + length_size(short_length);
    const std::size_t size = key_at + (is_masked ? 4 : 0);
    if (bytes.size() < size) return false;
    header = {
        .length = load_length(at + 2, short_length),
        .key = is_masked ? endian::load_big_u32(at + key_at) : 0,
        .fin = (at[0] & fin_bit) != 0,
        .reserved = static_cast<std::uint8_t>(at[0] >> 4 & 7),
        .op = static_cast<opcode>(at[0] & opcode_bits),
        .masked = is_masked,
        .size = static_cast<std::uint8_t>(size),
    };
    return true;
}

const violation* violation_of(const frame_header& header, role receiver, bool deflate_agreed)
{
    if (header.reserved != 0) {
        const auto has_a_meaning = header.reserved == rsv1 && deflate_agreed && may_be_compressed(header.op);
        if (!has_a_meaning) return &reserved_bits;
    }
    if (!is_known(header.op)) return &reserved_opcode;
    if (receiver == role::server && !header.masked) return &not_masked;
    if (receiver == role::client && header.masked) return &masked;
    if (header.length >> 63 != 0) return &length_too_high;
    if (header.size != header_size(header.length, header.masked)) return &length_not_minimal;
    if (!is_control(header.op)) return nullptr;
    if (!header.fin) return &control_in_fragments;
    if (header.length > max_control_payload) return &control_too_long;
    return nullptr;
}

std::size_t encode_header(std::span<char, max_header_size> out, const frame_header& header)
{
    auto* at = reinterpret_cast<unsigned char*>(out.data());
    const std::size_t size = header_size(header.length, header.masked);
    const std::size_t long_length = size - 2 - (header.masked ? 4 : 0);
    const auto short_length = long_length == 8   ? length_in_64_bits
                              : long_length == 2 ? length_in_16_bits
                                                 : static_cast<std::uint8_t>(header.length);
    at[0] = static_cast<unsigned char>((header.fin ? fin_bit : 0) | header.reserved << 4 |
                                       static_cast<std::uint8_t>(header.op));
    at[1] = static_cast<unsigned char>((header.masked ? mask_bit : 0) | short_length);
    if (long_length == 2) endian::store_big_u16(at + 2, static_cast<std::uint16_t>(header.length));
    if (long_length == 8) endian::store_big_u64(at + 2, header.length);
    if (header.masked) endian::store_big_u32(at + size - 4, header.key);
    return size;
}

} // namespace chorus
