// burst.cpp — Lays frames back to back.
#include <chorus/wire/burst.hpp>

#include <algorithm>
#include <memory>

namespace chorus {

static_assert(sizeof(burst) % alignof(burst::entry) == 0, "the entries lie directly behind the object");

burst::burst(std::span<const tagged_frame> frames, std::size_t size) : count_(frames.size()), size_(size)
{
    auto* place = reinterpret_cast<entry*>(this + 1);
    char* const start = reinterpret_cast<char*>(place + count_);
    std::size_t end = 0;
    for (const auto& [frame, tag] : frames) {
        frame->bytes().copy(start + end, frame->size());
        end += frame->size();
        std::construct_at(place++, frame, end, tag);
    }
}

burst::~burst() { std::destroy_n(const_cast<entry*>(first_entry()), count_); }

std::size_t burst::first_frame_after(std::size_t offset) const
{
    if (offset == 0) return 0;
    const auto frame = std::ranges::lower_bound(entries(), offset, {}, &entry::end);
    return std::min(count_, static_cast<std::size_t>(frame - entries().begin()) + 1);
}

shared_burst make_burst(std::span<const tagged_frame> frames)
{
    std::size_t size = 0;
    for (const auto& tagged : frames)
        size += tagged.frame->size();
    return shared_burst{new (frames.size() * sizeof(burst::entry) + size) burst{frames, size}};
}

void burst_builder::add(shared_frame frame, std::uint64_t tag)
{
    size_ += frame->size();
    frames_.push_back({std::move(frame), tag});
}

shared_burst burst_builder::take()
{
    auto made = make_burst(frames_);
    clear();
    return made;
}

void burst_builder::clear()
{
    frames_.clear();
    size_ = 0;
}

} // namespace chorus
