// chat.cpp — The chat as a service on chorus: three messages of a client, and what each does.
#include <apps/chat/chat.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace chorus::app {
namespace {

struct say
{
    std::optional<std::string> room; // missing: to everyone
    bounded_text<1, 4096> text;
};
BOOST_DESCRIBE_STRUCT(say, (), (room, text))

struct position
{
    std::string epoch;
    std::uint64_t offset;
};
BOOST_DESCRIBE_STRUCT(position, (), (epoch, offset))

struct join
{
    std::string room;
    std::optional<position> since;
};
BOOST_DESCRIBE_STRUCT(join, (), (room, since))

struct leave
{
    std::string room;
};
BOOST_DESCRIBE_STRUCT(leave, (), (room))

struct said
{
    std::string user;
    std::string text;
    std::int64_t time; // ms since 1970, UTC
};
BOOST_DESCRIBE_STRUCT(said, (), (user, text, time))

std::optional<fault> refusal_of(accepted answer, const std::string& room, const room_name_rules& names)
{
    switch (answer) {
    case accepted::yes: return {};
    case accepted::busy: return fault{"busy", "too many commands under way: wait for an answer"};
    case accepted::not_in_room: return fault{"not_in_room", "not in room: " + room};
    case accepted::too_many_rooms: return fault{"too_many_rooms", "in as many rooms as a client may be: leave one"};
    case accepted::bad_room:
        return fault{"bad_room", "room: expected " + room_name_expected(names) + ", and not \"everyone\""};
    case accepted::closed: return fault{"closed", "the server is shutting down"};
    }
    return {};
}

void answer(session& from, accepted result, const std::string& room, const message_id& id)
{
    if (const auto wrong = refusal_of(result, room, from.hub().limits().room_names)) refuse(from, *wrong, id);
}

void on_chat(session& from, say message, message_id id)
{
    const auto room = message.room.value_or(std::string(everyone));
    std::string payload;
    append_json(payload, said{from.user(), std::move(message.text.value), from.clock().unix_ms()});
    const auto result = from.hub().publish_text(room, "chat", std::move(payload), id);
    answer(from, result, room, id);
}

void on_join(session& from, join message, message_id id)
{
    std::optional<stream_position> since;
    if (message.since) since = stream_position{std::move(message.since->epoch), message.since->offset};
    const auto result = from.hub().join(message.room, std::move(since), id);
    answer(from, result, message.room, id);
}

void on_leave(session& from, leave message, message_id id)
{
    const auto result = from.hub().leave(message.room, id);
    answer(from, result, message.room, id);
}

void teach(auto& where)
{
    where.template on<say>("chat", on_chat);
    where.template on<join>("join", on_join);
    where.template on<leave>("leave", on_leave);
    where.counts_as_join("join");
}

} // namespace

void make_chat(server& where) { teach(where); }

void make_chat(router& where) { teach(where); }

} // namespace chorus::app
