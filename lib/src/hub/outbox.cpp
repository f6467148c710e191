// outbox.cpp — What the hub knows of a member: a bounded queue of frames, and what happens when it is full.
#include <chorus/hub/outbox.hpp>

#include <chorus/wire/close_frame.hpp>
#include <chorus/wire/compressed_frame.hpp>
#include <chorus/wire/envelope_frame.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>

namespace chorus {
// The buffers of one write, in the order in which they go out.
struct outbox::gathered
{
    std::array<asio::const_buffer, transport::gather_limit> buffers;
    std::size_t count = 0;

    bool full() const { return count == buffers.size(); }
    void add(std::string_view bytes) { buffers[count++] = asio::buffer(bytes.data(), bytes.size()); }
    std::span<const asio::const_buffer> view() const { return {buffers.data(), count}; }
    std::size_t size() const { return asio::buffer_size(view()); }
};

send_result outbox::send(shared_frame message, room_position at)
{
    return announce(enqueue(item_of(std::move(message), at.room, at.offset), limits_.slow));
}

send_result outbox::answer(shared_frame message, room_label moves)
{
    if (moves && limits_.slow == slow_policy::drop_newest) tell_gaps(); // of what stood before it
    return announce(enqueue({std::move(message), kind::answer, std::move(moves)}, slow_policy::pause));
}

send_result outbox::send_latest(std::string key, shared_frame message)
{
    if (closing_ || ended_) return send_result::closed;
    message = as_heard(std::move(message));
    if (replace(key, message)) return send_result::queued;
    item next{std::move(message), kind::latest, std::make_shared<const std::string>(std::move(key))};
    return announce(enqueue(std::move(next), limits_.slow));
}

// What is replaced keeps its place, or, when it has grown too large for that, leaves it to be judged like any other.
bool outbox::replace(const std::string& key, shared_frame& message)
{
    std::size_t place = 0;
    while (place < items_.size() && !(items_[place].is == kind::latest && *items_[place].label == key))
        ++place;
    if (place == items_.size()) return false;
    ++counters_.conflated;
    const auto size = message->size();
    if (!fits(items_.size() - 1, bytes_ - items_[place].message->size() + size)) return forget(place), false;
    count_gone(*items_[place].message);
    count_queued(*message);
    items_[place].message = std::move(message);
    return true;
}

void outbox::deliver(std::span<const tagged_frame> round, const burst* whole, const room_label& room, std::size_t first)
{
    if (whole && first == 0 && level()) return write_burst(*whole, room);
    for (const auto& [message, offset] : round.subspan(first))
        if (enqueue(item_of(message, room, offset), slow_in_rooms()) == send_result::closed) return;
    flush();
}

// A level member takes the round as one write. What the socket does not take becomes single frames again, so that the
// bound is judged, and drops are cut, at frame boundaries.
void outbox::write_burst(const burst& whole, const room_label& room)
{
    std::size_t written = 0;
    const auto bytes = asio::buffer(whole.bytes().data(), whole.size());
    const auto result = write({&bytes, 1}, written);
    const auto next = whole.first_frame_after(written);
    counters_.delivered += next;
    sent_messages_ += next;
    if (result != flush_result::blocked) return;
    if (whole.frame_start(next) > written) {
        begin(whole.entries()[next - 1].frame, written - whole.frame_start(next - 1));
    }
    for (const auto& each : whole.entries().subspan(next))
        if (enqueue(item_of(each.frame, room, each.tag), slow_in_rooms()) == send_result::closed) return;
}

// --- the bound -------------------------------------------------------------------------------------------------------

outbox::item outbox::item_of(shared_frame message, const room_label& room, std::uint64_t offset)
{
    if (!room || offset == 0) return {std::move(message)};
    return {std::move(message), kind::numbered, room, offset, offset};
}

send_result outbox::announce(send_result result)
{
    if (result == send_result::queued && !held_ && !blocked_) changed();
    return result;
}

send_result outbox::enqueue(item next, slow_policy slow)
{
    if (closing_ || ended_) return send_result::closed;
    next.message = as_heard(std::move(next.message));
    const auto size = next.message->size();
    const auto fits_now = [&] { return fits(items_.size(), bytes_ + size); };
    if (!fits_now() && !blocked_) write_out();
    if (ended_) return send_result::closed;
    if (!fits_now()) {
        const auto result = make_room(next, slow);
        if (result != send_result::queued) return result;
    }
    if (slow == slow_policy::drop_newest) tell_gaps();
    push(std::move(next));
    return send_result::queued;
}

// The form that many clients may share. One that is alone with its context gets its own as late as possible.
shared_frame outbox::as_heard(shared_frame message) const
{
    if (binary_) message = in_binary(message);
    if (!deflater_ || forms_late()) return message;
    return compressed(message, *deflater_);
}

// Whether one more message, which makes it so many bytes, fits behind so many others.
bool outbox::fits(std::size_t messages, std::size_t bytes) const
{
    return messages == 0 || (messages < limits_.messages && bytes <= limits_.bytes);
}

send_result outbox::make_room(const item& next, slow_policy slow)
{
    switch (slow) {
    case slow_policy::close: close_too_slow(); return send_result::closed;
    case slow_policy::drop_newest: drop_newest(next); return send_result::dropped;
    case slow_policy::drop_oldest:
        while (!fits(items_.size(), bytes_ + next.message->size()) && drop_oldest())
            continue;
        break;
    case slow_policy::pause: break; // the session asked before it read the message that is answered here
    }
    return send_result::queued;
}

// A session that pauses holds back its own client's messages, but not those of the others in a room.
slow_policy outbox::slow_in_rooms() const
{
    return limits_.slow == slow_policy::pause ? slow_policy::close : limits_.slow;
}

void outbox::drop_newest(const item& lost)
{
    ++counters_.dropped_newest;
    note_gap(lost, 0);
}

// False: there are only answers, and those stay.
bool outbox::drop_oldest()
{
    std::size_t place = 0;
    while (place < items_.size() && items_[place].is == kind::answer)
        ++place;
    if (place == items_.size()) return false;
    const auto lost = items_[place];
    forget(place);
    if (lost.is != kind::notice) ++counters_.dropped_oldest;
    note_gap(lost, place);
    return true;
}

// --- control frames and the goodbye ----------------------------------------------------------------------------------

void outbox::ping()
{
    if (closing_ || ended_ || ping_) return;
    ping_ = make_frame(opcode::ping, std::string_view{});
    if (!held_ && !blocked_) changed();
}

void outbox::pong(std::string_view payload)
{
    if (closing_ || ended_) return;
    auto pong = make_frame(opcode::pong, payload);
    if (held_ && !blocked_ && !batches())
        return push({std::move(pong), kind::answer}); // one write for all pings of one read
    if (pong_ && !blocked_) batches() ? write_urgent() : write_out();
    if (closing_ || ended_) return;
    drop_pongs(); // this one stands for them, and would overtake them
    pong_ = std::move(pong);
    if (!held_ && !blocked_) changed();
}

void outbox::close(close_code code, std::string_view reason)
{
    if (closing_ || ended_) return;
    tell_gaps(); // nothing may follow a Close
    closing_ = true;
    code_ = code;
    reason_ = reason;
    close_ = make_close_frame(code, reason);
    changed();
}

void outbox::close_now(close_code code, std::string_view reason)
{
    if (ended_ || (closing_ && !close_)) return; // a Close is on its way already
    closing_ = false;
    drop_queue();
    close(code, reason);
}

void outbox::close_too_slow()
{
    ++counters_.closed_slow;
    too_slow_ = true;
    if (closing_)
        close_now(code_, std::string(reason_));
    else
        close_now(close_code::try_again_later, "too slow");
}

void outbox::end()
{
    if (ended_) return;
    ended_ = true;
    drop_queue();
    drop_rest();
    close_ = nullptr;
    changed();
}

// --- the one function that writes ------------------------------------------------------------------------------------

flush_result outbox::release()
{
    held_ = false;
    return flush();
}

flush_result outbox::flush()
{
    if (ended_) return flush_result::ended;
    if (blocked_) return flush_result::blocked;
    if (held_) return flush_result::all;
    if (!waits_for_more()) return write_out();
    if (!std::exchange(waiting_, true)) owner_.batch_begun();
    return write_urgent();
}

flush_result outbox::write_out()
{
    auto result = flush_result::all;
    while (result == flush_result::all && (!empty() || close_)) {
        if (items_.empty() || limits_.slow == slow_policy::drop_oldest) tell_gaps();
        if (forms_late()) form_next();
        result = write_gathered();
    }
    if (items_.empty()) waiting_ = waited_enough_ = false;
    return result;
}

flush_result outbox::write_gathered()
{
    gathered list;
    gather(list);
    std::size_t written = 0;
    const auto result = write(list.view(), written);
    if (result != flush_result::ended) consume(written);
    return result;
}

// What the deflater has seen the client must see, too, and in this order; and who shares a batch cannot leave it. Until
// it goes out a message is left alone, so that it can still be dropped; from then on it is as if a part of it were
// sent.
void outbox::form_next()
{
    if (rest_ || items_.empty()) return;
    const auto next = batches() ? take_batch() : take_item();
    begin(deflater_ ? compressed(next, *deflater_) : next, 0);
}

void outbox::gather(gathered& list) const
{
    if (rest_) list.add(rest_->bytes().substr(rest_sent_));
    for (const auto& slot : {pong_.get(), ping_.get()})
        if (slot) list.add(slot->bytes());
    std::size_t each = 0;
    for (; each < items_.size() && !list.full() && !forms_late(); ++each)
        list.add(items_[each].message->bytes());
    if (close_ && each == items_.size() && !list.full()) list.add(close_->bytes());
}

// Takes what was written off the front, in the order in which it was gathered.
void outbox::consume(std::size_t written)
{
    if (rest_) {
        const auto left = rest_->size() - rest_sent_;
        const auto taken = std::min(left, written);
        rest_sent_ += taken;
        counters_.queued_bytes -= taken;
        written -= taken;
        if (taken == left) rest_ = nullptr;
    }
    take(pong_, written);
    take(ping_, written);
    while (!items_.empty() && written > 0) {
        auto message = take_item();
        take(message, written);
    }
    take(close_, written);
    if (closing_ && !close_ && !rest_ && !std::exchange(close_sent_, true)) changed();
}

// A frame that was written in part becomes the rest: from now on nothing may come before what is left of it.
void outbox::take(shared_frame& slot, std::size_t& written)
{
    if (!slot || written == 0) return;
    if (written < slot->size()) {
        begin(slot, written);
    }
    written -= std::min(written, slot->size());
    slot = nullptr;
}

// A short write means that the socket is full: asking again would only cost a system call.
flush_result outbox::write(std::span<const asio::const_buffer> buffers, std::size_t& written)
{
    error_code error;
    ++counters_.writes;
    written = to_.write_some(buffers, error);
    sent_bytes_ += written;
    counters_.sent_bytes += written;
    if (error && error != asio::error::would_block && error != asio::error::try_again) {
        end();
        return flush_result::ended;
    }
    if (written == asio::buffer_size(buffers)) return flush_result::all;
    blocked_ = true;
    ++counters_.blocked;
    changed();
    return flush_result::blocked;
}

void outbox::changed() { owner_.outbox_changed(); }

} // namespace chorus
