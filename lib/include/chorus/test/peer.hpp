// peer.hpp — a client at the other end of an in-memory connection: it says frames, and tells in lines what it heard.
#pragma once

#include <chorus/net/memory_transport.hpp>
#include <chorus/test/lines.hpp>
#include <chorus/wire/close_code.hpp>
#include <chorus/wire/inflater.hpp>
#include <chorus/wire/parser.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace chorus::test {

// Frames as a client writes them; `fin` false: more of the message follows.
std::string client_frame(opcode op, std::string_view payload, bool fin = true);
std::string client_text(std::string_view payload);
std::string client_close(close_code code, std::string_view reason = {});

// Writes what the transport takes, and forgets what nobody takes any more. Whether anything moved.
bool push_to(transport& to, std::string& unsent);

// Nothing it does waits: what does not fit the connection goes out with a later `push`. One shard.
class peer
{
public:
    using teller = std::function<lines(const parser::event& heard)>;

    explicit peer(
        std::unique_ptr<memory_transport> end,
        teller tell = [](const parser::event& heard) { return lines{line_of(heard)}; });

    // Bytes as they are.
    void say(std::string_view bytes);
    void say_close(close_code code, std::string_view reason = {});

    // Both give whether anything moved.
    bool push();
    bool listen();

    // What it has heard since it was asked last, and how the connection ended: "end" or "cut".
    lines heard() { return std::exchange(heard_, {}); }
    // Before frames it hears HTTP: the bytes since it was asked last.
    std::string heard_bytes() { return std::exchange(bytes_, {}); }

    // To stall it, cut it, or let only so many bytes move at a time.
    memory_transport& connection() { return *end_; }
    const memory_transport& connection() const { return *end_; }

    // It has agreed on compressed messages, from a server that keeps its context or does not.
    void expect_compressed(context_takeover of_server);

    bool reads = true;           // else what is sent to it stays under way
    bool answers_pings = false;  // else it is as good as dead
    bool answers_closes = false; // with a Close of its own, and ends its direction when the other has ended
    bool hears_frames = true;    // else plain bytes
    bool is_in_frame = false;    // has said part of one: answers wait for the rest

private:
    void hear(std::span<char> bytes);
    void hear(const parser::event& what);
    void hear_end(error_code why);

    std::unique_ptr<memory_transport> end_;
    teller tell_;
    scratch_buffer inflated_;
    std::optional<inflater> inflater_;
    std::optional<parser> parser_{std::in_place, role::client, parser_limits{.max_message = 0, .max_fragments = 0}};
    lines heard_;
    std::string unsent_, bytes_;
    std::string answers_; // that could not be said yet
    bool said_close_ = false, ended_ = false;
};

} // namespace chorus::test
