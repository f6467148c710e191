// server_thread.hpp — the real server in a thread of its own, and what a test says to it over real sockets.
#pragma once

#include "tcp_socket.hpp"
#include "ws_client.hpp"

#include <chorus/server/server.hpp>

#include <boost/describe/class.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <future>
#include <string>
#include <string_view>

namespace chorus::test {

using namespace std::chrono_literals;
using chorus::testing::tcp_socket;
using chorus::testing::ws_client;

inline constexpr auto patience = 20s; // nothing here takes that long; it is how a test that hangs ends

struct in_room
{
    std::string room;
};
BOOST_DESCRIBE_STRUCT(in_room, (), (room))

inline void join(session& from, in_room where) { from.hub().join(where.room); }

inline void talk(session& from, in_room where) { from.hub().publish(where.room, "chat", json{{"user", from.user()}}); }

inline config on_a_free_port()
{
    config settings;
    settings.listen = "127.0.0.1:0";
    settings.rate = 0;
    return settings;
}

// A server that runs in a thread of its own from here on, and has stopped at the end.
class server_thread
{
public:
    explicit server_thread(config settings = on_a_free_port()) : server(std::move(settings))
    {
        server.on<in_room>("join", join).on<in_room>("talk", talk);
        server.on_listening([this](const std::string& where) { url_.set_value(where); });
    }
    ~server_thread()
    {
        if (exit_code_.valid()) server.stop(), server.stop(), exit_code_.wait();
    }

    void start()
    {
        exit_code_ = std::async(std::launch::async, [this] { return server.run(); });
        auto listening = url_.get_future();
        BOOST_REQUIRE(listening.wait_for(patience) == std::future_status::ready);
        url = listening.get();
    }
    int exit_code()
    {
        BOOST_REQUIRE(exit_code_.wait_for(patience) == std::future_status::ready);
        return exit_code_.get();
    }

    std::uint16_t port() const
    {
        const auto digits = url.substr(url.rfind(':') + 1);
        return static_cast<std::uint16_t>(std::stoi(digits));
    }
    ws_client connect() const { return ws_client({.port = port()}); }

    chorus::server server;
    std::string url;

private:
    std::promise<std::string> url_;
    std::future<int> exit_code_;
};

// What a client hears next: "text ...", "close 1001 ...", "end" or "nothing".
inline std::string hear(ws_client& client)
{
    const auto frame = client.receive(patience);
    if (!frame) return client.ended() ? "end" : "nothing";
    if (frame->is_close())
        return "close " + std::to_string(frame->close_code()) + " " + std::string(frame->close_reason());
    return "text " + std::string(frame->payload);
}

// Reads over what is not meant.
inline std::string hear_of(ws_client& client, std::string_view type)
{
    const auto wanted = R"(text {"type":")" + std::string(type) + "\"";
    for (;;) {
        const auto heard = hear(client);
        if (heard.starts_with(wanted) || !heard.starts_with("text ")) return heard;
    }
}

inline std::string to_room(std::string_view type, std::string_view room)
{
    return R"({"type":")" + std::string(type) + R"(","payload":{"room":")" + std::string(room) + "\"}}";
}

inline std::string http_answer_to(std::uint16_t port, std::string_view request)
{
    tcp_socket socket({.port = port});
    BOOST_TEST(socket.send(request));
    std::string answer;
    while (socket.wait_readable(patience) && socket.read(answer) == chorus::testing::read_result::some)
        ;
    return answer;
}

inline std::string get_and_close(std::string_view path)
{
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
}

} // namespace chorus::test
