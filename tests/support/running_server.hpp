// running_server.hpp — a server at work on a thread of its own, for as long as a test needs it.
#pragma once

#include "support/ws_client.hpp"

#include <chorus/server/server.hpp>

#include <boost/test/unit_test.hpp>

#include <future>
#include <string>
#include <thread>

namespace chorus::testing {

// Runs the server until it is left; then whoever is still there is told to go, and cut by a second stop.
class running_server
{
public:
    explicit running_server(chorus::server& server) : server_(server)
    {
        std::promise<std::string> listening;
        server_.on_listening([&](const std::string& url) { listening.set_value(url); });
        thread_ = std::jthread([this] { server_.run(); });
        port_ = port_of(listening.get_future().get());
    }

    ~running_server()
    {
        server_.stop();
        server_.stop();
    }

    std::uint16_t port() const { return port_; }

private:
    // ws://127.0.0.1:12345/ws
    static std::uint16_t port_of(const std::string& url)
    {
        return static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
    }

    chorus::server& server_;
    std::uint16_t port_ = 0;
    std::jthread thread_; // last: it ends first
};

} // namespace chorus::testing
