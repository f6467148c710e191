// audience.cpp — The members of one room on this shard, and what the current round has for them.
#include <chorus/hub/audience.hpp>

#include <chorus/hub/member.hpp>

namespace chorus {

bool audience::add(member& who)
{
    const auto [found, is_new] = places_.try_emplace(&who, seats_.size());
    if (is_new) seats_.push_back({&who, 0});
    auto& place = seats_[found->second];
    if (!is_new) hand_over(place);
    place.first = round_.frames().size();
    return is_new;
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

void audience::deliver(std::size_t place)
{
    hand_over(seats_[place]);
    seats_[place].first = 0; // of the next round
}

void audience::end_round()
{
    touched_ = false;
    burst_ = nullptr;
    round_.clear();
}

void audience::hand_over(const seat& to)
{
    if (to.first < round_.frames().size()) to.who->out().deliver(round_.frames(), burst_.get(), room_, to.first);
}

} // namespace chorus
