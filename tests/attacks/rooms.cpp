// rooms.cpp — Rooms with strange names, too many rooms, and rooms that would be slow to find.
#include "attacks/attacks.hpp"

#include "attacks/collisions.hpp"

#include <algorithm>
#include <functional>

namespace chorus::attacks {

namespace {

using namespace std::string_literals; // for texts that hold NUL

constexpr std::size_t rooms_per_client_at_most = 128;

// Joins these rooms, of which there are 128 at most, and answers how often it was told "joined".
std::size_t join_all(ws_client& client, const std::string* first, std::size_t count)
{
    std::string frames;
    for (std::size_t i = 0; i < count; ++i)
        frames += testing::client_frame(1, scale::join(first[i]));
    client.send_bytes(frames);
    std::size_t joined = 0;
    for (std::size_t i = 0; i < count; ++i)
        if (next_answer(client) == "joined") ++joined;
    return joined;
}

// Many clients join all these rooms, 128 each; what that cost the server to compute.
milliseconds cost_of_joining(target& whom, const std::vector<std::string>& rooms)
{
    const milliseconds before = testing::cpu_time(whom.server().id());
    std::vector<ws_client> members;
    for (std::size_t at = 0; at < rooms.size(); at += rooms_per_client_at_most) {
        members.emplace_back(whom.from(members.size()), "/ws?name=" + percent_encoded(rooms[at]));
        const std::size_t count = std::min(rooms_per_client_at_most, rooms.size() - at);
        whom.told("joined", join_all(members.back(), &rooms[at], count));
    }
    return testing::cpu_time(whom.server().id()) - before;
}

std::vector<std::string> harmless_names(std::size_t count)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i)
        names.push_back(spelled(i * 0x9E3779B97F4A7C15, 16));
    return names;
}

} // namespace

void room_names(target& whom)
{
    const std::string wrong[] = {"",
                                 std::string(129, 'r'),
                                 repeated("\u00e4", 65), // 130 bytes
                                 " tea",
                                 "tea ",
                                 " ",
                                 "a\0b"s,
                                 "a\nb",
                                 "a\rb",
                                 "\x1b[2J",
                                 "\x7f",
                                 "\u0085",
                                 "\u2028tea",
                                 "\u202etea",
                                 "te\u2066a",
                                 "tea\u200f",
                                 "everyone"};
    for (const std::string& name : wrong)
        whom.expect(answer_to_message(whom, scale::join(name)), {"bad_room"}, name);

    whom.expect(answer_to_message(whom, scale::join("\xff")), {"1007"}, "a name that is not UTF-8");

    const std::string right[] = {std::string(128, 'r'),
                                 repeated("\u00e4", 64),
                                 "a  b",
                                 "Everyone",
                                 "../../etc/passwd",
                                 "<script>alert(1)</script>",
                                 "'; DROP TABLE rooms; --",
                                 R"(a","epoch":"forged)",
                                 "\\u0000",
                                 "%00",
                                 "__proto__",
                                 "\U0001f375"};
    for (const std::string& name : right) {
        ws_client client{whom.from(0)};
        client.send_text(scale::join(name));
        const auto frame = client.receive(answer_patience);
        const auto said = frame ? scale::read_message(frame->payload) : scale::message{"nothing", {}, {}};
        whom.expect(said.type, {"joined"}, name);
        const bool same = said.payload.contains("room") && scale::text(said.payload, "room") == name;
        whom.check(same, "another room than " + printable(name));
    }
    for (const char* type : {"[]", "{}", "7", "null", "true"})
        whom.expect(answer_to_message(whom, R"({"type":"join","payload":{"room":)" + std::string(type) + "}}"),
                    {"malformed"}, type);
}

// The 129th is refused, and one that is left makes room for another.
void rooms_per_client(target& whom)
{
    for (std::size_t attacker = 0; attacker < whom.size(); ++attacker) {
        ws_client client{whom.from(attacker)};
        std::vector<std::string> rooms;
        for (std::size_t i = 0; i <= rooms_per_client_at_most; ++i)
            rooms.push_back("room " + std::to_string(attacker) + " " + std::to_string(i));
        whom.told("joined", join_all(client, rooms.data(), rooms_per_client_at_most));
        const auto insist = [&](const std::string& message) {
            std::string answer;
            do { // the rate limit would rather speak first
                client.send_text(message);
                answer = next_answer(client);
            } while (answer == "rate_limited" && !client.receive(100ms));
            return answer;
        };
        whom.expect(insist(scale::join(rooms.back())), {"too_many_rooms"}, "the 129th room");
        whom.expect(insist(scale::envelope("leave", {{"room", rooms.front()}})), {"left"}, "leaving one");
        whom.expect(insist(scale::join(rooms.back())), {"joined"}, "another room instead");
    }
}

// 128 new rooms for each connection, which then goes: the rooms linger. Whoever comes after that gets a room.
void rooms_by_reconnecting(target& whom)
{
    for (std::size_t i = 0; i < whom.size(); ++i) {
        std::vector<std::string> rooms;
        for (std::size_t room = 0; room < rooms_per_client_at_most; ++room)
            rooms.push_back(std::to_string(i) + " " + std::string(100, 'r') + " " + std::to_string(room));
        ws_client client{whom.from(i)};
        whom.told("joined", join_all(client, rooms.data(), rooms.size()));
        client.cut();
    }
    whom.let_newcomers_in();
    ws_client innocent{whom.from(0)};
    innocent.send_text(scale::join("a room of one's own"));
    whom.expect(next_answer(innocent), {"joined"}, "a new room after the flood");
}

// Names with one and the same std::hash cost no more than others.
void colliding_rooms(target& whom)
{
    const std::size_t count = whom.size() * rooms_per_client_at_most;
    const auto colliding = names_that_collide(count);
#ifdef __GLIBCXX__
    const std::hash<std::string> unkeyed;
    whom.check(unkeyed(colliding.front()) == unkeyed(colliding.back()), "the names do not collide");
#endif
    const milliseconds usual = cost_of_joining(whom, harmless_names(count));
    const milliseconds cost = cost_of_joining(whom, colliding);
    whom.check(cost < 2 * usual + 100ms, "joining " + std::to_string(count) + " rooms cost " +
                                             std::to_string(cost.count()) + " ms, others " +
                                             std::to_string(usual.count()) + " ms");
}

} // namespace chorus::attacks
