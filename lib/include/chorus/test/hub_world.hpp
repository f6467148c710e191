// hub_world.hpp — hubs on as many shards as a test wants, polled in one thread, and members with a client at the end.
#pragma once

#include <chorus/core/scope.hpp>
#include <chorus/hub/hub.hpp>
#include <chorus/test/fake_member.hpp>
#include <chorus/test/test_shard.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace chorus::test {

// Real hubs, fake members. When it ends everybody leaves and the hubs end; whatever is left running or unanswered then
// is complained of.
class hub_world
{
public:
    static constexpr std::size_t default_capacity = 1024 * 1024; // bytes that may be under way to a client

    explicit hub_world(unsigned shards, const hub_limits& limits = {});
    ~hub_world();
    hub_world(const hub_world&) = delete;
    hub_world& operator=(const hub_world&) = delete;

    // Turn by turn until no shard has anything to do.
    void settle();
    // Moves time on every shard, from one alarm to the next, and everything happens that comes of it.
    void advance(duration by);
    // On one; what comes of it happens when the world settles.
    void advance_shard(unsigned index, duration by);

    // Arrives in the hub of that shard, and has heard nothing yet.
    fake_member& come(unsigned shard, std::string user, const outbox_limits& limits = {},
                      std::size_t capacity = default_capacity);
    fake_member& begin_to_come(unsigned shard, std::string user, const outbox_limits& limits = {},
                               std::size_t capacity = default_capacity);
    // Arrives and is in the room; it has listened to the answer.
    fake_member& come_to(unsigned shard, std::string user, const std::string& room, const outbox_limits& limits = {},
                         std::size_t capacity = default_capacity);

    // Leaves for good. The connection is gone at once; the object lives until its hub has let go of it.
    void go(fake_member& who);
    void begin_to_go(fake_member& who);
    void forget(fake_member& who);

    hub& hub_of(unsigned shard) { return *hubs_.at(shard); }
    asio::io_context& context_of(unsigned index) { return shard(index).context(); }
    chorus::shard& shard(unsigned index);
    unsigned shards() const { return static_cast<unsigned>(places_.size()); }

    // In all hubs: rooms, and commands of members that have no answer yet.
    std::size_t rooms() const;
    std::size_t under_way() const;

    // A room whose home is that shard.
    std::string room_at(unsigned home, std::string name = "room") const;

private:
    struct place;

    scope& scope_of(fake_member& who);

    const hub_limits limits_;
    std::vector<std::unique_ptr<place>> places_;
    std::vector<hub*> hubs_;
    std::vector<std::unique_ptr<fake_member>> members_;
    std::uint64_t last_id_ = 0;
};

} // namespace chorus::test
