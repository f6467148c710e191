// audience.hpp — The members of one room on this shard, and what the current round has for them.
#pragma once

#include <chorus/hub/outbox.hpp>
#include <chorus/wire/burst.hpp>

#include <array>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chorus {

class member;

// Belongs to one hub. During a round messages gather; at its end the hub delivers them seat by seat, as one burst to
// every level member who was here for all of it: one for each form in which members hear it, JSON or binary, as it is
// or compressed. Who comes in mid-round hears only what comes after; who goes, or comes in once more, is given his part
// first.
class audience
{
public:
    explicit audience(room_label room) : room_(std::move(room)) {}

    // False when it is here already: then it is given what it has not heard yet of this round, as when it is removed.
    bool add(member& who);
    void remove(member& who);

    void post(const tagged_frame& message, time_point accepted = {});
    bool round_is_full() const { return round_.full(); }
    bool has_round() const { return !round_.empty(); }

    // The end of a round: begin, deliver to each seat, end the round. No one comes or goes in between. A delivery says
    // how much work it was: 1 for the write, and 1 for each message if it is the first to need them in another form.
    void begin_delivery() { delivering_ = true; }
    std::size_t deliver(std::size_t place);
    void end_round();

    // How long each message that was published in this round has taken until now.
    void add_latencies(latency_histogram& to, time_point now) const;

    // Whether the current round has touched it already; asks once, answers false once.
    bool touch() { return std::exchange(touched_, true); }

    std::size_t size() const { return seats_.size(); }
    bool empty() const { return seats_.empty(); }
    const std::string& room() const { return *room_; }
    const room_label& label() const { return room_; }

private:
    struct seat
    {
        member* who;
        std::size_t first; // message of this round that is for them
    };

    void hand_over(const seat& to);
    const burst* burst_for(const outbox& to);
    shared_burst round_as_heard(bool binary, deflater* with);

    room_label room_;
    std::vector<seat> seats_;
    std::unordered_map<const member*, std::size_t> places_; // in seats_
    burst_builder round_;
    std::vector<time_point> accepted_; // when what is in it was published, where that is known
    bool delivering_ = false;
    std::array<shared_burst, 4> forms_; // of this round, each made for the first who is to hear it
    std::size_t labours_ = 0;           // of the delivery that goes on
    bool touched_ = false;
};

} // namespace chorus
