// relay.hpp — What hubs tell each other: requests go to a room's home, answers come back to the shards of its members.
#pragma once

#include <chorus/core/clock.hpp>
#include <chorus/hub/outbox.hpp>
#include <chorus/hub/room.hpp>
#include <chorus/wire/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace chorus {

// A member as other shards know it: a name without a pointer. Id 0: nobody, an announcement of the process itself.
struct member_key
{
    unsigned shard = 0;
    std::uint64_t id = 0;
};

// Each request of a member gets exactly one answer (`admitted`, `dismissed`, `settled` or `refused`), unless it was
// the farewell of a member that is gone. Both directions keep their order, and that is all the ordering there is: what
// the home says before `admitted` a joiner does not hear, what it says after, he does.
namespace ask {

struct enter
{
    member_key from;
    std::string user, room;
    std::optional<stream_position> since;
    std::optional<json> id;
    std::uint64_t attempt = 0; // which of its joins this is: a refusal takes back only that one
};

struct leave
{
    member_key from;
    std::string user, room;
    std::optional<json> id;
    bool farewell = false; // the connection has ended: nobody waits for the answer
};

struct publish
{
    member_key from;
    std::string room;
    std::string type, payload; // numbered by the room...
    shared_frame ready;        // ...unless it is a ready frame, which only passes through in order
    std::optional<json> id;
    // When its publisher was told yes, or another of the same round; of the process itself, when its hub has taken it.
    time_point accepted = {};
};

// All outboxes together hold too much, and those of this shard more than their part: close the fullest.
struct shed
{
};

} // namespace ask

namespace answer {

struct admitted
{
    std::uint64_t member;
    room_label room;
    shared_frame notice;
};

struct dismissed
{
    std::uint64_t member;
    std::string room;
    shared_frame notice;
};

struct refused
{
    std::uint64_t member;
    std::string room;
    std::uint64_t attempt;
    shared_frame notice;
};

// A message for all members on this shard; offset 0: not part of the room's order.
struct posted
{
    room_label room;
    tagged_frame message;
    time_point accepted = {}; // when it was published; none: nobody has
};

// A message was accepted, and the notice, if its sender asked for one, says under which offset; or it was refused.
struct settled
{
    std::uint64_t member;
    shared_frame notice;
};

// A shard has delivered so much of what this home has posted to it.
struct heard
{
    unsigned shard;
    std::size_t bytes;
};

// A frame for one member, from a thread that is not its own.
struct direct
{
    std::uint64_t member;
    shared_frame message;
};

} // namespace answer

using relay = std::variant<ask::enter, ask::leave, ask::publish, ask::shed, answer::admitted, answer::dismissed,
                           answer::refused, answer::posted, answer::settled, answer::heard, answer::direct>;

// The room everybody is in, at home on shard 0. It has no offsets, no history and no presence.
inline constexpr std::string_view everyone = "everyone";

// Which shard numbers a room's messages: the same for all shards of a process, and for nobody else to know.
unsigned home_shard(std::string_view room, unsigned shards);

} // namespace chorus
