// crowd.hpp — many WebSocket clients read by one thread, so that a test can be a thousand people.
#pragma once

#include "support/ws_client.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

namespace chorus::testing {

// Clients by number. One thread. Number i is empty until connect(i), and again once it was dropped or its connection
// has ended.
class crowd
{
public:
    explicit crowd(std::size_t size) : clients_(size), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}
    crowd(const crowd&) = delete;
    crowd& operator=(const crowd&) = delete;
    ~crowd() { ::close(epoll_); }

    std::size_t size() const { return clients_.size(); }
    bool is_empty() const
    {
        return std::ranges::all_of(clients_, [](const auto& client) { return client == nullptr; });
    }
    bool has(std::size_t number) const { return clients_[number] != nullptr; }
    ws_client& operator[](std::size_t number) { return *clients_[number]; }

    void connect(std::size_t number, const connect_options& options, std::string_view target = "/ws");
    // The same, for somebody whose frames pump() leaves in the socket.
    void connect_deaf(std::size_t number, const connect_options& options, std::string_view target = "/ws");
    void drop(std::size_t number) { clients_[number].reset(); }

    // Waits until somebody has something, then gives on_frame(number, frame) every whole frame that has come. True when
    // there was something. on_frame may send, but must not connect or drop.
    template <class OnFrame> bool pump(milliseconds timeout, OnFrame on_frame);

    // Pumps until `done()` or the time is up; answers done().
    template <class OnFrame, class Done> bool pump_until(milliseconds timeout, OnFrame on_frame, Done done);

private:
    std::vector<std::unique_ptr<ws_client>> clients_;
    int epoll_;
};

inline void crowd::connect(std::size_t number, const connect_options& options, std::string_view target)
{
    connect_deaf(number, options, target);
    epoll_event interest{.events = EPOLLIN, .data = {.u64 = number}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[number]->descriptor(), &interest);
}

inline void crowd::connect_deaf(std::size_t number, const connect_options& options, std::string_view target)
{
    clients_[number] = std::make_unique<ws_client>(options, target);
}

template <class OnFrame> bool crowd::pump(milliseconds timeout, OnFrame on_frame)
{
    epoll_event events[256];
    const int ready = ::epoll_wait(epoll_, events, 256, static_cast<int>(timeout.count()));
    for (int i = 0; i < ready; ++i) {
        const std::size_t number = events[i].data.u64;
        ws_client& client = *clients_[number];
        client.read();
        while (const auto found = client.next())
            on_frame(number, *found);
        if (client.ended()) drop(number);
    }
    return ready > 0;
}

template <class OnFrame, class Done> bool crowd::pump_until(milliseconds timeout, OnFrame on_frame, Done done)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (!done() && std::chrono::steady_clock::now() < deadline)
        pump(milliseconds{50}, on_frame);
    return done();
}

} // namespace chorus::testing
