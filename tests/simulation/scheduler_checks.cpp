// scheduler_checks.cpp — What must hold after every step, when everything has come to rest, and at the very end.
#include "simulation/scheduler.hpp"

#include <algorithm>

namespace chorus::simulation {
namespace {

constexpr std::size_t largest_ok = 400; // with the longest of our ids and room names
constexpr std::size_t largest_gap = 200;

std::size_t largest_joined(const settings& rules)
{
    const auto names = std::min<std::size_t>(rules.listed_members, 64) * 50;
    return rules.server.history.bytes + rules.server.history.messages + names + 400;
}

std::string count_of(const char* what, std::size_t number) { return std::to_string(number) + " " + what; }

} // namespace

// --- after every step ------------------------------------------------------------------------------------------------

void scheduler::check_bounds()
{
    for (const auto* const each : all_calls())
        if (each->where().talk) check_bounds(*each);
    const auto shards = premises_.shards();
    const auto places = std::max<std::size_t>(1, settings_.places_for_rooms / shards) * shards;
    hold(premises_.rooms() <= places, promise::bounded_queues, "more rooms than there are places for");
}

// What the policy bounds, and what stands outside of it: answers to commands, which are bounded themselves, and the
// notice of a gap for each room.
void scheduler::check_bounds(const call& each)
{
    const auto& who = each.where().talk->hub();
    const auto& limits = settings_.server;
    const auto commands = limits.commands_in_flight, gaps = settings_.rooms.size();
    const auto largest_message = settings_.largest_frame();
    hold(who.under_way() <= commands, promise::bounded_queues,
         [&] { return each.who() + " has " + count_of("commands under way", who.under_way()); });
    hold(who.out().messages() <= limits.outbox.messages + commands + gaps, promise::bounded_queues,
         [&] { return "the outbox of " + each.who() + " holds " + count_of("messages", who.out().messages()); });
    const auto bytes = std::max(limits.outbox.bytes, largest_message) + largest_joined(settings_) +
                       commands * largest_ok + gaps * largest_gap;
    hold(who.out().bytes() <= bytes, promise::bounded_queues,
         [&] { return "the outbox of " + each.who() + " holds " + count_of("bytes", who.out().bytes()); });
    if (who.out().full()) story_.count(event::full_outbox);
    if (who.under_way() == commands) story_.count(event::full_commands);
}

// --- at rest ---------------------------------------------------------------------------------------------------------

void scheduler::come_to_rest()
{
    story_.tell("all comes to rest");
    const auto wake = chance_.percent(settings_.wakefulness);
    for (const auto& each : callers_)
        if (wake) each->wake_up();
    bool moved = true;
    for (unsigned rounds = 0; moved; ++rounds) {
        hold(rounds < 100'000, promise::nothing_left_running, "the world never comes to rest");
        moved = premises_.turn_all();
        for (const auto& each : callers_)
            moved |= each->catch_up();
        referee_.speak();
    }
    story_.count(event::calm);
    check_rest();
}

void scheduler::check_rest()
{
    hold(premises_.members() == premises_.sessions(), promise::nothing_left_running,
         "hubs and workers count different sessions");
    for (const auto& each : callers_) {
        const auto* const call = each->current();
        if (!call || !each->is_attentive() || !call->is_open() || !call->where().talk) continue;
        hold(call->has_heard_all(), promise::every_message_once,
             [&] { return call->who() + " reads, and does not get what is there for it"; });
        call->check_that_all_is_heard();
    }
    for (const auto& room : settings_.rooms)
        check_room(room);
    check_goodbyes();
}

// Everybody is asked to go within the first third of the drain.
void scheduler::check_goodbyes()
{
    const auto is_due = premises_.now() >= premises_.drain_began() + premises_.drain_window();
    if (!premises_.says_goodbye() || !is_due) return;
    for (const auto* const each : all_calls()) {
        auto* const talk = each->where().talk;
        hold(!talk || talk->hub().out().closing(), promise::orderly_drain,
             [&] { return each->who() + " was not asked to go in time"; });
    }
}

void scheduler::check_room(const std::string& room)
{
    std::set<std::string> there;
    for (const auto* const each : all_calls()) {
        if (each->has_open_joins()) return; // who is in is not known
        if (each->where().talk && each->rooms_asked_for().contains(room)) there.insert(each->where().user);
    }
    if (there.empty()) return ledger_.is_empty(room, premises_.now());
    for (const auto& each : callers_) {
        const auto* const call = each->current();
        if (!call || !call->has_heard_all() || !call->attendances().contains(room)) continue;
        const auto& seat = call->attendances().at(room);
        hold(seat.inside() == there.contains(call->where().user), promise::protocol,
             "who is in " + room + " and who thinks so are not the same");
        if (!seat.inside()) continue;
        hold(seat.last() == seat.newest(), promise::every_message_once, [&] {
            return call->who() + " has heard " + room + " up to " + std::to_string(seat.last()) + ", others up to " +
                   std::to_string(seat.newest());
        });
        hold(!seat.present() || *seat.present() == there, promise::exact_resume,
             "who is in " + room + " is not who was told to be");
    }
}

// --- at the end ------------------------------------------------------------------------------------------------------

void scheduler::check_that_nothing_is_left()
{
    const auto nothing = [](bool holds, const char* sentence) { hold(holds, promise::nothing_left_running, sentence); };
    premises_.turn_all(); // the last coroutines end
    nothing(!premises_.turn_all(), "something runs on after the end");
    nothing(premises_.sessions() == 0 && premises_.load() == 0, "sessions or connections are left");
    nothing(premises_.members() == 0, "hubs have members after the end");
    nothing(premises_.connections() == 0, "the gate counts connections after the end");
    for (const auto* const each : all_calls())
        nothing(!each->is_known_to_server(), "the server still holds a connection");
    callers_.clear();
}

} // namespace chorus::simulation
