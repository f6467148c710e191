// allocations_test.cpp — a delivery allocates nothing: what a message costs does not grow with those who hear it.
#include "support/coroutine_test.hpp"
#include "support/outbox_fixture.hpp"

#include <chorus/core/scope.hpp>
#include <chorus/hub/hub.hpp>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> allocations = 0;
}

// The whole test program counts; nothing but this file looks. Inlined in part, GCC 12 takes them for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size)
{
    ++allocations;
    if (void* const block = std::malloc(size)) return block;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace chorus {

BOOST_AUTO_TEST_SUITE(hub_allocations)

using test::numbered;
using test::room_named;

namespace {

// Takes up to so many bytes of each write, and keeps none.
class sink final : public transport
{
public:
    std::size_t takes = std::numeric_limits<std::size_t>::max();

    std::size_t read_some(std::span<char>, error_code&) override { return 0; }
    std::size_t write_some(std::span<const asio::const_buffer> from, error_code& error) override
    {
        error = {};
        return std::min(asio::buffer_size(from), takes);
    }
    waited readable() override { throw std::logic_error("nobody waits"); }
    waited writable() override { throw std::logic_error("nobody waits"); }
    void finish() override {}
    void close() override {}
    void cut() override {}
    std::string peer() const override { return "sink"; }
};

template <class Work> std::size_t allocations_of(Work work)
{
    const auto before = allocations.load();
    work();
    return allocations - before;
}

struct sink_fixture
{
    explicit sink_fixture(std::uint64_t messages)
    {
        for (std::uint64_t offset = 1; offset <= messages; ++offset)
            round.push_back({numbered(room, offset), offset});
        whole = make_burst(round);
    }

    // A round, and all that its member's socket takes of it by and by.
    void deliver(std::size_t first = 0)
    {
        out.deliver(round, whole.get(), room, first);
        while (out.blocked()) {
            out.unblock();
            out.flush();
        }
    }

    outbox_limits limits;
    outbox_counters counters;
    test::counting_owner owner;
    sink to;
    outbox out{to, owner, limits, counters};
    room_label room = room_named("tea");
    std::vector<tagged_frame> round;
    shared_burst whole;
};

// How many allocations it takes until so many members have heard one message.
std::size_t allocations_to_reach(unsigned members)
{
    test::test_shard here;
    const hub_limits limits{.presence_users = 0};
    const outbox_limits bound;
    hub rooms{here.shard, 1, limits};
    rooms.connect({&rooms});
    scope children{here.shard.get_executor()};
    children.spawn(rooms.run());
    sink to;
    test::counting_owner owner;
    std::vector<std::unique_ptr<member>> all;
    for (unsigned i = 1; i <= members; ++i) {
        all.push_back(std::make_unique<member>(rooms, i, "user" + std::to_string(i), to, owner, bound));
        children.spawn(rooms.enter(*all.back()));
        here.shard.poll();
        all.back()->join("tea");
    }
    const auto say = [&] {
        all.front()->publish_text("tea", "chat", R"({"text":"hello"})");
        here.shard.poll();
    };
    for (int i = 0; i < 50; ++i)
        say();
    const auto before = rooms.counters().delivered;
    const auto needed = allocations_of(say);
    BOOST_TEST(rooms.counters().delivered == before + members);
    for (auto& each : all)
        children.spawn(rooms.leave(*each));
    here.shard.poll();
    rooms.close();
    here.shard.poll();
    return needed;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_level_member_takes_a_round_without_an_allocation)
{
    sink_fixture f{100};
    f.deliver();
    BOOST_TEST(allocations_of([&] { f.deliver(); }) == 0u);
}

BOOST_AUTO_TEST_CASE(single_messages_are_taken_without_an_allocation)
{
    sink_fixture f{1};
    for (int i = 0; i < 100; ++i)
        f.deliver();
    BOOST_TEST(allocations_of([&] {
                   for (int i = 0; i < 1000; ++i)
                       f.deliver();
               }) == 0u);
}

BOOST_AUTO_TEST_CASE(a_socket_that_takes_a_little_at_a_time_costs_no_allocation_in_steady_state)
{
    sink_fixture f{100};
    f.to.takes = 333;
    for (int i = 0; i < 10; ++i)
        f.deliver(static_cast<std::size_t>(i % 3));
    BOOST_TEST(allocations_of([&] {
                   for (int i = 0; i < 50; ++i)
                       f.deliver(static_cast<std::size_t>(i % 3));
               }) == 0u);
}

BOOST_AUTO_TEST_CASE(a_message_costs_the_same_whether_ten_or_two_hundred_hear_it)
{
    BOOST_TEST(allocations_to_reach(10) == allocations_to_reach(200));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
