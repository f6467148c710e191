// worker.hpp — One shard of a server: its hub, its connections, and how they are asked to leave.
#pragma once

#include <chorus/core/block_pool.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/core/scope.hpp>
#include <chorus/core/shard.hpp>
#include <chorus/hub/hub.hpp>
#include <chorus/net/descriptor_reserve.hpp>
#include <chorus/server/connection.hpp>

#include <boost/intrusive/list.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

namespace chorus {

// How many Closes go out at a time when a server drains: all within the window, so that the clients' reconnects are
// spread over it, but not slower than is worth while.
struct drain_pace
{
    std::size_t batch;
    std::chrono::milliseconds interval;
};
drain_pace pace_of_drain(std::size_t sessions, std::chrono::milliseconds window);

// Threads: its shard only, but for `take`, `load`, `sessions`, `was_cut`, what says so, and to read what is counted.
class worker final
{
public:
    // `emptied` is called, on this shard, when the last session has ended while draining.
    worker(chorus::shard& where, unsigned shards, service& shared, std::function<void()> emptied);

    chorus::hub& hub() { return hub_; }
    chorus::shard& shard() { return shard_; }

    // From any thread: a new connection, made for this shard, and the entrance it came through.
    void take(transport_ptr to, const entrance& through);
    void take(transport_ptr to) { take(std::move(to), service_.front); }
    std::size_t load() const { return load_; } // connections
    // From the one thread that accepts: another socket will be made for this shard.
    void expect_socket() { descriptors_.stay_ahead_of(load_); }
    std::size_t sessions() const { return sessions_; }
    const server_counters& counters() const { return counters_; }
    bool was_cut() const { return was_cut_; } // whether a session had to be cut while draining

    void start();
    // What the thread of the shard does until that is stopped. An exception that escapes it ends the process.
    void run();
    // From any thread: runs a coroutine here.
    void perform(task<> chore);
    // From any thread: other limits, for those who are here, too. The outbox's must be as they were.
    void change(shard_limits to);

    // Says goodbye to all sessions, in batches, within `window`. Those that come too late for it get theirs at once.
    task<> drain(std::chrono::milliseconds window);

    // Says goodbye at once to those whose turn has not come.
    task<> hurry();

    // Ends everything: cuts what is left, waits for it, ends the hub.
    task<> finish();

private:
    // What lives as long as a session: its place among all connections, its name, and itself.
    struct visit : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>
    {
        admission place;
        claimed_name name;
        time_point began;
        chorus::session session;

        visit(worker& at, arrival in);
    };
    using visits = boost::intrusive::list<visit, boost::intrusive::constant_time_size<false>>;

    task<> serve(transport_ptr to, const entrance& through, admission place);
    task<std::optional<arrival>> speak_http(transport_ptr to, const entrance& through, admission place);
    task<> converse(object_pool<visit>::pointer who);
    void release_memory();
    void log_end(const visit& who, const session_end& end) const;
    static void say_goodbye(session& to);

    chorus::shard& shard_;
    service& service_;
    shard_limits limits_; // what its sessions and its hub look at
    chorus::hub hub_;
    server_counters counters_;
    std::function<void()> emptied_;
    descriptor_reserve descriptors_{shard_}; // of the thread that accepts
    object_pool<visit> visits_;              // sessions come and go: their memory is kept for the next
    alarm surplus_;
    scope hub_scope_, connection_scope_, chores_;
    bell hurry_;
    bool in_a_hurry_ = false;
    // Those that speak HTTP.
    boost::intrusive::list<connection, boost::intrusive::constant_time_size<false>> connections_;
    visits staying_, leaving_; // those who were not yet told goodbye, and those who were
    std::atomic<std::size_t> load_ = 0, sessions_ = 0;
    std::atomic<bool> was_cut_ = false;
    bool draining_ = false, finishing_ = false;
};

// A thread for each but the first, whose thread is the caller's. Where they are left without being joined, because
// something else could not start, their loops end.
std::vector<std::jthread> threads_of_others(std::span<const std::unique_ptr<worker>> all);

} // namespace chorus
