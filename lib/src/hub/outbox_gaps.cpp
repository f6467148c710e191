// outbox_gaps.cpp — What a client is told of messages it will never get: of which room, which ones, and where they
// stood.
#include <chorus/hub/outbox.hpp>

#include <chorus/wire/notice.hpp>

#include <algorithm>
#include <ranges>

namespace chorus {
namespace {

shared_frame gap_frame(const std::string& room, std::uint64_t from, std::uint64_t to)
{
    return notice::in_frame(notice::gap{room, from, to});
}

} // namespace

// Losses of one room between two notices are contiguous: drops come from one end of the queue, and a notice goes out
// before the next message that is kept. A notice that is dropped itself is told again, with what was lost since. An
// answer that moves the client within the room stays between what was lost before it and what was lost behind.
void outbox::note_gap(const item& lost, std::size_t place)
{
    if (lost.first == 0) return;
    const auto is_of_room = [&](const gap& each) { return *each.room == *lost.label; };
    const auto known = std::ranges::find_if(gaps_ | std::views::reverse, is_of_room);
    if (known == gaps_.rend() || moves_between(known->place, place, *lost.label))
        gaps_.push_back({lost.label, lost.first, lost.last, place});
    else
        known->last = lost.last;
}

// Whether the client joins or leaves this room by one of these items.
bool outbox::moves_between(std::size_t first, std::size_t last, const std::string& room) const
{
    for (auto place = first; place < last; ++place)
        if (items_[place].is == kind::answer && items_[place].label && *items_[place].label == room) return true;
    return false;
}

// A notice stands where the lost messages stood: behind what was kept before them, ahead of what comes after. Where the
// oldest are dropped, from behind answers, which stay, places ascend: the last is put in first.
void outbox::tell_gaps()
{
    for (const auto& each : gaps_ | std::views::reverse) {
        item notice{gap_frame(*each.room, each.first, each.last), kind::notice, each.room, each.first, each.last};
        count_queued(*notice.message);
        if (limits_.slow == slow_policy::drop_oldest)
            items_.insert(each.place, std::move(notice));
        else
            items_.push_back(std::move(notice));
    }
    gaps_.clear();
}

} // namespace chorus
