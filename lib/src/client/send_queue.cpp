// send_queue.cpp — counts messages and bytes, and makes room as the policy says.
#include <chorus/client/send_queue.hpp>

#include <utility>

namespace chorus {

bool send_queue::fits(std::size_t size) const
{
    return entries_.empty() || (entries_.size() < limits_.messages && bytes_ + size <= limits_.bytes);
}

send_answer send_queue::put(entry what)
{
    if (what.key && replace(what)) return send_answer::queued;
    const auto size = what.payload.size();
    if (!what.kept && limits_.when_full == overflow::drop_oldest)
        while (!fits(size) && drop_oldest()) {
        }
    if (!what.kept && !fits(size)) return send_answer::dropped;
    bytes_ += size;
    kept_ += what.kept;
    entries_.push_back(std::move(what));
    return send_answer::queued;
}

// What is replaced keeps its place, or, when it has grown too large for that, leaves it to be judged like any other.
bool send_queue::replace(entry& what)
{
    std::size_t index = 0;
    while (index < entries_.size() && entries_[index].key != what.key)
        ++index;
    if (index == entries_.size()) return false;
    const auto others = bytes_ - entries_[index].payload.size();
    if (entries_.size() > 1 && others + what.payload.size() > limits_.bytes) return erase(index), false;
    bytes_ = others + what.payload.size();
    entries_[index] = std::move(what);
    return true;
}

// False: there is nothing that may be dropped.
bool send_queue::drop_oldest()
{
    std::size_t index = 0;
    while (index < entries_.size() && entries_[index].kept)
        ++index;
    if (index == entries_.size()) return false;
    const auto tag = entries_[index].tag;
    erase(index);
    if (dropped_) dropped_(tag);
    return true;
}

void send_queue::erase(std::size_t index)
{
    bytes_ -= entries_[index].payload.size();
    kept_ -= entries_[index].kept;
    entries_.erase(index);
}

send_queue::entry send_queue::pop()
{
    if (!ahead_.empty()) return ahead_.pop_front();
    auto oldest = entries_.pop_front();
    bytes_ -= oldest.payload.size();
    kept_ -= oldest.kept;
    return oldest;
}

bool send_queue::has(std::uint64_t tag) const
{
    for (std::size_t i = 0; i < entries_.size(); ++i)
        if (entries_[i].tag == tag) return true;
    return false;
}

bool send_queue::take_back(std::uint64_t tag)
{
    const auto before = entries_.size();
    for (auto i = entries_.size(); i-- > 0;)
        if (entries_[i].tag == tag) erase(i);
    moved_.ring();
    return entries_.size() < before;
}

void send_queue::clear()
{
    ahead_.clear();
    while (!entries_.empty()) {
        const auto thrown = pop();
        if (!thrown.kept && dropped_) dropped_(thrown.tag);
    }
    moved_.ring();
}

} // namespace chorus
