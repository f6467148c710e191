// drain_test.cpp — SIGTERM with a thousand clients: what each of them, a load balancer and the shell get to see.
#include "scale/chat.hpp"
#include "support/crowd.hpp"
#include "support/http_client.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>

namespace chorus::scale {

namespace {

constexpr std::size_t people = sanitized ? 200 : 1000;

// A crowd that notes who was told to go, and answers each Close as the RFC asks.
struct guests
{
    testing::crowd clients{people};
    std::size_t told = 0;

    explicit guests(std::uint16_t port)
    {
        for (std::size_t i = 0; i < people; ++i)
            clients.connect(i, {.port = port});
    }

    // Was each told, and did the server then end each connection?
    bool are_all_sent_home(milliseconds timeout)
    {
        const auto on_frame = [&](std::size_t number, const testing::frame& frame) {
            if (frame.is_close()) be_told(number, frame);
        };
        return clients.pump_until(timeout, on_frame, [&] { return clients.is_empty(); }) && told == people;
    }

    void be_told(std::size_t number, const testing::frame& frame)
    {
        require(frame.close_code() == 1001, "a close code other than 1001: " + std::to_string(frame.close_code()));
        require(frame.close_reason() == "server shutting down", "another reason: " + std::string(frame.close_reason()));
        clients[number].send_close(1001);
        ++told;
    }
};

// One client that sees the Close and says nothing back: what keeps a server draining.
struct silent_guest
{
    testing::ws_client client;

    explicit silent_guest(std::uint16_t port) : client({.port = port}) {}

    // Comes to its senses: answers, and goes once the server has ended the connection.
    void leave()
    {
        client.send_close(1001);
        while (client.receive(5s)) {
        }
        client.cut();
    }

    bool is_told()
    {
        while (const auto frame = client.receive(10s))
            if (frame->is_close()) return frame->close_code() == 1001;
        return false;
    }
};

milliseconds since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

} // namespace

BOOST_AUTO_TEST_SUITE(scale_drain)

BOOST_AUTO_TEST_CASE(everybody_is_told_and_the_server_ends_with_zero)
{
    testing::program server = start_chat({"--drain-timeout", "15"});
    guests guests{server.port()};
    const auto start = std::chrono::steady_clock::now();
    server.signal(SIGTERM);
    BOOST_TEST(guests.are_all_sent_home(15s));
    BOOST_TEST(server.wait(15s).value_or(-1) == 0);
    BOOST_TEST_MESSAGE(people << " clients drained in " << since(start).count() << " ms");
    BOOST_TEST(since(start).count() < 15'000);
}

BOOST_AUTO_TEST_CASE(a_draining_server_is_alive_but_takes_nobody_new)
{
    testing::program server = start_chat({"--drain-timeout", "20"});
    silent_guest last{server.port()};
    BOOST_TEST(testing::http_get(server.port(), "/readyz").starts_with("HTTP/1.1 200"));
    server.signal(SIGTERM);
    BOOST_TEST(last.is_told());

    BOOST_TEST(testing::http_get(server.port(), "/healthz").starts_with("HTTP/1.1 200"));
    const std::string ready = testing::http_get(server.port(), "/readyz");
    BOOST_TEST(ready.starts_with("HTTP/1.1 503"));
    BOOST_TEST((ready.find("\r\nRetry-After: ") != std::string::npos), ready);
    const std::string upgrade = testing::http_request(server.port(), testing::upgrade_request("/ws"));
    BOOST_TEST(upgrade.starts_with("HTTP/1.1 503"));
    BOOST_TEST((upgrade.find("\r\nRetry-After: ") != std::string::npos), upgrade);

    last.leave();
    BOOST_TEST(server.wait(5s).value_or(-1) == 0);
}

BOOST_AUTO_TEST_CASE(who_does_not_answer_is_cut_at_the_deadline_and_the_exit_code_says_so)
{
    testing::program server = start_chat({"--drain-timeout", "2"});
    silent_guest stubborn{server.port()};
    const auto start = std::chrono::steady_clock::now();
    server.signal(SIGTERM);
    BOOST_TEST(stubborn.is_told());
    BOOST_TEST(server.wait(10s).value_or(-1) == 1);
    BOOST_TEST(since(start).count() < 4'000);
}

BOOST_AUTO_TEST_CASE(a_second_signal_cuts_at_once)
{
    testing::program server = start_chat({"--drain-timeout", "30"});
    silent_guest stubborn{server.port()};
    server.signal(SIGTERM);
    BOOST_TEST(stubborn.is_told());
    const auto start = std::chrono::steady_clock::now();
    server.signal(SIGTERM);
    BOOST_TEST(server.wait(10s).value_or(-1) == 1);
    BOOST_TEST(since(start).count() < 2'000);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus::scale
