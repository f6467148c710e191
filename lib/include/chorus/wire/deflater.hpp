// deflater.hpp — Compresses messages (RFC 7692, 7.2.1).
#pragma once
#include <chorus/wire/deflate_parameters.hpp>
#include <chorus/wire/scratch_buffer.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace chorus {

// One direction of one connection where the context is kept from message to message: whatever it has compressed must
// then be sent, in this order. Otherwise any number of connections may borrow the same one. zlib's memory is taken with
// the first message. One thread.
class deflater
{
public:
    // `window_bits`: 9 to 15.
    explicit deflater(scratch_buffer& into, context_takeover takeover = context_takeover::no,
                      int window_bits = largest_window);
    ~deflater();

    // What the frames of this message are to carry, valid until the next message that is compressed into the same
    // memory. Nothing: zlib could not get the memory it needs, and the message may go as it is.
    std::optional<std::string_view> deflate(std::string_view message);

    bool keeps_context() const { return takeover_ == context_takeover::yes; }

private:
    struct stream;

    bool begin();
    void feed(std::string_view part);

    scratch_buffer& into_;
    std::unique_ptr<stream> stream_;
    context_takeover takeover_;
    int window_bits_;
};

} // namespace chorus
