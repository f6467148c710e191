// outbox_batch.cpp — Messages for one client that go out as one, joined by newlines: how long they wait, and how many
// go.
#include <chorus/hub/outbox.hpp>

#include <boost/container/small_vector.hpp>

#include <algorithm>

namespace chorus {
namespace {

// Whoever takes a batch apart at its newlines must find what went in.
bool survives_joining(const frame& message)
{
    const auto text = message.payload();
    return message.op() == opcode::text && !message.is_compressed() && !text.empty() && text.find('\n') == text.npos;
}

} // namespace

// Nobody is kept waiting for a batch that is whole, behind a goodbye, or while its client is not listened to.
bool outbox::waits_for_more() const
{
    return batches() && !waited_enough_ && !closing_ && !items_.empty() && items_.size() < limits_.batch.messages &&
           !half_full();
}

flush_result outbox::end_wait()
{
    waited_enough_ = waiting_;
    return flush();
}

// What goes out ahead of a batch: the rest of one before it, and control frames.
flush_result outbox::write_urgent()
{
    auto result = flush_result::all;
    while (result == flush_result::all && (rest_ || pong_ || ping_))
        result = write_gathered();
    return result;
}

shared_frame outbox::take_batch()
{
    const auto count = next_batch();
    if (count == 1) return take_item();
    boost::container::small_vector<std::string_view, 64> pieces;
    for (std::size_t place = 0; place < count; ++place) {
        if (place > 0) pieces.push_back("\n");
        pieces.push_back(items_[place].message->payload());
    }
    auto batch = make_frame(opcode::text, {pieces.data(), pieces.size()});
    for (std::size_t taken = 0; taken < count; ++taken)
        take_item();
    return batch;
}

// How many of what is queued go together. A batch is no larger than what a round of a room writes at once.
std::size_t outbox::next_batch() const
{
    std::size_t size = 0;
    for (std::size_t count = 0; count < items_.size() && count < limits_.batch.messages; ++count) {
        const auto& next = *items_[count].message;
        size += next.size();
        if (!survives_joining(next) || size > burst_limits::bytes) return std::max<std::size_t>(1, count);
    }
    return std::min(items_.size(), limits_.batch.messages);
}

} // namespace chorus
