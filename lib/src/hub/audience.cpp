// audience.cpp — The members of one room on this shard, and what the current round has for them.
#include <chorus/hub/audience.hpp>

#include <chorus/hub/member.hpp>
#include <chorus/wire/compressed_frame.hpp>
#include <chorus/wire/envelope_frame.hpp>

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

void audience::post(const tagged_frame& message, time_point accepted)
{
    round_.add(message.frame, message.tag);
    if (accepted != time_point{}) accepted_.push_back(accepted);
}

void audience::add_latencies(latency_histogram& to, time_point now) const
{
    for (const auto accepted : accepted_)
        to.add(now - accepted);
}

// Each seat's outbox and transport lie cold in memory: a write to the kernel is long enough to fetch the next one's.
std::size_t audience::deliver(std::size_t place)
{
    labours_ = 1;
    if (place + 2 < seats_.size()) seats_[place + 2].who->out().prefetch();
    if (place + 1 < seats_.size()) seats_[place + 1].who->out().prefetch_transport();
    hand_over(seats_[place]);
    seats_[place].first = 0; // of the next round
    return labours_;
}

void audience::end_round()
{
    touched_ = delivering_ = false;
    forms_ = {};
    round_.clear();
    accepted_.clear();
}

void audience::hand_over(const seat& to)
{
    auto& out = to.who->out();
    if (to.first < round_.frames().size()) out.deliver(round_.frames(), burst_for(out), room_, to.first);
}

const burst* audience::burst_for(const outbox& to)
{
    auto* const compression = to.compression();
    if (!delivering_ || to.batches() || (compression && compression->keeps_context())) return nullptr;
    auto& form = forms_[(to.speaks_binary() ? 2 : 0) + (compression ? 1 : 0)];
    if (!form) form = round_as_heard(to.speaks_binary(), compression);
    return form.get();
}

shared_burst audience::round_as_heard(bool binary, deflater* with)
{
    if (!binary && !with) return make_burst(round_.frames());
    labours_ += round_.frames().size();
    burst_builder round;
    for (const auto& [message, tag] : round_.frames()) {
        const auto said = binary ? in_binary(message) : message;
        round.add(with ? compressed(said, *with) : said, tag);
    }
    return round.take();
}

} // namespace chorus
