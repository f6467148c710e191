// select.hpp — waits for the first of several channels; the others keep what they hold.
#pragma once

#include <chorus/core/bell.hpp>
#include <chorus/core/channel.hpp>
#include <chorus/core/clock.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace chorus {

enum class selected {
    one,       // one value was taken, and its function has run
    timed_out, // the deadline passed and no value was there
    closed,    // every channel is closed and empty
    cancelled, // an Asio cancellation came while waiting
    none,      // try_select only: nothing is ready
};

// A case of a select: a channel, and the plain function that is given the value taken from it.
template <class T, class Function> class when : receiver
{
public:
    when(channel<T>& from, Function take) : from_{&from}, take_{std::move(take)} {}

    ticket oldest() const { return from_->oldest(); }
    bool take_if_it_is(ticket chosen);
    bool closed() const { return from_->closed(); }
    bool expired() const { return false; }

    void line_up(bell& arrived) { from_->line_up(*this, arrived); }
    void leave_line() { from_->leave_line(*this); }

private:
    channel<T>* from_;
    Function take_;
};

template <class T, class Function> bool when<T, Function>::take_if_it_is(ticket chosen)
{
    if (from_->empty() || from_->oldest() != chosen) return false;
    take_(from_->pop());
    return true;
}

// A case that never has a value, and rings at its time.
class until
{
public:
    until(clock& clock, time_point deadline) : clock_{&clock}, deadline_{deadline} {}
    until(const until& not_yet_waiting) : until{*not_yet_waiting.clock_, not_yet_waiting.deadline_} {}
    until& operator=(const until&) = delete;

    ticket oldest() const { return no_ticket; }
    bool take_if_it_is(ticket) { return false; }
    bool closed() const { return true; }
    bool expired() const { return clock_->now() >= deadline_; }

    void line_up(bell& arrived)
    {
        timeout_.emplace(*clock_, [&arrived] { arrived.ring(); }).set(deadline_);
    }
    void leave_line() { timeout_.reset(); }

private:
    clock* clock_;
    time_point deadline_;
    std::optional<alarm> timeout_;
};

// Takes the oldest value there is, if there is one. Never suspends, never allocates.
template <class... Cases> selected try_select(Cases&&... cases)
{
    const ticket oldest = std::min({cases.oldest()...});
    if ((cases.take_if_it_is(oldest) || ...)) return selected::one; // tickets differ: the first is the only one
    if ((cases.closed() && ...)) return selected::closed;
    if ((cases.expired() || ...)) return selected::timed_out;
    return selected::none;
}

// Go's select, with arrival order where Go tosses a coin:
//
//     const selected outcome = co_await select(when(joins_, [&](join command) { enter(command); }),
//                                              when(messages_, [&](message m) { deliver(m); }),
//                                              until(clock, next_flush));
//
// Takes exactly one value, and nothing from a channel it does not choose. What is ready is taken without suspending, so
// a loop that may never run dry yields now and then; and a value that is there beats a deadline that has passed.
template <class... Cases> task<selected> select(Cases... cases)
{
    bell arrived;
    selected outcome = try_select(cases...);
    while (outcome == selected::none) {
        (cases.line_up(arrived), ...);
        const wake reason = co_await arrived.wait();
        (cases.leave_line(), ...);
        outcome = reason == wake::cancelled ? selected::cancelled : try_select(cases...);
    }
    co_return outcome;
}

} // namespace chorus
