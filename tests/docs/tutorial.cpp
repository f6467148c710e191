// tutorial.cpp — The program that docs/tutorial.md grows, step by step; each step is a region.
#include <chorus/chorus.hpp>

// [answer]
struct question
{
};
BOOST_DESCRIBE_STRUCT(question, (), ())

struct self
{
    static constexpr std::string_view type = "you";
    std::string name;
    std::string address;
};
BOOST_DESCRIBE_STRUCT(self, (), (name, address))

self on_who(chorus::session& from, question) { return {from.user(), from.peer()}; }
// [/answer]

// [refuse]
void tell_if_refused(chorus::session& to, chorus::accepted result, const chorus::message_id& id)
{
    if (result != chorus::accepted::yes)
        chorus::refuse(to, {"refused", "join a room first; its name may not be empty"}, id);
}
// [/refuse]

namespace first_draft {

// [join]
struct join
{
    std::string room;
};
BOOST_DESCRIBE_STRUCT(join, (), (room))

void on_join(chorus::session& from, join message, chorus::message_id id)
{
    tell_if_refused(from, from.hub().join(message.room, {}, id), id);
}
// [/join]

} // namespace first_draft

// [say]
struct say
{
    std::string room;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(say, (), (room, text))

void on_say(chorus::session& from, say message, chorus::message_id id)
{
    const chorus::json said{{"user", from.user()}, {"text", message.text}};
    tell_if_refused(from, from.hub().publish(message.room, "say", said, id), id);
}
// [/say]

// [coming back]
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

void on_join(chorus::session& from, join message, chorus::message_id id)
{
    std::optional<chorus::stream_position> since;
    if (message.since) since = {message.since->epoch, message.since->offset};
    tell_if_refused(from, from.hub().join(message.room, since, id), id);
}
// [/coming back]

// [main]
void teach(chorus::server& server)
{
    server.on<question>("who", on_who).on<join>("join", on_join).on<say>("say", on_say);
    server.counts_as_join("join");
}

int main()
{
    chorus::config settings;
    settings.listen = "127.0.0.1:8080";
    settings.threads = 2;
    settings.max_message = 64 * 1024;
    settings.outbox.slow = chorus::slow_policy::drop_oldest;
    chorus::server server{settings};
    teach(server);
    return server.run();
}
// [/main]
