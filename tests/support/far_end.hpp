// far_end.hpp — a server at the other end of an in-memory connection, played by a test: it hears a handshake and
// frames, and says what it is told to.
#pragma once

#include "support/peer_words.hpp"

#include <chorus/net/memory_transport.hpp>
#include <chorus/net/tls.hpp>
#include <chorus/wire/close_frame.hpp>
#include <chorus/wire/handshake.hpp>
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

inline std::string server_frame(opcode op, std::string_view payload, bool fin = true)
{
    std::string bytes;
    append_frame(bytes, op, payload, fin);
    return bytes;
}

inline std::string server_text(std::string_view payload) { return server_frame(opcode::text, payload); }

inline std::string server_close(close_code code, std::string_view reason = {})
{
    return server_frame(opcode::close, close_payload(code, reason));
}

// Nothing it does waits: what does not fit the connection goes out with a later `push`.
class far_end
{
public:
    explicit far_end(std::unique_ptr<memory_transport> end) : below_(*end), end_(std::move(end)) {}

    // From now on what goes over the connection is encrypted.
    void begin_tls(const tls_identity& as) { end_ = make_tls_transport(std::move(end_), as); }

    // Both give whether anything moved.
    bool push();
    bool listen();

    void say(std::string_view bytes) { unsent_ += bytes, push(); }

    // The head that has come, and the request that it is, if it is one that our servers answer.
    const std::string& head() const { return head_.text(); }
    const request& asked() const { return asked_; }
    void hear_no_handshake() { shaking_hands_ = false; }
    void await_another_request() { asked_ = {}, head_.reset(), reader_.reset(), shaking_hands_ = true; }
    // The 101 that belongs to it.
    std::string welcome(const upgrade& with = {}) const
    {
        auto agreed = with;
        if (agreed.accept.empty()) agreed.accept = accept_key(asked_.field("Sec-WebSocket-Key").value_or(""));
        return upgrade_response(agreed);
    }

    // What it has heard since it was asked last: "text hello | ping | close 1000 bye | end".
    std::string heard() { return std::exchange(heard_, {}); }

    memory_transport& connection() { return below_; }
    // It has agreed on compressed messages.
    void expect_compressed(context_takeover of_client)
    {
        inflater_.emplace(inflated_, of_client);
        parser_.emplace(role::server, parser_limits{.max_message = 0}, &*inflater_);
    }

    bool reads = true; // else what is sent to it stays under way
    bool answers_pings = true;

private:
    void note(std::string_view what) { heard_.append(heard_.empty() ? "" : " | ").append(what); }
    void hear(std::span<char> bytes);
    void hear(const parser::event& what);

    memory_transport& below_;
    transport_ptr end_;
    head_collector head_;
    request_reader reader_;
    request asked_;
    scratch_buffer inflated_;
    std::optional<inflater> inflater_;
    std::optional<parser> parser_{std::in_place, role::server, parser_limits{.max_message = 0, .max_fragments = 0}};
    std::string unsent_, heard_;
    bool shaking_hands_ = true, ended_ = false;
};

inline bool far_end::push() { return push_to(*end_, unsent_); }

inline bool far_end::listen()
{
    for (bool moved = false; reads; moved = true) {
        std::array<char, 4096> buffer;
        error_code error;
        const auto count = end_->read_some(buffer, error);
        const bool over = error && error != asio::error::would_block;
        if (over && !std::exchange(ended_, true)) note(error == asio::error::eof ? "end" : "cut");
        if (count == 0) return moved;
        hear(std::span(buffer).first(count));
    }
    return false;
}

inline void far_end::hear(std::span<char> bytes)
{
    if (shaking_hands_) {
        std::span<const char> in = bytes;
        if (head_.feed(in) != head_collector::state::complete) return;
        std::span<const char> head = head_.text();
        if (reader_.feed(head) == request_reader::state::complete) asked_ = reader_.take();
        shaking_hands_ = false;
        bytes = bytes.last(in.size());
    }
    while (!bytes.empty()) {
        const auto what = parser_->next(bytes);
        hear(what);
        if (what.what == parser::kind::error) return;
    }
}

inline void far_end::hear(const parser::event& what)
{
    if (what.what == parser::kind::need_more) return;
    note(in_words(what));
    if (what.what == parser::kind::ping && answers_pings) say(server_frame(opcode::pong, what.payload));
}

} // namespace chorus::test
