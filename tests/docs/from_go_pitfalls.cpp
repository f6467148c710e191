// from_go_pitfalls.cpp — Three mistakes that are easy to make in both languages, each beside what to do instead.
#include <chorus/core/channel.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/core/scope.hpp>
#include <chorus/core/shard.hpp>
#include <chorus/net/transport.hpp>
#include <chorus/wire/frame.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;

// [write all]
// As much at a time as the other side takes; in between, other coroutines have their turn.
chorus::task<> write_all(chorus::transport& to, std::string bytes)
{
    std::string_view rest = bytes;
    while (!rest.empty()) {
        chorus::error_code error;
        const auto buffer = boost::asio::buffer(rest.data(), rest.size());
        rest.remove_prefix(to.write_some({&buffer, 1}, error));
        if (!error)
            co_await chorus::yield();
        else if (error == boost::asio::error::would_block)
            co_await to.writable();
        else
            co_return;
    }
}
// [/write all]

std::string frame_of(std::string_view text)
{
    return std::string(chorus::make_frame(chorus::opcode::text, text)->bytes());
}

// [two writers]
void say_at_once(chorus::scope& running, chorus::transport& to, std::string_view text)
{
    running.spawn(write_all(to, frame_of(text)));
}
// [/two writers]

// [one writer]
constexpr auto write_wait = 10s;

chorus::task<> write_loop(chorus::transport& to, chorus::channel<std::string>& outgoing, chorus::clock& time)
{
    chorus::alarm patience(time, [&to] { to.cut(); });
    for (;;) {
        const auto next = co_await outgoing.receive();
        if (!next) co_return to.close();
        patience.set(time.now() + write_wait);
        co_await write_all(to, *next);
        patience.clear();
    }
}

chorus::sent say_in_turn(chorus::channel<std::string>& outgoing, std::string_view text)
{
    return outgoing.try_send(frame_of(text));
}
// [/one writer]

// [echo once]
// False: the connection has ended.
chorus::task<bool> echo_once(chorus::transport& to)
{
    auto [error] = co_await to.readable();
    std::array<char, 512> buffer;
    const auto count = to.read_some(buffer, error);
    if (error && error != boost::asio::error::would_block) co_return false;
    co_await write_all(to, std::string(buffer.data(), count));
    co_return true;
}
// [/echo once]

// [unowned]
chorus::task<> echo_for_ever(chorus::transport_ptr to)
{
    for (bool alive = true; alive;)
        alive = co_await echo_once(*to);
}

void serve_and_forget(chorus::shard& here, chorus::transport_ptr to)
{
    boost::asio::co_spawn(here.get_executor(), echo_for_ever(std::move(to)), boost::asio::detached);
}
// [/unowned]

// [owned]
constexpr auto pong_wait = 60s;

chorus::task<> echo_while_it_lives(chorus::transport_ptr to, chorus::clock& time)
{
    chorus::alarm silence(time, [&to] { to->cut(); });
    for (bool alive = true; alive;) {
        silence.set(time.now() + pong_wait);
        alive = co_await echo_once(*to);
    }
}

void serve(chorus::scope& running, chorus::transport_ptr to, chorus::clock& time)
{
    running.spawn(echo_while_it_lives(std::move(to), time));
}
// [/owned]

// [waiting broadcast]
chorus::task<> broadcast_and_wait(std::vector<chorus::transport*> members, std::string text)
{
    for (auto* const each : members)
        co_await write_all(*each, frame_of(text));
}
// [/waiting broadcast]

// [bounded broadcast]
using outgoing_messages = chorus::channel<std::string>;

void broadcast_or_close(std::vector<outgoing_messages*>& members, std::string_view text)
{
    std::erase_if(members, [&](outgoing_messages* each) {
        if (say_in_turn(*each, text) == chorus::sent::queued) return false;
        each->close(); // its write loop ends, and with it the connection; the client may come back
        return true;
    });
}
// [/bounded broadcast]
