// bystanders.cpp — How the bystanders talk, come in, and tell how long it took.
#include "attacks/bystanders.hpp"

#include "scale/chat.hpp"

#include <algorithm>

namespace chorus::attacks {

namespace {

using namespace std::chrono_literals;
using scale::read_message;
using scale::require;

constexpr std::size_t people = 20;
constexpr auto pause_between_chats = 20ms; // so slow that what gathers in seconds is still within the rate limit
constexpr auto pause_between_visits = 50ms;
constexpr auto patience = 60s; // what is slow is told as a number; this is for what never comes

delays summary(std::vector<steady::duration> all)
{
    if (all.empty()) return {};
    const std::size_t rank = (all.size() - 1) * 99 / 100;
    std::ranges::nth_element(all, all.begin() + static_cast<std::ptrdiff_t>(rank));
    return {all.size(), all[rank], *std::ranges::max_element(all)};
}

void hear_a(std::string_view type, testing::ws_client& client)
{
    for (;;) {
        const auto frame = client.receive(patience);
        require(frame && frame->is_text(), "a newcomer got no " + std::string(type));
        if (read_message(frame->payload).type == type) return;
    }
}

void come_in_and_go(std::uint16_t port)
{
    testing::ws_client client{{.port = port}};
    client.send_text(scale::join("newcomers"));
    hear_a("joined", client);
    client.send_text(scale::chat("newcomers", "hello"));
    hear_a("chat", client);
    client.send_close(1000);
}

} // namespace

// --- chatters --------------------------------------------------------------------------------------------------------

chatters::chatters(std::uint16_t port) : clients_(people), heard_(people), thread_(&chatters::live, this, port) {}

void chatters::stop()
{
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
}

delays chatters::between(steady::time_point begin, steady::time_point end) const
{
    std::vector<steady::duration> all;
    for (const sample& each : samples_)
        if (each.due >= begin && each.due < end) all.push_back(each.delay);
    return summary(std::move(all));
}

void chatters::live(std::uint16_t port)
{
    try {
        enter(port);
        talk();
    } catch (const std::exception& problem) {
        trouble_ = problem.what();
    }
}

void chatters::enter(std::uint16_t port)
{
    std::size_t joined = 0;
    for (std::size_t i = 0; i < people; ++i) {
        clients_.connect(i, {.port = port});
        clients_[i].send_text(scale::join("bystanders"));
    }
    const auto count = [&](std::size_t, const testing::frame& frame) {
        if (read_message(frame.payload).type == "joined") ++joined;
    };
    require(clients_.pump_until(patience, count, [&] { return joined == people; }), "not everybody could join");
}

void chatters::talk()
{
    const auto on_frame = [this](std::size_t who, const testing::frame& frame) { hear(who, frame); };
    auto next = steady::now();
    while (!stopping_) {
        say_what_is_due(next);
        clients_.pump(std::chrono::ceil<testing::milliseconds>(next - steady::now()), on_frame);
    }
    const auto done = [this] { return heard_by_all_ == samples_.size(); };
    require(clients_.pump_until(patience, on_frame, done), "somebody did not hear everything");
}

// Whatever was missed while we were kept waiting is said now, with the time at which it was due.
void chatters::say_what_is_due(steady::time_point& next)
{
    for (; next <= steady::now(); next += pause_between_chats) {
        const std::size_t number = samples_.size();
        samples_.push_back({next, {}});
        clients_[number % people].send_text(scale::chat("bystanders", std::to_string(number)));
    }
}

void chatters::hear(std::size_t who, const testing::frame& frame)
{
    require(frame.is_text(), "a bystander was closed with " + std::to_string(frame.close_code()));
    const auto said = read_message(frame.payload);
    const bool is_for_everyone = !said.payload.contains("room"); // an attacker who speaks to all: allowed
    if (said.type == "presence" || is_for_everyone) return;
    require(said.type == "chat", "a bystander was told " + std::string(frame.payload));
    const std::size_t offset = heard_[who]++;
    require(scale::number(said.payload, "offset") == offset + 1, "a bystander missed a message");
    const std::size_t number = std::stoul(std::string(scale::text(said.payload, "text")));
    if (offset == order_.size()) order_.push_back(number);
    require(order_[offset] == number, "two bystanders heard different things");
    if (who == number % people) note_own(samples_.at(number));
    heard_by_all_ = *std::ranges::min_element(heard_);
}

void chatters::note_own(sample& said)
{
    require(said.delay == steady::duration{}, "a bystander was heard twice");
    said.delay = steady::now() - said.due;
}

// --- newcomers -------------------------------------------------------------------------------------------------------

void newcomers::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

delays newcomers::between(steady::time_point begin, steady::time_point end) const
{
    std::vector<steady::duration> all;
    for (const auto& each : visits_)
        if (each.begin >= begin && each.begin < end) all.push_back(each.took);
    return summary(std::move(all));
}

bool newcomers::came_since(steady::time_point begin) const
{
    const std::lock_guard lock(mutex_);
    return ended_ || (!visits_.empty() && visits_.back().begin >= begin);
}

void newcomers::wait_for(std::size_t more)
{
    std::unique_lock lock(mutex_);
    const std::size_t enough = visits_.size() + 1 + more; // one may be under way
    changed_.wait(lock, [&] { return visits_.size() >= enough || ended_; });
}

void newcomers::live(std::uint16_t port)
{
    std::unique_lock lock(mutex_);
    const auto stopping = [this] { return stopping_; };
    try {
        for (auto next = steady::now(); !changed_.wait_until(lock, next, stopping); next += pause_between_visits) {
            lock.unlock();
            const auto begin = steady::now();
            come_in_and_go(port);
            const auto took = steady::now() - begin;
            lock.lock();
            visits_.push_back({begin, took});
            changed_.notify_all();
        }
    } catch (const std::exception& problem) {
        lock.lock();
        trouble_ = std::string("a newcomer: ") + problem.what();
    }
    ended_ = true;
    changed_.notify_all();
}

} // namespace chorus::attacks
