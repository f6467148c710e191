// fake_client.hpp — a client of a service under test: well-behaved until it is told not to be.
#pragma once

#include <chorus/session/router.hpp>
#include <chorus/test/peer.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace chorus::test {

class service;

// "closed_by_peer 1000 bye", with "(cut)" when we cut the connection.
std::string in_words(const session_end& end);

// Whatever it does happens at once, and so does all that comes of it and needs no time. It answers pings and Closes as
// a browser does. It lives as long as its service; the session that serves it may end before.
class fake_client
{
public:
    fake_client(const fake_client&) = delete;
    fake_client& operator=(const fake_client&) = delete;

    // A text message, or {"type","payload","id"} in the protocol it speaks.
    void says(std::string_view text);
    void says(std::string_view type, const json& payload, const message_id& id = {});
    // Bytes as they are: part of a frame, several, or what is none. See `client_frame`. In the middle of a frame it
    // answers neither ping nor Close; between two frames of a message it does.
    void says_bytes(std::string_view bytes);

    // What it has heard since it was asked last, a line for each message, of a batch too; and the payload of the last
    // message of that type, whole. Throws std::out_of_range when there was none.
    lines heard();
    const json& last(std::string_view type);

    // Says Close, and goes when it is answered.
    void leaves(close_code code = close_code::normal, std::string_view reason = {});
    // Its connection breaks.
    void is_cut();
    // It takes nothing more off the line, so what it is sent waits in its outbox; until it reads on.
    void stops_reading();
    void reads_on();
    // It reads, but answers neither ping nor Close any more.
    void falls_silent();

    // The session that serves it, while there is one. And why it ended: see `in_words`; "runs" while it does.
    chorus::session* session() { return session_; }
    std::string outcome() const { return end_ ? in_words(*end_) : "runs"; }

    // Its end of the connection, for all else that can go wrong there.
    test::peer& peer() { return peer_; }

private:
    friend class service;

    fake_client(service& at, std::unique_ptr<memory_transport> end, bool speaks_binary);

    lines tell(const parser::event& heard);

    service& service_;
    test::peer peer_;
    parser said_{role::server, {.max_message = 0, .max_fragments = 0}}; // to know where its frames end
    const bool speaks_binary_, hears_batches_;
    std::map<std::string, json, std::less<>> last_; // by type
    chorus::session* session_ = nullptr;
    std::optional<session_end> end_;
};

} // namespace chorus::test
