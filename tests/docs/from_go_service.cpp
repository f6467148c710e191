// from_go_service.cpp — What a Go chat spells out, as a service on the library: rooms, typed messages, and who may do
// what.
#include <chorus/chorus.hpp>
#include <chorus/wire/binary_envelope.hpp>

#include <chrono>
#include <optional>
#include <string>

using namespace std::chrono_literals;

// [rooms]
struct in_room
{
    std::string room;
};
BOOST_DESCRIBE_STRUCT(in_room, (), (room))

void tell_if_refused(chorus::session& who, chorus::accepted result, const chorus::message_id& id)
{
    if (result != chorus::accepted::yes) chorus::refuse(who, {"refused", "join the room first"}, id);
}

void on_join(chorus::session& who, in_room where, chorus::message_id id)
{
    tell_if_refused(who, who.hub().join(where.room, {}, id), id);
}

void on_leave(chorus::session& who, in_room where, chorus::message_id id)
{
    tell_if_refused(who, who.hub().leave(where.room, id), id);
}
// [/rooms]

// [routing]
struct move
{
    std::string room;
    int x;
    int y;
};
BOOST_DESCRIBE_STRUCT(move, (), (room, x, y))

void on_move(chorus::session& who, move to, chorus::message_id id)
{
    const chorus::json moved{{"user", who.user()}, {"x", to.x}, {"y", to.y}};
    tell_if_refused(who, who.hub().publish(to.room, "move", moved, id), id);
}

void teach(chorus::server& server)
{
    server.on<in_room>("join", on_join).on<in_room>("leave", on_leave).on<move>("move", on_move);
    server.counts_as_join("join");
}
// [/routing]

// [authentication]
chorus::task<chorus::verdict> who_is_it(chorus::credentials brought)
{
    if (!brought.token) co_return chorus::token_missing();
    if (*brought.token != "open sesame") co_return chorus::token_refused("not one of ours");
    co_return chorus::identity{.user = "ali baba"};
}
// [/authentication]

// [config]
chorus::config settings()
{
    chorus::config all;
    all.listen = "127.0.0.1:8080";
    all.origins = {"https://example.com", "https://app.example.com"};
    all.max_message = 64 * 1024;
    all.rate = 10;
    all.burst = 20;
    all.max_per_ip = 64;
    all.max_per_user = 4;
    all.pong_wait = 60s;
    all.ping_period = 54s;
    all.outbox.messages = 256;
    all.outbox.slow = chorus::slow_policy::close;
    all.drain_timeout = 30s;
    return all;
}
// [/config]

// [batches]
void in_batches(chorus::config& settings)
{
    settings.outbox.batch.messages = 16;
    settings.outbox.batch.interval = 100ms;
}
// [/batches]

// [binary]
std::optional<std::string> payload_of_chat(std::string_view bytes)
{
    const auto message = chorus::read_binary_envelope(bytes);
    if (!message || message->type != chorus::binary_type::chat) return {};
    return std::string(message->payload);
}
// [/binary]

// [main]
int main()
{
    chorus::server server{settings()};
    server.authenticate(who_is_it);
    teach(server);
    return server.run(); // until SIGINT or SIGTERM, and then until everybody has left
}
// [/main]
