// frame.hpp — A message encoded once, as a server sends it, and shared by everyone who is to have it.
#pragma once
#include <chorus/wire/frame_header.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace chorus {

class frame;
using shared_frame = boost::intrusive_ptr<const frame>;

// Where the payload of an envelope lies within a message. Size 0: the message is no envelope.
struct envelope_place
{
    std::uint32_t begin = 0, size = 0;
};

// Header and payload lie behind the object in the same allocation. Immutable, and counted atomically: any shard may
// read it, keep it and let it go. The views live as long as the frame. Beside it lie its compressed form and its binary
// one, once somebody has asked for them.
class frame : public boost::intrusive_ref_counter<frame>
{
public:
    std::string_view bytes() const { return {data(), size_}; }
    std::string_view payload() const { return bytes().substr(header_size_); }
    std::size_t size() const { return size_; } // of bytes(), header included
    opcode op() const { return op_; }
    std::size_t envelope_begin() const { return envelope_.begin; }
    std::size_t envelope_size() const { return envelope_.size; }
    bool is_compressed() const { return (static_cast<std::uint8_t>(bytes().front()) >> 4 & rsv1) != 0; }

    frame(const frame&) = delete;
    frame& operator=(const frame&) = delete;
    ~frame();

    static void operator delete(void* block) { ::operator delete(block); }

private:
    friend shared_frame make_frame(opcode, std::span<const std::string_view>, envelope_place, std::uint8_t reserved);
    friend class frame_form;

    frame(opcode op, std::uint8_t reserved, std::span<const std::string_view> pieces, envelope_place envelope,
          std::size_t header_size, std::size_t size);
    void release(std::atomic<const frame*>& form) const;
    static void* operator new(std::size_t object, std::size_t bytes) { return ::operator new(object + bytes); }
    static void operator delete(void* block, std::size_t) { ::operator delete(block); }

    const char* data() const { return reinterpret_cast<const char*>(this + 1); }

    opcode op_;
    std::uint8_t header_size_;
    envelope_place envelope_;
    std::size_t size_;
    // Null: nobody has asked. Itself (then it holds no reference): it would not become smaller, or has no such form.
    mutable std::atomic<const frame*> compressed_ = nullptr, binary_ = nullptr;
};

// One whole message, unmasked and final. Several pieces are laid one behind the other, with no string in between.
shared_frame make_frame(opcode op, std::span<const std::string_view> pieces, envelope_place envelope = {},
                        std::uint8_t reserved = 0);
shared_frame make_frame(opcode op, std::initializer_list<std::string_view> pieces);
shared_frame make_frame(opcode op, std::string_view payload);

// A message that a deflater has compressed.
shared_frame make_compressed_frame(opcode op, std::string_view compressed);

// The same encoding at the end of a string, for a single reader. Clients mask, with a key nobody can predict. The first
// frame of a compressed message has `reserved` rsv1.
void append_frame(std::string& out, opcode op, std::string_view payload, bool fin = true, std::uint8_t reserved = 0);
void append_masked_frame(std::string& out, opcode op, std::string_view payload, std::uint32_t key, bool fin = true,
                         std::uint8_t reserved = 0);

} // namespace chorus
