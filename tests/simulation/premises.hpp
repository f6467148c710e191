// premises.hpp — A server in one thread: its shards, polled one at a time as a seed wishes, on clocks moved by hand.
#pragma once

#include "simulation/line.hpp"

#include <chorus/server/worker.hpp>
#include <chorus/session/router.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace chorus::simulation {

// What server.cpp does with threads and a listener, done step by step: workers that share one service, connections
// given to them, and the drain.
class premises
{
public:
    premises(const settings& rules, story& told, referee& judge);

    // A new connection to that shard: the caller's end of it.
    std::unique_ptr<memory_transport> connect(std::shared_ptr<line> to, unsigned shard, std::size_t capacity);
    bool accepts() const { return phase_ < phase::finishing; }

    // Lets a shard run so many handlers of its queue, or all. False: there was nothing to do.
    bool turn(unsigned shard, std::size_t handlers);
    bool turn(unsigned shard) { return places_[shard]->shard.poll() > 0; }
    bool turn_all();

    unsigned shards() const { return static_cast<unsigned>(places_.size()); }
    clock& time(unsigned shard = 0) { return places_[shard]->shard.clock(); }
    time_point now() { return time().now(); }
    void advance(duration by);

    // What the process itself may say, from any thread.
    void publish(const std::string& room, const std::string& text);

    // The drain, as server.cpp leads it: each call of `lead` looks whether the next step is due.
    void drain();
    void insist() { insisted_ = true; }
    void stop_at_once(); // without a drain before
    void lead();
    bool drains() const { return phase_ > phase::serving; }
    bool says_goodbye() const { return phase_ == phase::saying_goodbye; }
    bool is_over() const { return phase_ == phase::over; }
    time_point drain_began() const { return drain_began_; }
    std::chrono::milliseconds drain_window() const { return settings_.server.drain_timeout / 3; }
    bool insisted() const { return insisted_; }
    bool had_to_cut() const;

    std::size_t sessions() const;
    std::size_t members() const;
    std::size_t rooms() const;
    std::size_t connections() const { return service_.gate.connections(); }
    std::size_t load() const;

private:
    enum class phase { serving, saying_goodbye, hurrying, finishing, over };

    struct place
    {
        place(unsigned index, unsigned shards, service& shared, std::unique_ptr<manual_clock> made)
            : clock(*made), shard(index, std::move(made)), worker(shard, shards, shared, [] {})
        {
        }

        manual_clock& clock;
        chorus::shard shard;
        chorus::worker worker;
    };

    void open(session& who);
    work take(session& from, const message& what);
    std::shared_ptr<line> line_of(const session& who) const;
    void perform(task<> (*chore)(premises&, worker&));
    task<> do_and_count(task<> (*chore)(premises&, worker&), worker& where);
    void finish();

    const settings& settings_;
    story& story_;
    referee& referee_;
    service service_;
    router routes_;
    std::unordered_map<std::string, std::weak_ptr<line>> lines_; // by address
    std::vector<std::unique_ptr<place>> places_;

    phase phase_ = phase::serving;
    time_point drain_began_, drain_deadline_;
    bool insisted_ = false;
    std::size_t chores_ = 0; // under way
};

} // namespace chorus::simulation
