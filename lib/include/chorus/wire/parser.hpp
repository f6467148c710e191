// parser.hpp — Reads bytes in any split and yields whole messages, control frames, or the rule that was broken.
#pragma once
#include <chorus/wire/frame_header.hpp>
#include <chorus/wire/utf8.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace chorus {

class inflater;

// 0 stands for no limit.
struct parser_limits
{
    std::size_t max_message = 512 * 1024; // bytes of a message, all fragments together, after inflating
    std::size_t max_fragments = 131'072;  // frames of a message, empty ones included
};

// One direction of one connection: RFC 6455 section 5 as a value. It does no I/O and knows no time; one thread at a
// time. An idle parser owns no heap, and a growing one only as much as has arrived, whatever a header claims.
class parser
{
public:
    enum class kind : std::uint8_t { need_more, message, ping, pong, close, error };

    struct event
    {
        kind what = kind::need_more;
        opcode op = opcode::continuation;        // of a message: text or binary
        std::string_view payload = {};           // of a Close: its reason
        close_code code = close_code::no_status; // of a Close: what the peer says; of an error: what to tell the peer
        std::string_view why = {};               // of an error: in words, for the log; a static text
    };

    // Compressed messages are allowed where there is an inflater. Other parsers may have the same one if it keeps no
    // context.
    explicit parser(role own_role, parser_limits limits = {}, inflater* compression = nullptr)
        : role_(own_role), inflater_(compression), limits_(limits)
    {
    }

    // Consumes from the front of `in` until something is to be told; need_more when `in` is used up. Payloads are
    // unmasked in place, and one that lies wholly in `in` is not copied: it is valid until the next call, and as long
    // as the memory behind `in`; one that was compressed, as long as what its inflater writes into. Whatever follows a
    // Close is discarded. An error is final: it is told again and again.
    event next(std::span<char>& in);

    // Nobody looks at what was told any more: its memory is given back. The next call of next() would do the same, but
    // perhaps nothing comes for days.
    void forget_told();

    // Whether a frame has begun and its end has not come yet; or a message, which may be between two of its frames.
    bool inside_frame() const { return in_frame_ || partial_header_size_ > 0; }
    bool unfinished() const { return inside_frame() || message_op_; }

    std::size_t held_bytes() const { return gathered_.capacity(); } // heap owned now

private:
    bool read_header(std::span<char>& in);
    bool take_header(std::span<char>& in);
    const violation* open_frame();
    const violation* join_message();

    std::string_view read_payload(std::span<char>& in);
    bool unmask(std::span<char> arrived);
    void keep(std::string_view arrived);

    event finish(std::string_view arrived);
    event finish_message(std::string_view payload);
    const violation* inflate(std::string_view compressed);
    event finish_close(std::string_view payload);
    std::string_view joined(std::size_t start, std::string_view arrived);
    event fail(const violation& broken);

    // The open frame: `length` counts down and `key` turns as its payload arrives.
    frame_header frame_;
    std::array<char, max_header_size> partial_header_;
    std::uint8_t partial_header_size_ = 0;
    bool in_frame_ = false;
    bool closed_ = false;

    // The open message. Control frames may come between its fragments; one that arrives in parts is gathered behind.
    // A compressed one is gathered as it comes, and inflated when it is complete.
    bool compressed_ = false;
    std::optional<opcode> message_op_;
    utf8_validator text_;
    role role_;
    std::size_t fragments_ = 0;
    std::size_t message_size_ = 0; // bytes of its finished fragments, which lie at the front of gathered_
    std::vector<char> gathered_;

    const violation* broken_ = nullptr;
    inflater* inflater_;
    parser_limits limits_;
};

static_assert(sizeof(parser) <= 128, "every connection has a parser: it must stay small");

} // namespace chorus
