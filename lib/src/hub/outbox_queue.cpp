// outbox_queue.cpp — What waits in an outbox: how it comes and goes, counted here and for the whole shard.
#include <chorus/hub/outbox.hpp>

#include <utility>

namespace chorus {
namespace {

// The others are frames of the protocol, which wait among the messages for the sake of one write.
bool is_message(const frame& what) { return what.op() != opcode::pong; }

} // namespace

void outbox::push(item next)
{
    count_queued(*next.message);
    if (is_message(*next.message)) ++counters_.delivered;
    items_.push_back(std::move(next));
}

// It goes out now.
shared_frame outbox::take_item()
{
    auto message = items_.pop_front().message;
    count_gone(*message);
    if (is_message(*message)) ++sent_messages_;
    return message;
}

// It does not go out any more.
void outbox::forget(std::size_t place)
{
    count_gone(*items_[place].message);
    items_.erase(place);
}

void outbox::count_queued(const frame& what)
{
    bytes_ += what.size();
    if (is_message(what)) ++counters_.queued_messages;
    counters_.queued_bytes += what.size();
}

void outbox::count_gone(const frame& what)
{
    bytes_ -= what.size();
    if (is_message(what)) --counters_.queued_messages;
    counters_.queued_bytes -= what.size();
}

// The frame that must go next: so much of it is sent, or it is in its last form. It is nobody's to drop any more.
void outbox::begin(shared_frame message, std::size_t sent)
{
    rest_ = std::move(message);
    rest_sent_ = sent;
    counters_.queued_bytes += rest_->size() - sent;
}

void outbox::drop_rest()
{
    counters_.queued_bytes -= held_bytes() - bytes_;
    rest_ = nullptr;
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
    for (std::size_t place = 0; place < items_.size(); ++place) {
        const auto& left = *items_[place].message;
        if (is_message(left)) ++counters_.dropped_on_close;
        count_gone(left);
    }
    items_.clear();
    gaps_.clear();
    pong_ = ping_ = nullptr;
    waiting_ = waited_enough_ = false;
}

} // namespace chorus
