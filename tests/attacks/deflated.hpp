// deflated.hpp — Compresses messages as RFC 7692 asks, with zlib alone.
#pragma once

#include "scale/chat.hpp"

#include <string>
#include <string_view>
#include <zlib.h>

namespace chorus::attacks {

inline constexpr std::string_view deflate_offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

// Section 7.2.1: raw deflate, flushed, without the four bytes every flush ends in.
class deflated
{
public:
    deflated() { scale::require(::deflateInit2(&stream_, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK, "zlib"); }
    deflated(const deflated&) = delete;
    deflated& operator=(const deflated&) = delete;
    ~deflated() { ::deflateEnd(&stream_); }

    void add(std::string_view text, int flush = Z_NO_FLUSH)
    {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); // zlib only reads it
        stream_.avail_in = static_cast<uInt>(text.size());
        char out[64 * 1024];
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(out);
            stream_.avail_out = sizeof out;
            ::deflate(&stream_, flush);
            bytes_.append(out, sizeof out - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

    std::string finish()
    {
        add({}, Z_SYNC_FLUSH);
        bytes_.resize(bytes_.size() - 4);
        return std::move(bytes_);
    }

private:
    z_stream stream_{};
    std::string bytes_;
};

inline std::string compressed_frame(std::string_view payload, bool final = true)
{
    return testing::client_frame(1, payload, {.final = final, .reserved_bits = 4});
}

} // namespace chorus::attacks
