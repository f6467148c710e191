// member.hpp — One connection as its hub sees it: who it is, its outbox, its rooms, and what it has asked for.
#pragma once

#include <chorus/core/bell.hpp>
#include <chorus/hub/outbox.hpp>
#include <chorus/hub/room.hpp>
#include <chorus/wire/json.hpp>

#include <boost/container/flat_map.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chorus {

class audience;
class hub;

// What a hub says at once to a command; what comes of it arrives later, in order, through the outbox.
enum class accepted {
    yes,
    busy,           // the member has as many commands under way as it may
    not_in_room,    // join first
    too_many_rooms, // leave one first
    bad_room,       // not a name a room can have
    closed,         // the hub is ending
};

// The seat of one connection in its hub.
//
// Threads: the member's shard only. It lives from the `co_await hub.enter(member)` to the end of `hub.leave(member)`.
// Commands of one member keep their order: join, then publish, then leave.
class member
{
public:
    member(hub& where, std::uint64_t id, std::string user, transport& to, outbox_owner& owner,
           const outbox_limits& limits);

    std::uint64_t id() const { return id_; }
    const std::string& user() const { return user_; }
    outbox& out() { return out_; }
    const outbox& out() const { return out_; }

    // Answered by `joined`; with `since`, by exactly what was missed if the room still knows it.
    accepted join(std::string room, std::optional<stream_position> since = {}, std::optional<json> id = {});

    // Answered by `left`.
    accepted leave(std::string room, std::optional<json> id = {});

    // Sends {"type", "payload"} to a room's members, the sender included. A room numbers it and keeps it: its payload,
    // an object, then begins with "room" and "offset". To `everyone` it goes as it is. With an id, `ok` answers.
    accepted publish(std::string room, std::string_view type, const json& payload, std::optional<json> id = {});
    accepted publish_text(std::string room, std::string_view type, std::string payload, std::optional<json> id = {});

    // Sends a frame as it is to everybody in the room; it is not numbered and not kept.
    accepted broadcast(std::string room, shared_frame message);

    // Commands the hub has not finished; a session reads on only while there are fewer than allowed.
    std::size_t under_way() const { return under_way_; }
    bool may_command() const;
    const hub_limits& limits() const;
    // A join whose answer, which may hold a whole history, has not come yet.
    bool is_joining() const { return joins_under_way_ > 0; }
    bell& settled() { return settled_; }

private:
    friend class hub;

    accepted check_room(const std::string& room) const;
    void one_settled();
    void one_join_settled();

    hub& hub_;
    std::uint64_t id_;
    std::string user_;
    outbox out_;
    boost::container::flat_map<std::string, std::uint64_t>
        rooms_;                    // asked for, as of the last command; with its last attempt
    std::uint64_t attempts_ = 0;   // joins so far
    std::vector<audience*> seats_; // where it hears now, as of the last answer
    std::size_t under_way_ = 0, joins_under_way_ = 0;
    bell settled_;
};

// UTF-8 without control characters or outer blanks, within the rules, and not the room of everyone.
bool is_room_name(std::string_view name, const room_name_rules& rules = {});

// The same in words: "1 to 128 bytes of UTF-8 without control characters or outer blanks".
std::string room_name_expected(const room_name_rules& rules);

} // namespace chorus
