// message_ring.hpp — the numbered messages a load sends, and a check of what comes back that costs one memcmp per read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace chorus::bench {

// What a message is wrapped in on its way, there and back. Of what comes back some bytes are the server's own business.
struct wrapping
{
    std::string sent_before = {}, sent_behind = {};
    std::string heard_before = {}, heard_behind = {};
    std::size_t unknown_at = 0, unknown = 0; // bytes of heard_behind that nobody can foretell
};

// As chorus-chat says it to everyone, for somebody called "load"; the time has 13 digits.
inline wrapping of_chat()
{
    return {.sent_before = R"({"type":"chat","payload":{"text":")",
            .sent_behind = R"("}})",
            .heard_before = R"({"type":"chat","payload":{"user":"load","text":")",
            .heard_behind = R"(","time":0000000000000}})",
            .unknown_at = std::string_view(R"(","time":)").size(),
            .unknown = 13};
}

// `count` messages of `size` bytes, wrapped, laid end to end both as the masked frames a client sends and as the frames
// a server owes it. A receiver that gets every message once and in order sees these bytes over and over, so a lost,
// doubled, reordered or damaged message shows at the first byte that differs. Immutable.
class message_ring
{
public:
    message_ring(std::size_t count, std::size_t size, const wrapping& in = {});

    std::size_t size() const { return count_; }
    std::size_t sent_frame_bytes() const { return outgoing_.size() / count_; }
    std::size_t received_frame_bytes() const { return expected_.size() / count_; }

    // The frames of messages [first, first + wanted) as far as they lie in one piece.
    std::string_view outgoing(std::uint64_t first, std::size_t wanted) const;
    // Are these the bytes a receiver should see after `position` bytes?
    bool matches(std::uint64_t position, const char* bytes, std::size_t length) const;

private:
    bool equals(std::size_t at, const char* bytes, std::size_t length) const;

    std::size_t count_;
    std::string outgoing_;
    std::string expected_;
    std::size_t unknown_from_end_, unknown_; // of each frame that is received
};

inline void append_head(std::string& out, std::size_t size, unsigned mask_bit)
{
    out.push_back(static_cast<char>(0x81)); // one whole text message
    if (size < 126) {
        out.push_back(static_cast<char>(mask_bit | size));
    } else {
        out.push_back(static_cast<char>(mask_bit | 126));
        out.push_back(static_cast<char>(size >> 8));
        out.push_back(static_cast<char>(size & 0xff));
    }
}

inline message_ring::message_ring(std::size_t count, std::size_t size, const wrapping& in)
    : count_(count), unknown_from_end_(in.heard_behind.size() - in.unknown_at), unknown_(in.unknown)
{
    for (std::size_t number = 0; number < count; ++number) {
        std::string payload = std::to_string(number) + " ";
        payload.resize(size, static_cast<char>('a' + number % 26));
        const auto heard = in.heard_before + payload + in.heard_behind;
        append_head(expected_, heard.size(), 0);
        expected_ += heard;
        payload = in.sent_before + payload + in.sent_behind;
        const std::uint32_t key = static_cast<std::uint32_t>(number + 1) * 2654435761U;
        char key_bytes[4];
        std::memcpy(key_bytes, &key, sizeof key_bytes);
        append_head(outgoing_, payload.size(), 0x80);
        outgoing_.append(key_bytes, sizeof key_bytes);
        for (std::size_t i = 0; i < payload.size(); ++i)
            outgoing_.push_back(static_cast<char>(payload[i] ^ key_bytes[i % 4]));
    }
}

inline std::string_view message_ring::outgoing(std::uint64_t first, std::size_t wanted) const
{
    const std::size_t slot = first % count_;
    const std::size_t frame = sent_frame_bytes();
    return std::string_view(outgoing_).substr(slot * frame, std::min(wanted, count_ - slot) * frame);
}

inline bool message_ring::matches(std::uint64_t position, const char* bytes, std::size_t length) const
{
    while (length > 0) {
        const std::size_t at = position % expected_.size();
        const std::size_t piece = std::min(length, expected_.size() - at);
        if (!equals(at, bytes, piece)) return false;
        position += piece;
        bytes += piece;
        length -= piece;
    }
    return true;
}

// Frame by frame where something in each cannot be foretold.
inline bool message_ring::equals(std::size_t at, const char* bytes, std::size_t length) const
{
    if (unknown_ == 0) return std::memcmp(expected_.data() + at, bytes, length) == 0;
    const std::size_t frame = received_frame_bytes(), known = frame - unknown_from_end_;
    for (const auto end = at + length; at < end;) {
        const std::size_t into = at % frame;
        const bool is_unknown = into >= known && into < known + unknown_;
        const std::size_t until = into < known ? known : is_unknown ? known + unknown_ : frame;
        const std::size_t piece = std::min(until - into, end - at);
        if (!is_unknown && std::memcmp(expected_.data() + at, bytes, piece) != 0) return false;
        at += piece;
        bytes += piece;
    }
    return true;
}

} // namespace chorus::bench
