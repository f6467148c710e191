// bystanders.hpp — The people an attack must not disturb: twenty who chat, and newcomers who come in meanwhile.
#pragma once

#include "support/crowd.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace chorus::attacks {

using steady = std::chrono::steady_clock;

// How long something took: how often it happened, the 99th of a hundred, and the worst.
struct delays
{
    std::size_t count = 0;
    steady::duration p99{}, slowest{};
};

// Twenty clients in one room. Fifty times a second one of them speaks, at a moment that does not depend on what
// came before; a delay is from that moment until the speaker hears itself, so that a server which stands still for a
// second is slow fifty times, not once. All must hear everything, in order.
class chatters
{
public:
    explicit chatters(std::uint16_t port);
    ~chatters() { stop(); }

    // Waits until all twenty have heard what is said, then they go. What follows is to be asked after that.
    void stop();
    const std::string& trouble() const { return trouble_; } // empty: they noticed nothing
    delays between(steady::time_point begin, steady::time_point end) const;

    std::size_t heard() const { return heard_by_all_; } // so many messages; at any time

private:
    struct sample
    {
        steady::time_point due;
        steady::duration delay;
    };

    void live(std::uint16_t port);
    void enter(std::uint16_t port);
    void talk();
    void say_what_is_due(steady::time_point& next);
    void hear(std::size_t who, const testing::frame& frame);
    void note_own(sample& said);

    testing::crowd clients_;
    std::vector<sample> samples_;    // by the number that is the message's text
    std::vector<std::size_t> order_; // these numbers, by the room's offset
    std::vector<std::size_t> heard_; // how many messages, by client
    std::string trouble_;
    std::atomic<std::size_t> heard_by_all_ = 0;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

// One after the other, twenty a second: connects, joins a room, says something, hears it, and says goodbye. A delay is
// that of a whole visit.
class newcomers
{
public:
    explicit newcomers(std::uint16_t port) : thread_(&newcomers::live, this, port) {}
    ~newcomers() { stop(); }

    void stop();
    const std::string& trouble() const { return trouble_; }
    delays between(steady::time_point begin, steady::time_point end) const;

    // Whether one of them has begun its visit since then; one that is under way counts when it is over.
    bool came_since(steady::time_point begin) const;

    // Waits for so many more whose whole visit lies ahead; gives up when one of them has failed.
    void wait_for(std::size_t more);

private:
    struct visit
    {
        steady::time_point begin;
        steady::duration took;
    };

    void live(std::uint16_t port);

    std::string trouble_;
    std::vector<visit> visits_;
    mutable std::mutex mutex_; // guards all but the thread
    std::condition_variable changed_;
    bool stopping_ = false, ended_ = false;
    std::thread thread_;
};

} // namespace chorus::attacks
