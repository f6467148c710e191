// hub_world.hpp — hubs on as many shards as a test wants, polled in one thread, and members with a client at the end.
#pragma once

#include "support/coroutine_test.hpp"
#include "support/hearing.hpp"

#include <chorus/core/scope.hpp>
#include <chorus/hub/hub.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace chorus::test {

// A member's seat between its hub and a client; it stands in for the session, whose write loop runs when it listens.
class fake_member final : private outbox_owner
{
public:
    fake_member(hub& where, std::uint64_t id, std::string user, const outbox_limits& limits, std::size_t capacity)
        : limits_(limits), wire_(make_memory_pair(capacity)),
          seat_(where, id, std::move(user), *wire_.first, *this, limits_), ears_(*wire_.second), hub_(where)
    {
    }

    member& operator*() { return seat_; }
    member* operator->() { return &seat_; }
    hub& home() { return hub_; }

    accepted say(const std::string& room, const std::string& words, std::optional<json> id = {})
    {
        return seat_.publish(room, "chat", json{{"text", words}}, std::move(id));
    }

    // The client has agreed on compressed messages, and the server keeps no context.
    void expect_compressed()
    {
        seat_.out().compress_with(hub_.compression().deflater);
        ears_.expect_compressed(context_takeover::no);
    }

    // The client takes nothing until it listens again.
    void stall(bool on = true) { wire_.second->stall(on); }

    // Bytes that are on their way to the client.
    std::size_t under_way() const { return wire_.second->waiting().size(); }

    // All that the client has heard since it last listened.
    lines heard()
    {
        stall(false);
        lines all;
        for (bool moved = true; moved;) {
            seat_.out().unblock();
            seat_.out().flush();
            moved = ears_.take_some(all);
        }
        return all;
    }

    // Only what was said in one room, as "hello".
    lines heard_in(const std::string& room)
    {
        auto all = heard();
        std::erase_if(all, [&](const std::string& each) { return !each.starts_with(room + " "); });
        return all;
    }

private:
    void outbox_changed() override {}
    void batch_begun() override {}

    const outbox_limits limits_;
    memory_transport::pair wire_;
    member seat_;
    hearing ears_;
    hub& hub_;
};

class hub_world
{
public:
    explicit hub_world(unsigned shards, const hub_limits& limits = {}) : limits_(limits)
    {
        for (unsigned index = 0; index < shards; ++index) {
            auto& here = *places_.emplace_back(std::make_unique<place>(index, shards, limits_));
            hubs_.push_back(&here.hub);
        }
        for (auto& each : places_) {
            each->hub.connect(hubs_);
            each->coroutines.spawn(each->hub.run());
        }
        settle();
    }

    // Everybody leaves, the hubs end, and nothing may be left running or unanswered.
    ~hub_world()
    {
        settle();
        BOOST_TEST(under_way() == 0u, "every command is answered");
        while (!members_.empty())
            go(*members_.back());
        for (auto* const each : hubs_) {
            BOOST_TEST(each->members() == 0u);
            each->close();
        }
        settle();
        for (auto& each : places_)
            BOOST_TEST(each->coroutines.size() == 0u);
    }

    // Turn by turn until no shard has anything to do.
    void settle()
    {
        for (bool busy = true; busy;) {
            busy = false;
            for (auto& each : places_)
                busy |= each->here.shard.poll() > 0;
        }
    }

    void advance(duration by)
    {
        settle();
        for (auto& each : places_)
            each->here.clock.advance(by);
        settle();
    }

    void advance_shard(unsigned index, duration by) { places_.at(index)->here.clock.advance(by); }

    // Arrives in the hub of that shard, and has heard nothing yet.
    fake_member& come(unsigned shard, std::string user, const outbox_limits& limits = {},
                      std::size_t capacity = 1024 * 1024)
    {
        auto& who = begin_to_come(shard, std::move(user), limits, capacity);
        settle();
        return who;
    }
    fake_member& begin_to_come(unsigned shard, std::string user, const outbox_limits& limits = {},
                               std::size_t capacity = 1024 * 1024)
    {
        auto& where = *places_.at(shard);
        members_.push_back(std::make_unique<fake_member>(where.hub, ++last_id_, std::move(user), limits, capacity));
        where.coroutines.spawn(where.hub.enter(**members_.back()));
        return *members_.back();
    }

    // Arrives and is in the room; it has listened to the answer.
    fake_member& come_to(unsigned shard, std::string user, const std::string& room, const outbox_limits& limits = {},
                         std::size_t capacity = 1024 * 1024)
    {
        auto& who = come(shard, std::move(user), limits, capacity);
        BOOST_TEST((who->join(room) == accepted::yes));
        settle();
        who.heard();
        return who;
    }

    // Leaves for good. The connection is gone at once; the object lives until its hub has let go of it.
    void go(fake_member& who)
    {
        begin_to_go(who);
        settle();
        forget(who);
    }
    void begin_to_go(fake_member& who) { scope_of(who).spawn(who.home().leave(*who)); }
    void forget(fake_member& who)
    {
        std::erase_if(members_, [&](const auto& each) { return each.get() == &who; });
    }

    hub& hub_of(unsigned shard) { return *hubs_.at(shard); }
    asio::io_context& context_of(unsigned shard) { return places_.at(shard)->here.shard.context(); }
    chorus::shard& shard(unsigned index) { return places_.at(index)->here.shard; }
    unsigned shards() const { return static_cast<unsigned>(places_.size()); }
    std::size_t rooms() const
    {
        std::size_t all = 0;
        for (auto* const each : hubs_)
            all += each->rooms();
        return all;
    }
    std::size_t under_way() const
    {
        std::size_t all = 0;
        for (auto& each : members_)
            all += (*each)->under_way();
        return all;
    }

    // A room whose home is that shard.
    std::string room_at(unsigned home, std::string name = "room") const
    {
        while (home_shard(name, shards()) != home)
            name += "'";
        return name;
    }

private:
    struct place
    {
        place(unsigned index, unsigned shards, const hub_limits& limits)
            : here(index), hub(here.shard, shards, limits), coroutines(here.shard.get_executor())
        {
        }

        test_shard here;
        chorus::hub hub;
        scope coroutines;
    };

    scope& scope_of(fake_member& who)
    {
        for (auto& each : places_)
            if (&each->hub == &who.home()) return each->coroutines;
        throw std::logic_error("a member of no hub");
    }

    const hub_limits limits_;
    std::vector<std::unique_ptr<place>> places_;
    std::vector<hub*> hubs_;
    std::vector<std::unique_ptr<fake_member>> members_;
    std::uint64_t last_id_ = 0;
};

} // namespace chorus::test
