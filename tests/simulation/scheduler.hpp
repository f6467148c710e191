// scheduler.hpp — The world of one seed from its first step to its last: chance decides who does what, and after every
// step the guarantees are checked.
#pragma once

#include "simulation/caller.hpp"

#include <chorus/core/random.hpp>

#include <memory>
#include <vector>

namespace chorus::simulation {

class scheduler
{
public:
    scheduler(std::uint64_t seed, counts& all, story::teller tell);

    // Throws broken_promise. After that the world is not to be taken down: who knows what is wrong in it.
    void run();

    unsigned step() const { return story_.step(); }

private:
    void take_step();
    void end();
    void act();
    void let_a_shard_work();
    void let_time_pass();
    void leap();
    void speak_as_the_server();
    void begin_to_drain();
    void pass(duration time);

    // Nobody has anything to do: all that is owed has come.
    void come_to_rest();
    void check_rest();
    void check_room(const std::string& room);
    void check_goodbyes();
    // After every step.
    void check_bounds();
    void check_bounds(const call& each);
    void check_that_nothing_is_left();

    bool look_who_is_in(const std::string& room);
    std::vector<call*> all_calls() const;
    caller& anybody() { return *callers_[chance_.below(callers_.size())]; }

    test::random chance_;
    seeded_random of_the_library_;
    settings settings_;
    story story_;
    referee referee_;
    ledger ledger_;
    premises premises_;
    world world_;
    std::vector<std::unique_ptr<caller>> callers_;
    time_point began_;
    unsigned published_ = 0;
};

} // namespace chorus::simulation
