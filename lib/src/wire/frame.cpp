// frame.cpp — Writes frames: into a block of their own, or at the end of a string.
#include <chorus/wire/frame.hpp>

#include <chorus/wire/mask.hpp>

#include <array>
#include <cstring>

namespace chorus {
namespace {

std::size_t total_size(std::span<const std::string_view> pieces)
{
    std::size_t total = 0;
    for (const auto piece : pieces)
        total += piece.size();
    return total;
}

void append_header(std::string& out, const frame_header& header)
{
    std::array<char, max_header_size> bytes;
    out.append(bytes.data(), encode_header(bytes, header));
}

} // namespace

frame::frame(opcode op, std::uint8_t reserved, std::span<const std::string_view> pieces, envelope_place envelope,
             std::size_t header_size, std::size_t size)
    : op_(op), header_size_(static_cast<std::uint8_t>(header_size)), envelope_(envelope), size_(size)
{
    std::array<char, max_header_size> header;
    encode_header(header, {.length = size - header_size, .reserved = reserved, .op = op});
    char* at = reinterpret_cast<char*>(this + 1);
    std::memcpy(at, header.data(), header_size);
    at += header_size;
    for (const auto piece : pieces) {
        piece.copy(at, piece.size());
        at += piece.size();
    }
}

frame::~frame()
{
    release(compressed_);
    release(binary_);
}

void frame::release(std::atomic<const frame*>& form) const
{
    const auto* const kept = form.load(std::memory_order_relaxed); // nobody else is left to change it
    if (kept && kept != this) intrusive_ptr_release(kept);
}

shared_frame make_frame(opcode op, std::span<const std::string_view> pieces, envelope_place envelope,
                        std::uint8_t reserved)
{
    const std::size_t length = total_size(pieces);
    const std::size_t header = header_size(length, false);
    return shared_frame{new (header + length) frame{op, reserved, pieces, envelope, header, header + length}};
}

shared_frame make_frame(opcode op, std::initializer_list<std::string_view> pieces)
{
    return make_frame(op, std::span{pieces.begin(), pieces.size()});
}

shared_frame make_frame(opcode op, std::string_view payload) { return make_frame(op, std::span{&payload, 1}); }

shared_frame make_compressed_frame(opcode op, std::string_view compressed)
{
    return make_frame(op, std::span{&compressed, 1}, {}, rsv1);
}

void append_frame(std::string& out, opcode op, std::string_view payload, bool fin, std::uint8_t reserved)
{
    append_header(out, {.length = payload.size(), .fin = fin, .reserved = reserved, .op = op});
    out.append(payload);
}

void append_masked_frame(std::string& out, opcode op, std::string_view payload, std::uint32_t key, bool fin,
                         std::uint8_t reserved)
{
    append_header(out,
                  {.length = payload.size(), .key = key, .fin = fin, .reserved = reserved, .op = op, .masked = true});
    const std::size_t start = out.size();
    out.append(payload);
    apply_mask(std::span{out}.subspan(start), key);
}

} // namespace chorus
