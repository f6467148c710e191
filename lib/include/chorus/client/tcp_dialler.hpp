// tcp_dialler.hpp — Connects to a host or a Unix socket: looks up the name, and tries every address in turn.
#pragma once

#include <chorus/client/dialler.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/core/shard.hpp>
#include <chorus/net/socket_transport.hpp>

#include <chrono>
#include <functional>
#include <vector>

namespace chorus {

struct dial_limits
{
    std::chrono::milliseconds resolve_wait = std::chrono::seconds{10}; // for the name
    // For all addresses together. Each may take its equal part of what is left, so that one that swallows packets does
    // not use up the time of those behind it.
    std::chrono::milliseconds connect_wait = std::chrono::seconds{10};
};

// The system's resolver works on a thread of Asio's and cannot be interrupted: a look-up that is given up ends there by
// itself, and the shard's destructor waits for it. A number needs none.
class tcp_dialler final : public dialler
{
public:
    explicit tcp_dialler(shard& where, dial_limits limits = {}) : shard_(where), limits_(limits) {}

    task<result<transport_ptr>> dial(address to) override;
    void give_up() override;

private:
    using endpoint = stream_socket::endpoint_type;
    using endpoints = std::vector<endpoint>;

    task<result<endpoints>> find(address what);
    task<result<endpoints>> look_up(address what);
    task<error_code> connect(stream_socket& socket, endpoint to, time_point deadline);

    shard& shard_;
    dial_limits limits_;
    std::function<void()> end_wait_; // while something is waited for
    bool given_up_ = false;
};

} // namespace chorus
