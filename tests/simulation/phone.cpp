// phone.cpp — Moves a caller's bytes, and reads what the server sends by the rules it has to keep.
#include "simulation/phone.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace chorus::simulation {
namespace {

constexpr std::string_view host = "chat.example";
constexpr std::string_view any_key = "c2ltdWxhdGVkIGNhbGxlcg=="; // always the same: chance belongs to the seed
constexpr std::uint32_t any_masking_key = 0x5a17c3e9;

} // namespace

void phone::call(std::string_view target, const http_fields& fields)
{
    say(upgrade_request(host, target, any_key, {}, fields));
}

void phone::ask(std::string_view target)
{
    say("GET " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
}

void phone::say(std::string_view bytes)
{
    if (unsent_.empty()) unsent_since_ = clock_.now();
    unsent_ += bytes;
}

void phone::say_frame(opcode op, std::string_view payload, bool fin)
{
    std::string bytes;
    append_masked_frame(bytes, op, payload, any_masking_key, fin);
    say(bytes);
}

bool phone::push(std::size_t most)
{
    if (unsent_.empty()) return false;
    error_code error;
    const std::array<asio::const_buffer, 1> buffers{asio::buffer(unsent_, most)};
    const auto written = end_->write_some(buffers, error);
    unsent_.erase(0, written);
    if (error && error != asio::error::would_block) unsent_.clear(); // nobody takes it any more
    longest_delay_ = longest_delay();
    if (unsent_.empty()) unsent_since_.reset();
    return written > 0;
}

duration phone::longest_delay() const
{
    return unsent_since_ ? std::max(longest_delay_, clock_.now() - *unsent_since_) : longest_delay_;
}

bool phone::listen(std::size_t most)
{
    if (has_ended_) return false;
    std::array<char, 4096> buffer;
    error_code error;
    const auto count = end_->read_some(std::span(buffer).first(std::min(most, buffer.size())), error);
    if (count > 0) hear(std::span(buffer).first(count));
    if (error && error != asio::error::would_block) end(error != asio::error::eof);
    return count > 0;
}

void phone::end(bool was_cut)
{
    has_ended_ = true;
    holder_.on_end(was_cut);
}

void phone::hear(std::span<char> bytes)
{
    while (!is_upgraded_ && !bytes.empty())
        hear_http(bytes);
    if (is_upgraded_) hear_frames(bytes);
}

// --- HTTP ------------------------------------------------------------------------------------------------------------

void phone::hear_http(std::span<char>& bytes)
{
    if (answer_) return hear_body(bytes);
    std::span<const char> rest = bytes;
    const auto now = head_.feed(rest);
    bytes = bytes.last(rest.size());
    hold(now != response_reader::state::refused, promise::protocol, "an answer that is not HTTP");
    if (now == response_reader::state::complete) hear_head();
}

void phone::hear_head()
{
    auto head = head_.take();
    head_ = {};
    if (head.status != 101) {
        answer_ = std::move(head);
        std::span<char> nothing;
        return hear_body(nothing);
    }
    const auto checked = check_upgrade_response(head, any_key);
    hold(std::holds_alternative<upgrade>(checked), promise::protocol, "an upgrade that breaks the rules");
    is_upgraded_ = true;
    holder_.on_upgraded();
}

void phone::hear_body(std::span<char>& bytes)
{
    std::size_t length = 0;
    const auto field = answer_->field("Content-Length").value_or("0");
    std::from_chars(field.data(), field.data() + field.size(), length);
    const auto part = bytes.first(std::min(bytes.size(), length - body_.size()));
    body_.append(part.begin(), part.end());
    bytes = bytes.subspan(part.size());
    if (body_.size() < length) return;
    holder_.on_answer(*answer_, body_);
    answer_.reset();
    body_.clear();
}

// --- frames ----------------------------------------------------------------------------------------------------------

void phone::hear_frames(std::span<char> bytes)
{
    while (!bytes.empty()) {
        hold(!has_heard_close_, promise::every_message_once, "the server said something after its Close");
        const auto what = parser_.next(bytes);
        hear(what);
    }
}

void phone::hear(const parser::event& what)
{
    switch (what.what) {
    case parser::kind::need_more: return;
    case parser::kind::message:
        hold(what.op == opcode::text, promise::protocol, "the server said something binary");
        return holder_.on_message(what.payload);
    case parser::kind::ping: return holder_.on_ping(what.payload);
    case parser::kind::pong: return holder_.on_pong(what.payload);
    case parser::kind::close: has_heard_close_ = true; return holder_.on_close(what.code, what.payload);
    case parser::kind::error:
        hold(false, promise::every_message_once,
             [&] { return "what the server sends does not parse: " + std::string(what.why); });
    }
}

} // namespace chorus::simulation
