// peer.cpp — a client at the other end of an in-memory connection: it says frames, and tells in lines what it heard.
#include <chorus/test/peer.hpp>

#include <chorus/wire/close_frame.hpp>
#include <chorus/wire/frame.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace chorus::test {
namespace {

constexpr std::uint32_t masking_key = 0x12345678;

} // namespace

std::string client_frame(opcode op, std::string_view payload, bool fin)
{
    std::string bytes;
    append_masked_frame(bytes, op, payload, masking_key, fin);
    return bytes;
}

std::string client_text(std::string_view payload) { return client_frame(opcode::text, payload); }

std::string client_close(close_code code, std::string_view reason)
{
    return client_frame(opcode::close, close_payload(code, reason));
}

bool push_to(transport& to, std::string& unsent)
{
    bool moved = false;
    while (!unsent.empty()) {
        error_code error;
        const std::array<asio::const_buffer, 1> buffers{asio::buffer(unsent)};
        const auto written = to.write_some(buffers, error);
        unsent.erase(0, written);
        if (error && error != asio::error::would_block) unsent.clear();
        if (written == 0) break;
        moved = true;
    }
    return moved;
}

peer::peer(std::unique_ptr<memory_transport> end, teller tell) : end_(std::move(end)), tell_(std::move(tell)) {}

void peer::say(std::string_view bytes)
{
    unsent_ += bytes;
    push();
}

void peer::say_close(close_code code, std::string_view reason)
{
    said_close_ = true;
    say(client_close(code, reason));
}

bool peer::push()
{
    if (!is_in_frame) unsent_ += std::exchange(answers_, {});
    return push_to(*end_, unsent_);
}

bool peer::listen()
{
    for (bool moved = false; reads; moved = true) {
        std::array<char, 4096> buffer;
        error_code error;
        const auto count = end_->read_some(buffer, error);
        if (error && error != asio::error::would_block) hear_end(error);
        if (count == 0) return moved;
        hear(std::span(buffer).first(count));
    }
    return false;
}

void peer::hear_end(error_code why)
{
    if (std::exchange(ended_, true)) return;
    heard_.push_back(why == asio::error::eof ? "end" : "cut");
    if (answers_closes) end_->finish();
}

void peer::hear(std::span<char> bytes)
{
    if (!hears_frames) {
        bytes_.append(bytes.begin(), bytes.end());
        return;
    }
    while (!bytes.empty()) {
        const auto what = parser_->next(bytes);
        hear(what);
        if (what.what == parser::kind::error) return;
    }
}

void peer::hear(const parser::event& what)
{
    if (what.what == parser::kind::need_more) return;
    std::ranges::move(tell_(what), std::back_inserter(heard_));
    if (what.what == parser::kind::ping && answers_pings) answers_ += client_frame(opcode::pong, what.payload);
    if (what.what == parser::kind::close && answers_closes && !std::exchange(said_close_, true))
        answers_ += client_close(what.code);
    push();
}

void peer::expect_compressed(context_takeover of_server)
{
    inflater_.emplace(inflated_, of_server);
    parser_.emplace(role::client, parser_limits{.max_message = 0, .max_fragments = 0}, &*inflater_);
}

} // namespace chorus::test
