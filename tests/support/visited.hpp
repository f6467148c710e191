// visited.hpp — a service, one connection to it over an in-memory pair, and time that a test moves by hand.
#pragma once

#include "coroutine_test.hpp"
#include "test_peer.hpp"

#include <chorus/core/scope.hpp>
#include <chorus/server/connection.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chorus::test {

using namespace std::chrono_literals;

inline const std::string big_body(64 * 1024, 'x');
inline const asset page{"/", "text/plain", "hello"}, big{"/big", "text/plain", big_body};

inline std::string get(std::string_view target, std::string_view fields = {})
{
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: chat.example\r\n" + std::string(fields) + "\r\n";
}

inline std::string upgrade_to(std::string_view target, const http_fields& fields = {})
{
    return upgrade_request("chat.example", target, make_key(), {}, fields);
}

// A service, one connection to it, and the client at its other end.
class visited
{
public:
    explicit visited(config settings = {}, std::size_t capacity = 256 * 1024)
        : visited(settings, make_memory_pair(capacity))
    {
    }
    ~visited()
    {
        peer.connection().cut();
        settle();
        BOOST_TEST(ended, "the connection outlives its client");
        in.reset();
        BOOST_TEST(shared.gate.connections() == 0U);
    }

    void settle()
    {
        for (bool moved = true; moved;) {
            moved = here.shard.poll() > 0;
            moved |= peer.listen();
            moved |= peer.push();
        }
    }
    void pass(duration time)
    {
        settle();
        here.clock.advance(time);
        settle();
    }

    // Says it, and gives what came back.
    std::string ask(std::string_view bytes)
    {
        if (!begun_) begin();
        peer.say(bytes);
        settle();
        return peer.heard_bytes();
    }
    // The status lines in it, by number: "200 404".
    std::string statuses(std::string_view bytes);

    void begin(std::string_view ip = "192.0.2.1")
    {
        begun_ = true;
        running_.spawn(run(*this, std::move(server_end_), std::move(*shared.gate.admit(ip))));
        settle();
    }

    test_shard here;
    service shared;
    server_counters counters;
    test_peer peer;
    std::optional<arrival> in; // once it may become a session
    bool ended = false;
    connection* talk = nullptr; // while it runs

private:
    visited(const config& settings, memory_transport::pair ends)
        : shared(settings), peer(std::move(ends.second)), server_end_(std::move(ends.first))
    {
        peer.hears_frames = false;
        shared.site.add(page);
        shared.site.add(big);
    }

    static task<> run(visited& all, transport_ptr to, admission place)
    {
        connection each(all.here.shard, all.shared, all.shared.front, all.counters, std::move(to), std::move(place));
        all.talk = &each;
        auto in = co_await each.run();
        all.talk = nullptr;
        if (in) all.in.emplace(std::move(*in));
        all.ended = true;
    }

    transport_ptr server_end_;
    bool begun_ = false;
    scope running_{here.shard.get_executor()};
};

inline std::string visited::statuses(std::string_view bytes)
{
    const auto heard = ask(bytes);
    std::string all;
    const std::string_view line = "HTTP/1.1 ";
    for (auto at = heard.find(line); at != heard.npos; at = heard.find(line, at + 1))
        all += (all.empty() ? "" : " ") + heard.substr(at + line.size(), 3);
    return all;
}

} // namespace chorus::test
