// limits.hpp — How much a hub keeps for others: what one client may leave unread, what a room remembers.
#pragma once

#include <chrono>
#include <cstddef>

namespace chorus {

// What happens when a member's outbox is full. (Latest by key is chosen per message, not per member.)
enum class slow_policy {
    close,       // end the connection with 1013; the client may come back and resume
    drop_newest, // the message that does not fit is not queued
    drop_oldest, // the oldest queued messages make room
    pause,       // its session stops reading until it has read on; for services that answer each message, as an echo.
                 // What others say in a room is not its client's to hold back: there it is `close`
};

// Text messages for one client that go out as one, joined by newlines: for clients to whom each message is work.
struct batch_limits
{
    // As many go together, fewer when the interval is over, and alone what would be torn by a newline (it has one of
    // its own, or is empty) and what is not text. Below 2: each goes by itself, as soon as it can.
    std::size_t messages = 0;

    // The longest a message waits for others.
    std::chrono::milliseconds interval = std::chrono::milliseconds{100};
};

// What one client may leave unread, beyond what the kernel took.
struct outbox_limits
{
    // An empty outbox takes one message of any legal size, whatever `bytes` says. The frame of which a part is sent and
    // the notices of what was dropped, one per room and answer to a join, stand outside.
    std::size_t messages = 256;
    std::size_t bytes = 1024 * 1024;

    // `close` by default: a client that resumes misses nothing, one that silently lost messages cannot know.
    slow_policy slow = slow_policy::close;

    // Its size must not exceed half of `messages`: a client whose outbox is half full is not listened to.
    batch_limits batch = {};
};

// What a room remembers for those who join or come back. 0 messages: nothing.
struct history_limits
{
    std::size_t messages = 100; // always less than an outbox, so that a join never fills one
    std::size_t bytes = 256 * 1024;
};

static_assert(history_limits{}.messages < outbox_limits{}.messages && history_limits{}.bytes < outbox_limits{}.bytes);

// Which characters the name of a room may have, whatever else: no control characters, no outer blanks.
enum class room_alphabet {
    any,   // all of Unicode
    ascii, // printable ASCII
    word,  // ASCII letters and digits, and - _ .
};

struct room_name_rules
{
    std::size_t longest = 128; // bytes
    room_alphabet alphabet = room_alphabet::any;
};

// What a hub allows its members.
struct hub_limits
{
    history_limits history = {};

    // Rooms one member may be in (and what they may be called), and rooms of the whole process, the empty ones that
    // linger included; each shard is home to its equal part of them. Past it the longest empty one makes room for a new
    // one, and without an empty one nobody gets a new one. 0: no limit.
    std::size_t rooms_per_member = 128;
    room_name_rules room_names = {};
    std::size_t rooms = 100'000;

    // Commands of one member the hub has not finished yet; past it the member is told `busy`.
    std::size_t commands_in_flight = 128;

    // What all outboxes of the process may hold together, of a frame that waits in several each time; past it those
    // that hold the most are closed with 1013 until it is an eighth less. 0: no limit.
    std::size_t queued_bytes = 1024 * 1024 * 1024;

    // How long a room with nobody in it keeps its history and epoch, for those who are just reconnecting.
    std::chrono::milliseconds room_linger = std::chrono::seconds{60};

    // Past this many users a room's presence is a number, no longer events: n users would cause n² of them.
    std::size_t presence_users = 200;

    // Names told in `joined`; `member_count` tells all.
    std::size_t listed_members = 100;
};

} // namespace chorus
