// memory_bench.cpp — What a room, a membership, a message that is kept and one that waits take of the heap.
#include <chorus/core/scope.hpp>
#include <chorus/hub/hub.hpp>

#include <boost/asio/error.hpp>

#include <cstdio>
#include <malloc.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace chorus;

constexpr std::size_t many = 1000;    // rooms and members, so that what is allocated once does not count
constexpr std::size_t messages = 200; // less than an outbox holds
constexpr std::size_t text_bytes = 64;

// A client that takes all it is sent at once, or nothing at all.
class far_end final : public transport
{
public:
    explicit far_end(bool reads) : reads_(reads) {}

    std::size_t read_some(std::span<char>, error_code&) override { return 0; }
    std::size_t write_some(std::span<const asio::const_buffer> from, error_code& error) override
    {
        error = reads_ ? error_code{} : error_code(asio::error::would_block);
        return reads_ ? asio::buffer_size(from) : 0;
    }
    waited readable() override { throw std::logic_error("nobody waits"); }
    waited writable() override { throw std::logic_error("nobody waits"); }
    void finish() override {}
    void close() override {}
    void cut() override {}
    std::string peer() const override { return "nowhere"; }

private:
    bool reads_;
};

class seat final : outbox_owner
{
public:
    seat(hub& where, std::uint64_t id, bool reads)
        : line_(reads), who(where, id, "user-" + std::to_string(id), line_, *this, limits_)
    {
    }

private:
    void outbox_changed() override {}
    void batch_begun() override {}

    outbox_limits limits_;
    far_end line_;

public:
    member who;
};

// A hub on a clock that stands still, and members who have come to it.
class house
{
public:
    explicit house(const hub_limits& with) : limits_(with)
    {
        hub_.connect({&hub_});
        running_.spawn(hub_.run());
    }
    ~house()
    {
        for (auto& each : seats_)
            running_.spawn(hub_.leave(each->who));
        settle();
        hub_.close();
        settle();
    }

    member& come(bool reads)
    {
        seats_.push_back(std::make_unique<seat>(hub_, seats_.size() + 1, reads));
        running_.spawn(hub_.enter(seats_.back()->who));
        settle();
        return seats_.back()->who;
    }
    void join(member& who, const std::string& room)
    {
        expect(who.join(room));
        who.out().flush(); // the answer
    }
    void say(member& who, const std::string& room)
    {
        expect(who.publish(room, "chat", json{{"user", who.user()}, {"text", std::string(text_bytes, 'x')}}));
    }

private:
    void expect(accepted answer)
    {
        if (answer != accepted::yes) throw std::runtime_error("the hub has refused");
        settle();
    }
    void settle() { here_.poll(); }

    hub_limits limits_;
    shard here_{0, std::make_unique<manual_clock>()};
    hub hub_{here_, 1, limits_};
    scope running_{here_.get_executor()};
    std::vector<std::unique_ptr<seat>> seats_;
};

hub_limits without_history()
{
    hub_limits limits;
    limits.history.messages = 0;
    limits.rooms_per_member = 0;
    return limits;
}

std::size_t heap()
{
    const auto now = mallinfo2();
    return now.uordblks + now.hblkhd;
}

template <class Work> double growth(Work work)
{
    const auto before = heap();
    work();
    return static_cast<double>(heap()) - static_cast<double>(before);
}

// What is allocated once, at the first of its kind, is there before anything is counted.
void warm_up(house& in, member& who)
{
    in.join(who, "first");
    in.say(who, "first");
}

double room_with_a_member()
{
    house in(without_history());
    auto& who = in.come(true);
    warm_up(in, who);
    return growth([&] {
               for (std::size_t room = 0; room < many; ++room)
                   in.join(who, "room-" + std::to_string(room));
           }) /
           many;
}

double further_member()
{
    house in(without_history());
    std::vector<member*> all;
    for (std::size_t each = 0; each < many; ++each) {
        all.push_back(&in.come(true));
        in.join(*all.back(), "first"); // a client's first answer costs its outbox a block
    }
    in.join(*all.front(), "tea");
    return growth([&] {
               for (std::size_t each = 1; each < many; ++each)
                   in.join(*all[each], "tea");
           }) /
           (many - 1);
}

double kept_message()
{
    const hub_limits limits;
    house in(limits);
    auto& who = in.come(true);
    warm_up(in, who);
    in.join(who, "tea");
    return growth([&] {
               for (std::size_t each = 0; each < limits.history.messages; ++each)
                   in.say(who, "tea");
           }) /
           static_cast<double>(limits.history.messages);
}

// For each message and each of so many clients who do not read.
double waiting_message(std::size_t clients)
{
    house in(without_history());
    auto& speaker = in.come(true);
    warm_up(in, speaker);
    in.join(speaker, "tea");
    for (std::size_t each = 0; each < clients; ++each)
        in.join(in.come(false), "tea");
    return growth([&] {
               for (std::size_t each = 0; each < messages; ++each)
                   in.say(speaker, "tea");
           }) /
           static_cast<double>(messages * clients);
}

void tell(const char* what, double bytes) { std::printf("%-58s %6.0f bytes\n", what, bytes); }

} // namespace

int main()
{
    tell("a room with its first member", room_with_a_member());
    tell("each further member of a room", further_member());
    tell("a message of 64 bytes in a room's history", kept_message());
    tell("one that waits for 1 client", waiting_message(1));
    tell("one that waits for 1,000 clients, for each of them", waiting_message(many));
}
