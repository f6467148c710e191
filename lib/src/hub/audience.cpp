// audience.cpp — The members of one room on this shard, and what the current round has for them.
#include <chorus/hub/audience.hpp>

#include <chorus/hub/member.hpp>

#include <utility>

namespace chorus {

void audience::add(member& who)
{
    const auto [place, is_new] = places_.try_emplace(&who, seats_.size());
    if (is_new)
        seats_.push_back({&who, 0});
    else
        hand_over(seats_[place->second]); // joined again: what came before the answer goes out before it
    seats_[place->second].first = round_.frames().size();
}

void audience::remove(member& who)
{
    const auto found = places_.find(&who);
    if (found == places_.end()) return;
    const auto place = found->second;
    hand_over(seats_[place]);
    seats_[place] = seats_.back();
    places_[seats_[place].who] = place;
    seats_.pop_back();
    places_.erase(&who);
}

void audience::begin_delivery()
{
    const auto several = round_.frames().size() > 1; // one frame needs no copy: it is its own burst
    burst_ = several ? make_burst(round_.frames()) : nullptr;
}

void audience::deliver(std::size_t place) { hand_over(seats_[place]); }

void audience::end_round()
{
    touched_ = false;
    burst_ = nullptr;
    round_.clear();
}

void audience::hand_over(seat& to)
{
    const auto first = std::exchange(to.first, 0);
    if (first < round_.frames().size()) to.who->out().deliver(round_.frames(), burst_.get(), room_, first);
}

} // namespace chorus
