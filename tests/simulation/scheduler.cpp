// scheduler.cpp — Lets chance decide what happens next, one step at a time.
#include "simulation/scheduler.hpp"

#include <chorus/hub/relay.hpp>

#include <algorithm>

namespace chorus::simulation {

using namespace std::chrono_literals;

scheduler::scheduler(std::uint64_t seed, counts& all, story::teller tell)
    : chance_(seed), of_the_library_(seed), settings_(make_settings(chance_)), story_(all, std::move(tell)),
      ledger_(settings_.server.room_linger, settings_.has_few_places()), premises_(settings_, story_, referee_),
      world_{settings_, story_, ledger_, premises_, [this](const std::string& room) { return look_who_is_in(room); }}
{
    ++all.seeds;
    ledger_.is_called("0", "the server");
    began_ = premises_.now();
    story_.tell(settings_.in_words());
    for (unsigned number = 1; number <= settings_.callers; ++number)
        callers_.push_back(std::make_unique<caller>(number, world_, chance_));
}

void scheduler::run()
{
    for (unsigned left = settings_.steps; left > 0; --left)
        take_step();
    come_to_rest();
    end();
    check_that_nothing_is_left();
}

void scheduler::take_step()
{
    story_.begin_step(std::chrono::duration_cast<std::chrono::milliseconds>(premises_.now() - began_));
    const auto choice = chance_.below(100);
    if (choice < 40)
        anybody().act();
    else if (choice < 65)
        let_a_shard_work();
    else if (choice < 85)
        anybody().move();
    else if (choice < 93)
        let_time_pass();
    else if (choice < 95)
        leap();
    else if (choice < 97)
        speak_as_the_server();
    else
        come_to_rest();
    if (chance_.percent(settings_.haste)) premises_.turn_all();
    premises_.lead();
    referee_.speak();
    check_bounds();
}

// --- what happens ----------------------------------------------------------------------------------------------------

void scheduler::let_a_shard_work()
{
    const auto shard = static_cast<unsigned>(chance_.below(premises_.shards()));
    if (chance_.one_in(3))
        premises_.turn(shard);
    else
        premises_.turn(shard, chance_.between(1, 8));
}

void scheduler::let_time_pass() { pass(std::chrono::milliseconds{chance_.between(1, 400)}); }

// So far that deadlines pass. A shard that has work is never kept from it so long.
void scheduler::leap()
{
    for (auto left = chance_.between(1, 6); left > 0; --left) {
        const auto time = chance_.one_of({500ms, 2'000ms, 5'000ms, 10'000ms, 30'000ms});
        while (premises_.turn_all())
            continue;
        pass(time);
        if (chance_.one_in(2)) come_to_rest();
    }
    story_.count(event::leap_in_time);
}

void scheduler::pass(duration time)
{
    for (const auto& room : settings_.rooms)
        look_who_is_in(room);
    for (auto* const each : all_calls())
        each->where().look_for_a_goodbye(premises_.now());
    story_.tell("time passes: ", std::chrono::duration_cast<std::chrono::milliseconds>(time).count(), " ms");
    premises_.advance(time);
    referee_.speak();
}

void scheduler::speak_as_the_server()
{
    const auto calls = all_calls();
    const auto text = "0-" + std::to_string(++published_);
    story_.count(event::server_publishes);
    if (calls.empty() || chance_.one_in(2)) {
        const auto room =
            chance_.one_in(3) ? std::string(everyone) : settings_.rooms[chance_.below(settings_.rooms.size())];
        story_.tell("the server says ", text, " in ", room);
        ledger_.was_said(text, room);
        return premises_.publish(room, text);
    }
    auto& to = *calls[chance_.below(calls.size())];
    const auto& ref = to.where().ref;
    if (!ref) return;
    story_.tell("the server notes ", text, " for ", to.who());
    to.expect_note(text);
    const auto posted = ref->post_text(R"({"type":"note","payload":{"text":")" + text + R"("}})");
    hold(posted, promise::bounded_queues, "a note was refused though nothing waits");
}

// --- the end ---------------------------------------------------------------------------------------------------------

void scheduler::begin_to_drain()
{
    story_.tell("the server begins to drain");
    story_.count(event::drain);
    premises_.drain();
}

void scheduler::end()
{
    if (settings_.drains)
        begin_to_drain();
    else
        premises_.stop_at_once();
    for (unsigned turns = 0; !premises_.is_over(); ++turns) {
        hold(turns < 2000, promise::orderly_drain, "the server never stops");
        if (chance_.one_in(200) && !premises_.insisted()) {
            story_.tell("the server is asked once more to end");
            story_.count(event::hurry);
            premises_.insist();
        }
        take_step();
    }
    story_.count(premises_.had_to_cut() ? event::had_to_cut : event::all_left);
}

// --- who is there ----------------------------------------------------------------------------------------------------

std::vector<call*> scheduler::all_calls() const
{
    std::vector<call*> all;
    for (const auto& each : callers_)
        for (auto* const call : each->all_calls())
            all.push_back(call);
    return all;
}

bool scheduler::look_who_is_in(const std::string& room)
{
    const auto calls = all_calls();
    const auto found = std::ranges::find_if(calls, [&](const call* each) { return each->is_certainly_in(room); });
    if (found == calls.end()) return false;
    ledger_.is_occupied(room, (*found)->attendances().at(room).epoch(), premises_.now());
    return true;
}

} // namespace chorus::simulation
