// channel.hpp — a bounded queue between the coroutines of one shard, with the meaning Go gives the word.
#pragma once

#include <chorus/core/bell.hpp>
#include <chorus/core/ring_buffer.hpp>
#include <chorus/core/task.hpp>

#include <boost/assert.hpp>
#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace chorus {

enum class sent { queued, full, closed };

// The arrival number of a value: of two values sent on one shard, the older has the smaller ticket, on whichever
// channels they were sent. select takes the oldest, so it is fair, and keeps the order of what one coroutine sends on
// several.
using ticket = std::uint64_t;
inline constexpr ticket no_ticket = std::numeric_limits<ticket>::max();

inline ticket next_ticket()
{
    constinit thread_local ticket last = 0;
    return ++last;
}

// Where a coroutine stands in line for a value: a receive(), or one case of a select. Leaves the line when destroyed.
struct receiver : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>
{
    bell* woken_by = nullptr;
};

// Any number of coroutines may send, and any number receive; all on one shard. No value is lost or given twice.
//
// Nothing here runs another coroutine: whoever is woken goes into the shard's queue. A channel outlives those who wait
// at it, except when the shard itself ends. Memory follows what the channel holds, not its capacity.
template <class T> class channel
{
public:
    explicit channel(std::size_t capacity) : capacity_{capacity} { BOOST_ASSERT(capacity >= 1); }
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;

    // Waits while the channel is full; senders are served in the order they came.
    // False: the channel is closed, or the wait was cancelled, and the value is dropped.
    task<bool> send(T value);

    // Answers at once. The value is moved from only when it is queued.
    sent try_send(T&& value);
    sent try_send(const T& value) { return try_send(T{value}); }

    // Waits for a value; nothing when the channel is closed and empty, or the wait was cancelled.
    // Do not race it with `||` against something else: select does that without losing a value.
    task<std::optional<T>> receive();
    std::optional<T> try_receive();

    // Lets receivers have what is buffered, and wakes everybody who waits. Waiting senders are told false.
    void close();

    bool closed() const { return closed_; }
    bool empty() const { return items_.empty(); }
    std::size_t size() const { return items_.size(); }

private:
    template <class, class> friend class when;

    struct item
    {
        ticket arrival;
        T value;
    };

    // A coroutine inside send(). It waits only while the buffer is full, and whoever makes room moves its item there.
    struct sender : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>
    {
        explicit sender(item&& item) : waiting{std::move(item)} {}

        item waiting;
        bell served;
        bool taken = false;
    };

    template <class Waiting> using line = boost::intrusive::list<Waiting, boost::intrusive::constant_time_size<false>>;

    bool full() const { return items_.size() >= capacity_; }
    ticket oldest() const { return items_.empty() ? no_ticket : items_.front().arrival; }
    void push(item&& arrived);
    T pop();
    void let_sender_in();

    void line_up(receiver& who, bell& arrived);
    void leave_line(receiver& who);
    void wake_receiver();

    const std::size_t capacity_;
    bool closed_ = false;
    ring_buffer<item> items_;
    line<sender> senders_;
    line<receiver> receivers_;
};

template <class T> sent channel<T>::try_send(T&& value)
{
    if (closed_) return sent::closed;
    if (full()) return sent::full;
    push({next_ticket(), std::move(value)});
    return sent::queued;
}

template <class T> task<bool> channel<T>::send(T value)
{
    if (closed_) co_return false;
    if (!full()) {
        push({next_ticket(), std::move(value)});
        co_return true;
    }
    sender self{{next_ticket(), std::move(value)}};
    senders_.push_back(self);
    co_await self.served.wait();
    co_return self.taken;
}

template <class T> std::optional<T> channel<T>::try_receive()
{
    if (items_.empty()) return std::nullopt;
    return pop();
}

template <class T> task<std::optional<T>> channel<T>::receive()
{
    bell arrived;
    receiver self;
    while (items_.empty() && !closed_) {
        line_up(self, arrived);
        const wake reason = co_await arrived.wait();
        leave_line(self);
        if (reason != wake::rung) co_return std::nullopt;
    }
    co_return try_receive();
}

template <class T> void channel<T>::close()
{
    closed_ = true;
    while (!senders_.empty()) {
        sender& next = senders_.front();
        next.unlink();
        next.served.ring();
    }
    while (!receivers_.empty())
        wake_receiver();
}

template <class T> void channel<T>::push(item&& arrived)
{
    items_.push_back(std::move(arrived));
    if (!receivers_.empty()) wake_receiver();
}

template <class T> T channel<T>::pop()
{
    T value = items_.pop_front().value;
    if (!senders_.empty()) let_sender_in();
    return value;
}

template <class T> void channel<T>::let_sender_in()
{
    sender& next = senders_.front();
    next.unlink();
    next.taken = true;
    push(std::move(next.waiting));
    next.served.ring();
}

template <class T> void channel<T>::line_up(receiver& who, bell& arrived)
{
    who.woken_by = &arrived;
    receivers_.push_back(who);
}

// A receiver that is no longer in line has been woken for a value. It may be about to leave without it, because it was
// cancelled or found something older elsewhere: then the next in line is woken in its place.
template <class T> void channel<T>::leave_line(receiver& who)
{
    const bool was_woken = !who.is_linked();
    if (!was_woken)
        who.unlink();
    else if (!items_.empty() && !receivers_.empty())
        wake_receiver();
}

template <class T> void channel<T>::wake_receiver()
{
    receiver& next = receivers_.front();
    next.unlink();
    next.woken_by->ring();
}

} // namespace chorus
