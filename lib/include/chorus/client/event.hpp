// event.hpp — What a client tells its application, in the order in which it happened.
#pragma once

#include <chorus/wire/close_code.hpp>
#include <chorus/wire/frame_header.hpp>
#include <chorus/wire/json.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace chorus {

// Why there is no connection: it ended, or could not be opened.
struct disconnection
{
    std::string reason; // "closed_by_peer", "silent", "cannot_connect", "origin_not_allowed", ...
    std::string detail; // in words
    close_code code = close_code::abnormal;
    unsigned status = 0; // of the HTTP answer that refused it; 0: none did
    bool clean = false;  // both sides have said goodbye
};

// "closed_by_peer 1001 going_away: server shutting down", "refused 403 origin_not_allowed: …"
std::string to_string(const disconnection& why);

namespace event {

struct connected
{
    bool again = false; // not for the first time
    std::string subprotocol;
};

struct disconnected
{
    disconnection why;
    std::chrono::milliseconds back_in{0}; // until the next attempt; when there is none, run() has ended
};

// In a room. `messages` are the payloads of its history; after `recovered`, exactly what was missed. An application
// that was in the room before (`again`) and has not `recovered` may have missed something.
struct joined
{
    std::string room;
    std::string epoch;
    std::uint64_t offset = 0;
    bool recovered = false;
    std::vector<std::string> members;
    std::uint64_t member_count = 0;
    std::vector<json> messages;
    bool again = false;
};
BOOST_DESCRIBE_STRUCT(joined, (), (room, epoch, offset, recovered, members, member_count, messages))

// A room did not take us, or took us no more after a reconnect; the client does not try again.
struct not_joined
{
    std::string room;
    std::string code, message;
};

// These messages of a room will never come, both ends included.
struct gap
{
    std::string room;
    std::uint64_t from = 0, to = 0;
};
BOOST_DESCRIBE_STRUCT(gap, (), (room, from, to))

// Something that was sent without waiting for its answer was refused.
struct refused
{
    std::string code, message;
};
BOOST_DESCRIBE_STRUCT(refused, (), (code, message))

// Any other envelope: a chat, a presence, a service's own type.
struct heard
{
    std::string type;
    json payload;
};

// A message that is no envelope.
struct raw
{
    opcode op = opcode::text;
    std::string payload;
};

} // namespace event

using client_event = std::variant<event::connected, event::disconnected, event::joined, event::not_joined, event::gap,
                                  event::refused, event::heard, event::raw>;

} // namespace chorus
