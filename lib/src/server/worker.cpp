// worker.cpp — One shard of a server: its hub, its connections, and how they are asked to leave.
#include <chorus/server/worker.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <vector>

namespace chorus {
namespace {

constexpr std::chrono::milliseconds drain_interval{100};
constexpr std::size_t smallest_batch = 100;

} // namespace

drain_pace pace_of_drain(std::size_t sessions, std::chrono::milliseconds window)
{
    const auto turns = static_cast<std::size_t>(std::max<std::int64_t>(1, window / drain_interval));
    return {std::max(smallest_batch, (sessions + turns - 1) / turns), drain_interval};
}

worker::worker(chorus::shard& where, unsigned shards, service& shared, std::function<void()> emptied)
    : shard_(where), service_(shared), hub_(where, shards, shared.rooms), emptied_(std::move(emptied)),
      hub_scope_(where.get_executor()), connection_scope_(where.get_executor()), chores_(where.get_executor())
{
}

void worker::start() { hub_scope_.spawn(hub_.run()); }

void worker::perform(task<> chore)
{
    asio::post(shard_.get_executor(), [this, chore = std::move(chore)]() mutable { chores_.spawn(std::move(chore)); });
}

void worker::take(stream_socket socket)
{
    ++load_;
    asio::post(shard_.get_executor(), [this, socket = std::move(socket)]() mutable {
        auto to = make_socket_transport(std::move(socket));
        auto place = service_.gate.admit(to->peer());
        if (place) return connection_scope_.spawn(serve(std::move(to), std::move(*place)));
        to->cut();
        --load_;
    });
}

task<> worker::serve(transport_ptr to, admission place)
{
    connection each(shard_, hub_, service_, *this, std::move(to), std::move(place));
    connections_.insert(&each);
    co_await each.run();
    connections_.erase(&each);
    --load_;
}

void worker::began(session& which)
{
    sessions_.emplace(which.key(), &which);
    sessions_count_ = sessions_.size();
    if (draining_) say_goodbye(which);
}

void worker::ended(session& which, const session_end& end)
{
    sessions_.erase(which.key());
    sessions_count_ = sessions_.size();
    if (!draining_) return;
    if (end.cut) was_cut_ = true;
    if (sessions_.empty()) emptied_();
}

void worker::say_goodbye(session& to) { to.close(close_code::going_away, "server shutting down"); }

task<> worker::drain(std::chrono::milliseconds window)
{
    draining_ = true;
    std::vector<std::uint64_t> all;
    for (const auto& each : sessions_)
        all.push_back(each.first);
    const auto [batch, interval] = pace_of_drain(all.size(), window);
    for (std::size_t said = 0; said < all.size(); ++said) {
        if (said > 0 && said % batch == 0 && !in_a_hurry_)
            co_await hurry_.wait_until(shard_.clock(), shard_.clock().now() + interval);
        const auto still_here = sessions_.find(all[said]);
        if (still_here != sessions_.end()) say_goodbye(*still_here->second);
    }
}

task<> worker::hurry()
{
    in_a_hurry_ = true;
    hurry_.ring();
    co_return;
}

task<> worker::finish()
{
    if (!sessions_.empty()) was_cut_ = true;
    const std::vector<connection*> left(connections_.begin(), connections_.end());
    for (auto* const each : left)
        each->cut();
    co_await connection_scope_.join();
    hub_.close();
    co_await hub_scope_.join();
}

} // namespace chorus
