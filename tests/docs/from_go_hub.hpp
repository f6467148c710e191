// from_go_hub.hpp — The hub of a Go chat with channels and select, and a client's coroutine that speaks to it.
#pragma once

#include <chorus/core/bell.hpp>
#include <chorus/core/channel.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/net/transport.hpp>
#include <chorus/wire/frame.hpp>

#include <chrono>
#include <set>
#include <string_view>
#include <variant>

inline constexpr auto write_wait = std::chrono::seconds{10};
inline constexpr auto pong_wait = std::chrono::seconds{60};
inline constexpr auto ping_period = pong_wait * 9 / 10;

// [hub]
// What the hub knows of a client. It lives in the client's own coroutine, so a client that goes waits until it is
// forgotten, or the hub has ended.
struct client
{
    chorus::channel<chorus::shared_frame> outgoing{256};
};

struct departure
{
    client* who = nullptr;
    chorus::bell* forgotten = nullptr;
};

struct hub
{
    chorus::task<> run();
    void broadcast(const chorus::shared_frame& message);
    void close();

    chorus::channel<client*> registrations{16};
    chorus::channel<departure> unregistrations{16};
    chorus::channel<chorus::shared_frame> broadcasts{256};
    chorus::channel<std::monostate> done{1}; // carries nothing, and is closed when the hub has ended
    std::set<client*> clients;
};
// [/hub]

// Why a client's connection has ended, in words.
using reason = std::string_view;

chorus::task<reason> converse(hub& rooms, chorus::transport_ptr to, chorus::clock& time);
