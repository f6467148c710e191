// settings.cpp — Chooses the limits of a world, each so that it is near in some worlds and far away in the others.
#include "simulation/settings.hpp"

#include <algorithm>

namespace chorus::simulation {
namespace {

void choose_outbox(config& server, test::random& chance)
{
    auto& outbox = server.outbox;
    outbox.slow =
        chance.one_of({slow_policy::close, slow_policy::close, slow_policy::drop_newest, slow_policy::drop_oldest});
    if (chance.percent(60)) outbox.messages = chance.between(2, 24);
    if (chance.percent(30)) outbox.bytes = chance.between(300, 5000);
    auto& history = server.history;
    history.messages = std::min(history.messages, outbox.messages - 1);
    history.bytes = std::min(history.bytes, outbox.bytes - 1);
    if (chance.percent(30)) history.messages = chance.below(history.messages + 1);
    if (chance.percent(20)) history.bytes = chance.below(history.bytes + 1);
}

void choose_rates(config& server, test::random& chance)
{
    server.rate = chance.percent(20) ? chance.between(1, 5) : 0;
    server.burst = chance.between(1, 8);
    server.join_burst = chance.between(1, 4);
    server.strikes = 0; // the model knows refusals, not how many of them end a session
    if (chance.percent(15)) {
        server.control_rate = 1;
        server.control_burst = chance.between(1, 5);
    }
}

void choose_limits(settings& made, test::random& chance)
{
    auto& server = made.server;
    if (chance.percent(30)) server.commands_in_flight = chance.between(1, 4);
    if (chance.percent(15)) server.max_rooms_per_client = chance.between(1, 2);
    if (chance.percent(15)) made.places_for_rooms = chance.between(1, 3);
    if (chance.percent(15)) made.presence_users = chance.between(1, 3);
    if (chance.percent(10)) made.listed_members = chance.between(1, 3);
    if (chance.percent(10)) server.max_connections = chance.between(1, 4);
    if (chance.percent(10)) server.max_per_ip = chance.between(1, 2);
    if (chance.percent(15)) server.max_message = chance.between(300, 600);
    if (chance.percent(15)) server.max_fragments = chance.between(2, 5);
}

void choose_size(settings& made, test::random& chance)
{
    made.server.threads = chance.one_of({1U, 2U, 2U, 3U, 4U});
    made.callers = static_cast<unsigned>(chance.between(2, chance.percent(10) ? 12 : 6));
    made.steps = static_cast<unsigned>(chance.between(40, 500));
    for (auto left = chance.between(1, 3); left > 0; --left)
        made.rooms.push_back("room " + std::to_string(chance.below(1000))); // at home on any shard
    made.longest_text = chance.one_of<std::size_t>({20, 20, 100, 1000});
    made.pipes = chance.percent(50) ? std::vector<std::size_t>{64 * 1024} : std::vector<std::size_t>{150, 700, 4096};
    made.haste = chance.one_of<std::size_t>({0, 5, 30, 100});
    made.mischief = chance.one_of<std::size_t>({0, 5, 20, 100});
    made.wakefulness = chance.one_of<std::size_t>({5, 20, 100});
    made.longest_breath = chance.one_of<std::size_t>({1, 3, 12});
    made.drains = chance.percent(60);
}

const char* name_of(slow_policy slow)
{
    return slow == slow_policy::close ? "close" : slow == slow_policy::drop_newest ? "drop_newest" : "drop_oldest";
}

} // namespace

settings make_settings(test::random& chance)
{
    settings made;
    choose_size(made, chance);
    choose_outbox(made.server, chance);
    choose_rates(made.server, chance);
    choose_limits(made, chance);
    return made;
}

std::string settings::in_words() const
{
    const auto number = [](std::size_t each) { return std::to_string(each); };
    return number(server.threads) + " shards, " + number(callers) + " callers, " + number(rooms.size()) +
           " rooms, outbox of " + number(server.outbox.messages) + " messages and " + number(server.outbox.bytes) +
           " bytes (" + name_of(server.outbox.slow) + "), history of " + number(server.history.messages) + " and " +
           number(server.history.bytes) + ", " + number(server.commands_in_flight) + " commands under way, rate " +
           number(server.rate) + "/" + number(server.burst) + ", joins " + number(server.join_burst) + ", control " +
           number(server.control_rate) + "/" + number(server.control_burst) + ", " +
           number(server.max_rooms_per_client) + " rooms for each, " + number(places_for_rooms) +
           " for all, presence up to " + number(presence_users) + ", " + number(listed_members) + " listed, " +
           number(server.max_connections) + " connections, " + number(server.max_per_ip) +
           " for each address, messages of " + number(server.max_message) + " in " + number(server.max_fragments);
}

} // namespace chorus::simulation
