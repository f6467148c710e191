// outbox_queue.cpp — What waits in an outbox: how it comes and goes, counted here and for the whole shard.
#include <chorus/hub/outbox.hpp>

#include <utility>

namespace chorus {

void outbox::push(item next)
{
    count_queued(next.message->size());
    items_.push_back(std::move(next));
    ++counters_.delivered;
}

// It goes out now.
shared_frame outbox::take_item()
{
    auto message = items_.pop_front().message;
    count_gone(message->size());
    if (message->op() != opcode::pong) ++sent_messages_;
    return message;
}

// It does not go out any more.
void outbox::forget(std::size_t place)
{
    count_gone(items_[place].message->size());
    items_.erase(place);
}

void outbox::count_queued(std::size_t size)
{
    bytes_ += size;
    ++counters_.queued_messages;
    counters_.queued_bytes += size;
}

void outbox::count_gone(std::size_t size)
{
    bytes_ -= size;
    --counters_.queued_messages;
    counters_.queued_bytes -= size;
}

// The latest pong stands for those that wait.
void outbox::drop_pongs()
{
    for (auto place = items_.size(); place-- > 0;) {
        if (items_[place].message->op() != opcode::pong) continue;
        forget(place);
        for (auto& pending : gaps_)
            if (pending.place > place) --pending.place;
    }
}

void outbox::drop_queue()
{
    counters_.dropped_on_close += items_.size();
    counters_.queued_messages -= items_.size();
    counters_.queued_bytes -= bytes_;
    items_.clear();
    gaps_.clear();
    pong_ = ping_ = nullptr;
    bytes_ = 0;
    waiting_ = waited_enough_ = false;
}

} // namespace chorus
