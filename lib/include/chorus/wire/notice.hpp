// notice.hpp — names what a server tells a member about rooms, one described struct per kind of message.
#pragma once

#include <chorus/wire/envelope_frame.hpp>

#include <boost/describe/class.hpp>

namespace chorus::notice {

// Answers a join. `messages` are the chat payloads of the history, ascending, as ready JSON; they must outlive the
// struct.
struct joined
{
    static constexpr std::string_view type = "joined";
    std::string room;
    std::string epoch;
    std::uint64_t offset = 0; // of the newest message; 0: none yet
    bool recovered = false;
    std::vector<std::string> members; // sorted, at most 100
    std::uint64_t member_count = 0;
    std::vector<json_text> messages;
};
BOOST_DESCRIBE_STRUCT(joined, (), (room, epoch, offset, recovered, members, member_count, messages))

// Answers a leave.
struct left
{
    static constexpr std::string_view type = "left";
    std::string room;
};
BOOST_DESCRIBE_STRUCT(left, (), (room))

// Tells the others that a user came ("join") or went ("leave").
struct presence
{
    static constexpr std::string_view type = "presence";
    std::string room;
    std::string user;
    std::string event;
};
BOOST_DESCRIBE_STRUCT(presence, (), (room, user, event))

// Tells the sender that the room has accepted the message, and under which offset.
struct ok
{
    static constexpr std::string_view type = "ok";
    std::string room;
    std::uint64_t offset = 0;
};
BOOST_DESCRIBE_STRUCT(ok, (), (room, offset))

// Tells the sender that a message was refused.
struct error
{
    static constexpr std::string_view type = "error";
    std::string code;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(error, (), (code, message))

// Tells a slow member which messages of an ordered room it will never get: `from` to `to`, both included.
struct gap
{
    static constexpr std::string_view type = "gap";
    std::string room;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};
BOOST_DESCRIBE_STRUCT(gap, (), (room, from, to))

// The whole envelope. `id` is that of the message this one answers, if it had one.
template <class Notice> shared_frame in_frame(const Notice& notice, const json* id = nullptr)
{
    return make_envelope_frame(Notice::type, notice, id);
}

inline shared_frame in_frame(const fault& wrong, const json* id = nullptr)
{
    return in_frame(error{wrong.code, wrong.message}, id);
}

} // namespace chorus::notice
