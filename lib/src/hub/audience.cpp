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

void audience::begin_delivery() { burst_ = make_burst(round_.frames()); }

// Each seat's outbox and transport lie cold in memory: a write to the kernel is long enough to fetch the next one's.
void audience::deliver(std::size_t place)
{
    if (place + 2 < seats_.size()) seats_[place + 2].who->out().prefetch();
    if (place + 1 < seats_.size()) seats_[place + 1].who->out().prefetch_transport();
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
