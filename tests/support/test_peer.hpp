// test_peer.hpp — a client at the other end of an in-memory connection: it says frames, and tells in words what it
// heard.
#pragma once

#include "support/peer_words.hpp"

#include <chorus/net/memory_transport.hpp>
#include <chorus/wire/close_frame.hpp>
#include <chorus/wire/inflater.hpp>
#include <chorus/wire/parser.hpp>

#include <boost/asio/error.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chorus::test {

inline std::string client_frame(opcode op, std::string_view payload, bool fin = true)
{
    std::string bytes;
    append_masked_frame(bytes, op, payload, 0x12345678, fin);
    return bytes;
}

inline std::string client_text(std::string_view payload) { return client_frame(opcode::text, payload); }

inline std::string client_close(close_code code, std::string_view reason = {})
{
    return client_frame(opcode::close, close_payload(code, reason));
}

// Nothing it does waits: what does not fit the connection goes out with a later `push`.
class test_peer
{
public:
    explicit test_peer(std::unique_ptr<memory_transport> end) : end_(std::move(end)) {}

    // Bytes as they are.
    void say(std::string_view bytes)
    {
        unsent_ += bytes;
        push();
    }

    // Both give whether anything moved.
    bool push();
    bool listen();

    // What it has heard since it was asked last: "text hello | ping | close 1000 bye | end".
    std::string heard() { return std::exchange(heard_, {}); }
    // Before frames it hears HTTP: the bytes since it was asked last.
    std::string heard_bytes() { return std::exchange(bytes_, {}); }

    memory_transport& connection() { return *end_; }

    // It has agreed on compressed messages, from a server that keeps its context or does not.
    void expect_compressed(context_takeover of_server)
    {
        inflater_.emplace(inflated_, of_server);
        parser_.emplace(role::client, parser_limits{.max_message = 0, .max_fragments = 0}, &*inflater_);
    }

    bool reads = true;          // else what is sent to it stays under way
    bool answers_pings = false; // else it is as good as dead
    bool hears_frames = true;   // else plain bytes

private:
    void note(std::string_view what) { heard_.append(heard_.empty() ? "" : " | ").append(what); }
    void hear(std::span<char> bytes);
    void hear(const parser::event& what);
    void hear_end(std::string_view how)
    {
        if (!std::exchange(ended_, true)) note(how);
    }

    std::unique_ptr<memory_transport> end_;
    scratch_buffer inflated_;
    std::optional<inflater> inflater_;
    std::optional<parser> parser_{std::in_place, role::client, parser_limits{.max_message = 0, .max_fragments = 0}};
    std::string unsent_, heard_, bytes_;
    bool ended_ = false;
};

inline bool test_peer::push() { return push_to(*end_, unsent_); }

inline bool test_peer::listen()
{
    for (bool moved = false; reads; moved = true) {
        std::array<char, 4096> buffer;
        error_code error;
        const auto count = end_->read_some(buffer, error);
        if (error == asio::error::eof)
            hear_end("end");
        else if (error && error != asio::error::would_block)
            hear_end("cut");
        if (count == 0) return moved;
        hear(std::span(buffer).first(count));
    }
    return false;
}

inline void test_peer::hear(std::span<char> bytes)
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

inline void test_peer::hear(const parser::event& what)
{
    if (what.what == parser::kind::need_more) return;
    note(in_words(what));
    if (what.what == parser::kind::ping && answers_pings) say(client_frame(opcode::pong, what.payload));
}

} // namespace chorus::test
