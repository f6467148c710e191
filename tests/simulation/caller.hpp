// caller.hpp — One who calls again and again: its name, what it remembers of the rooms, and what it feels like doing.
#pragma once

#include "simulation/call.hpp"

#include <memory>
#include <string>
#include <vector>

namespace chorus::simulation {

// Everything it does is chosen by `chance`. It does only what makes sense for a client; the rest is `nonsense` and
// `break_the_protocol`, where it knows what it does.
class caller
{
public:
    caller(unsigned number, world& all, test::random& chance);

    // Does one thing; perhaps nothing.
    void act();

    // Moves some bytes, in one direction.
    void move();
    // Moves all that can be moved; whether any did.
    bool catch_up();

    bool is_attentive() const { return reads_ && !dribbles_; }
    void wake_up() { reads_ = true, dribbles_ = false; }

    call* current() const { return current_.get(); }
    // The current call, and those that it has left and the server perhaps not.
    std::vector<call*> all_calls() const;

private:
    struct impulse
    {
        unsigned weight;
        void (caller::*act)();
        bool is_mischief = false;
    };
    const impulse& any_impulse();

    void begin_a_call();
    void begin_a_conversation();
    void choose_manners();
    void leave_behind();

    void join();
    void leave();
    void say();
    void say_in_a_room();
    void say_to_everyone();
    void say_nonsense();
    void ping();
    void flood();
    void break_the_protocol();
    void dribble();
    void change_attention();
    void say_goodbye();
    void hang_up();
    void vanish();
    void be_cut();

    void speak(saying what);
    std::string new_text();
    std::string new_id();
    const std::string& any_room() { return world_.rules.rooms[chance_.below(world_.rules.rooms.size())]; }
    std::string room_it_is_in();
    std::optional<stream_position> where_it_was(const std::string& room);

    world& world_;
    test::random& chance_;
    unsigned number_;
    std::string wish_;
    memory memory_;
    std::unique_ptr<call> current_;
    std::vector<std::unique_ptr<call>> left_behind_;

    bool reads_ = true;
    bool dribbles_ = false; // its bytes go out one by one, when it feels like it
    unsigned sayings_ = 0, ids_ = 0;
};

} // namespace chorus::simulation
