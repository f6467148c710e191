// parser.cpp — RFC 6455 section 5 from top to bottom: header, payload, message, Close.
#include <chorus/wire/parser.hpp>

#include <chorus/wire/inflater.hpp>
#include <chorus/wire/mask.hpp>

#include <boost/endian/conversion.hpp>

#include <algorithm>

namespace chorus {
namespace {

// 5.4, fragmentation
constexpr violation message_unfinished{close_code::protocol_error, "a new message begins inside a fragmented one"};
constexpr violation nothing_to_continue{close_code::protocol_error, "a continuation frame continues no message"};
// 10.4, limits of ours
constexpr violation message_too_big{close_code::message_too_big, "the message exceeds the size limit"};
constexpr violation compressed_too_long{close_code::message_too_big,
                                        "the message is longer than any that is within the size limit once inflated"};
constexpr violation too_many_fragments{close_code::policy_violation, "the message has too many fragments"};
// 8.1, text
constexpr violation invalid_utf8{close_code::invalid_payload, "a text message is not valid UTF-8"};
constexpr violation incomplete_utf8{close_code::invalid_payload, "a text message ends inside a UTF-8 character"};
// RFC 7692, compression
constexpr violation corrupt{close_code::invalid_payload, "a compressed message is corrupt"};
constexpr violation no_memory{close_code::internal_error, "no memory to inflate a message"};
// 5.5.1, Close
constexpr violation half_a_close_code{close_code::protocol_error, "a Close frame carries a single byte"};
constexpr violation invalid_close_code{close_code::protocol_error,
                                       "a Close frame carries a code that must not be sent"};
constexpr violation invalid_close_reason{close_code::invalid_payload, "the reason in a Close frame is not valid UTF-8"};

std::span<char> take(std::span<char>& in, std::uint64_t wanted)
{
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(in.size(), wanted));
    const auto taken = in.first(size);
    in = in.subspan(size);
    return taken;
}

} // namespace

parser::event parser::next(std::span<char>& in)
{
    forget_told();
    while (!broken_ && read_header(in)) {
        const auto arrived = read_payload(in);
        if (broken_) break;
        if (!in_frame_ && frame_.fin) return finish(arrived);
        keep(arrived);
        if (in.empty()) break;
    }
    return broken_ ? fail(*broken_) : event{};
}

// What lies behind the open message has been told; without an open message that is everything.
void parser::forget_told()
{
    if (in_frame_ || gathered_.size() == message_size_) return;
    gathered_.resize(message_size_);
    if (gathered_.empty()) gathered_ = std::vector<char>();
}

// True when a frame is open.
bool parser::read_header(std::span<char>& in)
{
    if (in_frame_) return true;
    if (closed_) take(in, in.size());
    if (!take_header(in)) return false;
    broken_ = open_frame();
    return broken_ == nullptr;
}

// A header usually lies in `in` as a whole; one that was split is put together byte by byte.
bool parser::take_header(std::span<char>& in)
{
    if (partial_header_size_ == 0 && decode_header({in.data(), in.size()}, frame_)) {
        take(in, frame_.size);
        return true;
    }
    while (!in.empty()) {
        partial_header_[partial_header_size_++] = take(in, 1).front();
        if (!decode_header({partial_header_.data(), partial_header_size_}, frame_)) continue;
        partial_header_size_ = 0;
        return true;
    }
    return false;
}

const violation* parser::open_frame()
{
    in_frame_ = true;
    if (const auto* broken = violation_of(frame_, role_, inflater_ != nullptr)) return broken;
    return is_control(frame_.op) ? nullptr : join_message();
}

