// socket_world.hpp — one open WebSocket with a server that a test plays behind it, and time that it moves by hand.
#pragma once

#include "coroutine_test.hpp"
#include "far_end.hpp"

#include <chorus/client/websocket.hpp>
#include <chorus/core/scope.hpp>
#include <chorus/wire/inflater.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace chorus::test {

using namespace std::chrono_literals;

// Set the limits, then `begin`. Its work notes what it reads, as long as it is to read.
class socket_world
{
public:
    explicit socket_world(std::size_t capacity = 64 * 1024) : socket_world(make_memory_pair(capacity)) {}
    ~socket_world()
    {
        if (socket) socket->cut();
        read(true);
        BOOST_TEST(!socket, "the socket still runs after it was cut");
        BOOST_TEST(running_.size() == 0U);
    }

    websocket& begin(upgrade agreed = {}, std::string early = {})
    {
        server.hear_no_handshake();
        running_.spawn(live(*this, std::move(agreed), std::move(early)));
        settle();
        return *socket;
    }

    void settle()
    {
        for (bool moved = true; moved;) {
            moved = here.shard.poll() > 0;
            moved |= server.listen();
            moved |= server.push();
        }
    }
    void pass(duration time)
    {
        settle();
        for (constexpr duration step = 100ms; time > duration::zero(); time -= step) {
            here.clock.advance(std::min(time, step));
            settle();
        }
    }
    void say(std::string_view bytes) { server.say(bytes), settle(); }
    std::string server_heard() { return settle(), server.heard(); }
    std::string heard() { return settle(), std::exchange(heard_, {}); }
    void read(bool on)
    {
        reads = on;
        wake_.ring();
        settle();
    }

    // "closed_by_peer 1000 bye (clean)"; "runs" while it does.
    std::string outcome() const
    {
        if (!end) return "runs";
        auto text = std::string(to_string(end->why)) + " " + std::to_string(static_cast<unsigned>(end->code));
        if (!end->detail.empty()) text += " " + end->detail;
        return end->clean ? text + " (clean)" : text;
    }

    test_shard here;
    websocket_limits limits;
    send_queue queue{{.messages = 8, .bytes = 1000}};
    far_end server;
    websocket* socket = nullptr; // while it runs
    std::optional<connection_end> end;
    bool reads = true;

private:
    explicit socket_world(memory_transport::pair ends)
        : server(std::move(ends.second)), client_end_(std::move(ends.first))
    {
    }

    static task<> live(socket_world& all, upgrade agreed, std::string early)
    {
        opened from{std::move(all.client_end_), std::move(agreed), std::move(early)};
        websocket socket(all.here.shard, std::move(from), all.queue, all.limits);
        all.socket = &socket;
        all.end = co_await socket.run(work(all));
        all.socket = nullptr;
    }

    static task<> work(socket_world& all)
    {
        for (;;) {
            while (!all.reads)
                co_await all.wake_.wait();
            const auto message = co_await all.socket->read();
            if (!message) co_return;
            all.heard_ += (all.heard_.empty() ? "" : " | ") +
                          std::string(message->op == opcode::text ? "text " : "binary ") + message->payload;
        }
    }

    transport_ptr client_end_;
    std::string heard_;
    bell wake_;
    scope running_{here.shard.get_executor()};
};

} // namespace chorus::test
