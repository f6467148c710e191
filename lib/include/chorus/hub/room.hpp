// room.hpp — One room at its home: numbers its messages, keeps its history, knows who is in it and on which shards.
#pragma once

#include <chorus/hub/history.hpp>
#include <chorus/hub/outbox.hpp>
#include <chorus/wire/burst.hpp>

#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace chorus {

// How far a client has read a room: what `joined` told it, moved on by each message. The epoch names one life of the
// room; an offset means nothing in another.
struct stream_position
{
    std::string epoch;
    std::uint64_t offset = 0;
};

// A value without I/O; it belongs to the hub that is its home.
class room
{
public:
    room(std::string name, std::string epoch, unsigned shards, const hub_limits& limits);

    const room_label& label() const { return label_; }

    // Numbers one message: the frame for its members (an envelope whose payload begins with "room" and "offset") and
    // its offset. `payload` must be a JSON object.
    tagged_frame publish(std::string_view type, std::string_view payload);

    // A connection comes or goes; asked twice it makes no difference. True when its user came with it, or went: that is
    // when the others are told.
    bool enter(std::uint64_t connection, const std::string& user, unsigned shard);
    bool leave(std::uint64_t connection, const std::string& user, unsigned shard);
    bool holds(std::uint64_t connection) const { return connections_.contains(connection); }

    // The answer to a join: who is here, and what was said, after `since` if all of that is still known.
    shared_frame joined(const std::optional<stream_position>& since, const json* id) const;

    // Presence events are for rooms of a human size.
    bool tells_presence() const { return users_.size() <= limits_.presence_users; }

    bool has_members_on(unsigned shard) const { return on_shard_[shard] > 0; }
    bool empty() const { return users_.empty(); }

private:
    std::vector<std::string> listed_members() const;

    room_label label_;
    std::string epoch_;
    std::string payload_start_; // {"room":"name","offset":
    const hub_limits& limits_;
    history history_;
    std::unordered_set<std::uint64_t> connections_;
    std::map<std::string, unsigned> users_; // sorted, with the number of their connections
    std::vector<unsigned> on_shard_;        // the number of connections there
};

} // namespace chorus