// The limits are judged here, by what the header claims, before any of the payload is waited for.
const violation* parser::join_message()
{
    const bool continues = frame_.op == opcode::continuation;
    if (continues && !message_op_) return &nothing_to_continue;
    if (!continues && message_op_) return &message_unfinished;
    if (!continues) compressed_ = frame_.reserved != 0;
    if (limits_.max_message != 0) {
        const auto most = compressed_ ? compressed_at_most(limits_.max_message, fragments_ + 1) : limits_.max_message;
        if (frame_.length > most - message_size_) return compressed_ ? &compressed_too_long : &message_too_big;
    }
    if (limits_.max_fragments != 0 && fragments_ >= limits_.max_fragments) return &too_many_fragments;
    ++fragments_;
    if (!continues) message_op_ = frame_.op;
    return nullptr;
}

std::string_view parser::read_payload(std::span<char>& in)
{
    const auto arrived = take(in, frame_.length);
    frame_.length -= arrived.size();
    in_frame_ = frame_.length != 0;
    if (!unmask(arrived)) broken_ = &invalid_utf8;
    return {arrived.data(), arrived.size()};
}

// Unmasks, and checks what belongs to a text message; in blocks, so that each is read while it is in the cache.
bool parser::unmask(std::span<char> arrived)
{
    const bool is_text = !is_control(frame_.op) && message_op_ == opcode::text && !compressed_;
    while (!arrived.empty()) {
        const auto block = take(arrived, 4096);
        if (frame_.masked) frame_.key = apply_mask(block, frame_.key);
        if (is_text && !text_.feed({block.data(), block.size()})) return false;
    }
    return true;
}

void parser::keep(std::string_view arrived)
{
    gathered_.insert(gathered_.end(), arrived.begin(), arrived.end());
    if (!in_frame_) message_size_ = gathered_.size();
}

// The last piece of a message or of a control frame has arrived.
parser::event parser::finish(std::string_view arrived)
{
    if (!is_control(frame_.op)) return finish_message(joined(0, arrived));
    const auto payload = joined(message_size_, arrived);
    if (frame_.op == opcode::close) return finish_close(payload);
    return {.what = frame_.op == opcode::ping ? kind::ping : kind::pong, .op = frame_.op, .payload = payload};
}

parser::event parser::finish_message(std::string_view payload)
{
    if (!text_.complete()) return fail(incomplete_utf8);
    if (compressed_) {
        if (const auto* broken = inflate(payload)) return fail(*broken);
        payload = inflater_->message();
    }
    const event told{.what = kind::message, .op = *message_op_, .payload = payload};
    message_op_.reset();
    fragments_ = 0;
    message_size_ = 0;
    return told;
}

const violation* parser::inflate(std::string_view compressed)
{
    switch (inflater_->inflate(compressed, limits_.max_message)) {
    case inflate_result::too_big: return &message_too_big;
    case inflate_result::corrupt: return &corrupt;
    case inflate_result::no_memory: return &no_memory;
    case inflate_result::whole: break;
    }
    return message_op_ != opcode::text || is_utf8(inflater_->message()) ? nullptr : &invalid_utf8;
}

parser::event parser::finish_close(std::string_view payload)
{
    closed_ = true;
    event told{.what = kind::close, .op = opcode::close};
    if (payload.empty()) return told;
    if (payload.size() == 1) return fail(half_a_close_code);
    const auto code = boost::endian::load_big_u16(reinterpret_cast<const unsigned char*>(payload.data()));
    if (!is_valid_on_wire(code)) return fail(invalid_close_code);
    told.code = static_cast<close_code>(code);
    told.payload = payload.substr(2);
    return is_utf8(told.payload) ? told : fail(invalid_close_reason);
}

// The payload whose beginning was gathered from `start` on and which `arrived` ends; no copy when it came in one piece.
std::string_view parser::joined(std::size_t start, std::string_view arrived)
{
    if (gathered_.size() == start) return arrived;
    gathered_.insert(gathered_.end(), arrived.begin(), arrived.end());
    return std::string_view{gathered_.data(), gathered_.size()}.substr(start);
}

parser::event parser::fail(const violation& broken)
{
    broken_ = &broken;
    return {.what = kind::error, .code = broken.code, .why = broken.why};
}

} // namespace chorus
