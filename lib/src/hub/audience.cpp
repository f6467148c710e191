// audience.cpp — The members of one room on this shard, and what the current round has for them.
#include <chorus/hub/audience.hpp>

#include <chorus/hub/member.hpp>
#include <chorus/wire/compressed_frame.hpp>

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

// Each seat's outbox and transport lie cold in memory: a write to the kernel is long enough to fetch the next one's.
std::size_t audience::deliver(std::size_t place)
{
    const auto had_compressed = compressed_ != nullptr;
    if (place + 2 < seats_.size()) seats_[place + 2].who->out().prefetch();
    if (place + 1 < seats_.size()) seats_[place + 1].who->out().prefetch_transport();
    hand_over(seats_[place]);
    seats_[place].first = 0; // of the next round
    return compressed_ && !had_compressed ? 1 + round_.frames().size() : 1;
}

void audience::end_round()
{
    touched_ = delivering_ = false;
    plain_ = compressed_ = nullptr;
    round_.clear();
}

void audience::hand_over(const seat& to)
{
    auto& out = to.who->out();
    if (to.first < round_.frames().size()) out.deliver(round_.frames(), burst_for(out), room_, to.first);
}

const burst* audience::burst_for(const outbox& to)
{
    auto* const compression = to.compression();
    if (!delivering_ || (compression && compression->keeps_context())) return nullptr;
    auto& burst = compression ? compressed_ : plain_;
    if (!burst) burst = compression ? compressed_round(*compression) : make_burst(round_.frames());
    return burst.get();
}

shared_burst audience::compressed_round(deflater& with) const
{
    burst_builder round;
    for (const auto& [message, tag] : round_.frames())
        round.add(compressed(message, with), tag);
    return round.take();
}

} // namespace chorus
