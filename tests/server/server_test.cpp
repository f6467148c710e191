// server_test.cpp — the real server on a real port: starts, serves several threads, and stops in every way it can.
#include "support/tcp_socket.hpp"
#include "support/ws_client.hpp"

#include <chorus/server/server.hpp>

#include <boost/describe/class.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace chorus;
using namespace std::chrono_literals;
using chorus::testing::tcp_socket;
using chorus::testing::ws_client;

namespace {

constexpr auto patience = 20s; // nothing here takes that long; it is how a test that hangs ends

struct in_room
{
    std::string room;
};
BOOST_DESCRIBE_STRUCT(in_room, (), (room))

void join(session& from, in_room where) { from.hub().join(where.room); }

void talk(session& from, in_room where) { from.hub().publish(where.room, "chat", json{{"user", from.user()}}); }

config on_a_free_port()
{
    config settings;
    settings.listen = "127.0.0.1:0";
    settings.rate = 0;
    return settings;
}

// A server that runs in a thread of its own from here on, and has stopped at the end.
class running_server
{
public:
    explicit running_server(config settings = on_a_free_port()) : server(std::move(settings))
    {
        server.on<in_room>("join", join).on<in_room>("talk", talk);
        server.on_listening([this](const std::string& where) { url_.set_value(where); });
    }
    ~running_server()
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
std::string hear(ws_client& client)
{
    const auto frame = client.receive(patience);
    if (!frame) return client.ended() ? "end" : "nothing";
    if (frame->is_close())
        return "close " + std::to_string(frame->close_code()) + " " + std::string(frame->close_reason());
    return "text " + std::string(frame->payload);
}

// Reads over what is not meant.
std::string hear_of(ws_client& client, std::string_view type)
{
    const auto wanted = R"(text {"type":")" + std::string(type) + "\"";
    for (;;) {
        const auto heard = hear(client);
        if (heard.starts_with(wanted) || !heard.starts_with("text ")) return heard;
    }
}

std::string to_room(std::string_view type, std::string_view room)
{
    return R"({"type":")" + std::string(type) + R"(","payload":{"room":")" + std::string(room) + "\"}}";
}

std::string http_answer_to(std::uint16_t port, std::string_view request)
{
    tcp_socket socket({.port = port});
    BOOST_TEST(socket.send(request));
    std::string answer;
    while (socket.wait_readable(patience) && socket.read(answer) == chorus::testing::read_result::some)
        ;
    return answer;
}

std::string get(std::string_view path)
{
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
}

// As long as it lives, the process can open so many descriptors more.
class few_descriptors
{
public:
    explicit few_descriptors(unsigned count)
    {
        ::getrlimit(RLIMIT_NOFILE, &usual_);
        std::vector<int> next;
        for (unsigned each = 0; each < count; ++each)
            next.push_back(::dup(0));
        auto few = usual_;
        few.rlim_cur = static_cast<rlim_t>(next.back()) + 1;
        for (const int each : next)
            ::close(each);
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~few_descriptors() { ::setrlimit(RLIMIT_NOFILE, &usual_); }
    few_descriptors(const few_descriptors&) = delete;
    few_descriptors& operator=(const few_descriptors&) = delete;

private:
    rlimit usual_{};
};

std::size_t open_descriptors()
{
    std::filesystem::directory_iterator each("/proc/self/fd"), end;
    return static_cast<std::size_t>(std::distance(each, end));
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_server)

BOOST_AUTO_TEST_CASE(it_tells_where_it_listens_once_it_does)
{
    running_server here;
    here.start();
    BOOST_TEST(here.url.starts_with("ws://127.0.0.1:"));
    BOOST_TEST(here.url.ends_with("/ws"));
    BOOST_TEST(here.port() != 0);
    BOOST_TEST(http_answer_to(here.port(), get("/healthz")).ends_with("ok\n"));
}

BOOST_AUTO_TEST_CASE(stopped_with_nobody_there_it_ends_with_0)
{
    running_server here;
    here.start();
    here.server.stop();
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(stopped_before_it_runs_it_does_not_stay)
{
    running_server here;
    here.server.stop();
    here.start();
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(a_signal_stops_it_like_a_call)
{
    running_server here;
    here.start();
    std::raise(SIGTERM);
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(members_that_answer_the_goodbye_let_it_end_with_0)
{
    running_server here;
    here.start();
    auto ann = here.connect(), bob = here.connect();
    here.server.stop();
    for (auto* const each : {&ann, &bob}) {
        BOOST_TEST(hear(*each) == "close 1001 server shutting down");
        each->send_close(1001);
        BOOST_TEST(hear(*each) == "end");
        BOOST_TEST(!each->was_cut());
    }
    {
        const auto gone = std::move(ann), gone_too = std::move(bob);
    }
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(a_member_that_does_not_answer_is_cut_and_it_ends_with_1)
{
    auto settings = on_a_free_port();
    settings.close_wait = settings.slow_close_wait = 50ms;
    running_server here(settings);
    here.start();
    auto ann = here.connect();
    here.server.stop();
    BOOST_TEST(hear(ann) == "close 1001 server shutting down");
    BOOST_TEST(here.exit_code() == 1);
    BOOST_TEST(hear(ann) == "end");
    BOOST_TEST(ann.was_cut());
}

BOOST_AUTO_TEST_CASE(at_the_end_of_the_drain_whoever_is_left_is_cut)
{
    auto settings = on_a_free_port();
    settings.close_wait = 60s;
    settings.drain_timeout = 100ms;
    running_server here(settings);
    here.start();
    auto ann = here.connect();
    here.server.stop();
    BOOST_TEST(here.exit_code() == 1);
}

BOOST_AUTO_TEST_CASE(a_second_stop_cuts_at_once)
{
    auto settings = on_a_free_port();
    settings.close_wait = 60s;
    settings.drain_timeout = 600s;
    running_server here(settings);
    here.start();
    auto ann = here.connect();
    here.server.stop();
    BOOST_TEST(hear(ann) == "close 1001 server shutting down");
    here.server.stop();
    BOOST_TEST(here.exit_code() == 1);
}

BOOST_AUTO_TEST_CASE(while_it_drains_it_is_alive_not_ready_and_lets_nobody_in)
{
    auto settings = on_a_free_port();
    settings.close_wait = 60s;
    settings.drain_timeout = 600s;
    running_server here(settings);
    here.start();
    auto ann = here.connect();
    here.server.stop();
    BOOST_TEST(hear(ann) == "close 1001 server shutting down");
    BOOST_TEST(http_answer_to(here.port(), get("/healthz")).starts_with("HTTP/1.1 200 "));
    BOOST_TEST(http_answer_to(here.port(), get("/readyz")).starts_with("HTTP/1.1 503 "));
    const auto refused = http_answer_to(here.port(), chorus::testing::upgrade_request("/ws"));
    BOOST_TEST(refused.starts_with("HTTP/1.1 503 "));
    BOOST_TEST(refused.find("\r\nRetry-After: ") != refused.npos);
}

BOOST_AUTO_TEST_CASE(half_open_handshakes_do_not_keep_it)
{
    running_server here;
    here.start();
    tcp_socket silent({.port = here.port()}), halfway({.port = here.port()});
    halfway.send("GET /ws HT");
    auto ann = here.connect(); // so that both before it have been accepted
    ann.cut();
    here.server.stop();
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(a_second_server_cannot_take_the_port_and_says_why)
{
    running_server here;
    here.start();
    auto settings = on_a_free_port();
    settings.listen = "127.0.0.1:" + std::to_string(here.port());
    server second(settings);
    BOOST_CHECK_EXCEPTION(second.run(), std::runtime_error, [&](const std::runtime_error& wrong) {
        const std::string what = wrong.what();
        return what.starts_with("cannot listen on " + settings.listen + ": ");
    });
    BOOST_TEST(!second.publish(std::string(everyone), "news", json(1)));
    BOOST_TEST(http_answer_to(here.port(), get("/healthz")).ends_with("ok\n"));
}

BOOST_AUTO_TEST_CASE(a_server_that_could_not_listen_may_try_again)
{
    std::optional<running_server> first(std::in_place);
    first->start();
    auto settings = on_a_free_port();
    settings.listen = "127.0.0.1:" + std::to_string(first->port());
    running_server second(settings);
    BOOST_CHECK_THROW(second.server.run(), std::runtime_error);
    first.reset();
    second.start();
    second.server.stop();
    BOOST_TEST(second.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(a_config_that_does_not_hold_together_is_refused_before_anything_runs)
{
    config settings;
    settings.threads = 0;
    BOOST_CHECK_THROW(server{settings}, std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(any_thread_may_publish_to_everyone)
{
    auto settings = on_a_free_port();
    settings.threads = 2;
    running_server here(settings);
    here.start();
    auto ann = here.connect(), bob = here.connect();
    std::thread([&] { BOOST_TEST(here.server.publish(std::string(everyone), "news", json{{"n", 1}})); }).join();
    for (auto* const each : {&ann, &bob})
        BOOST_TEST(hear(*each) == R"(text {"type":"news","payload":{"n":1}})");
    here.server.stop(), here.server.stop();
    here.exit_code();
    BOOST_TEST(!here.server.publish(std::string(everyone), "news", json{{"n", 2}}));
}

BOOST_AUTO_TEST_CASE(any_thread_may_publish_to_a_room_wherever_its_home_is)
{
    auto settings = on_a_free_port();
    settings.threads = 3;
    running_server here(settings);
    here.start();
    auto ann = here.connect();
    for (const std::string room : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
        ann.send_text(to_room("join", room));
        BOOST_TEST(hear_of(ann, "joined").starts_with("text "));
        BOOST_TEST(here.server.publish(room, "news", json{{"n", 1}}));
        BOOST_TEST(hear_of(ann, "news") ==
                   R"(text {"type":"news","payload":{"room":")" + room + R"(","offset":1,"n":1}})");
    }
}

BOOST_AUTO_TEST_CASE(all_members_of_a_room_hear_the_same_order_at_any_number_of_threads)
{
    constexpr int clients = 8, messages = 25;
    for (const unsigned threads : {1U, 4U}) {
        auto settings = on_a_free_port();
        settings.threads = threads;
        running_server here(settings);
        here.start();
        std::vector<ws_client> all;
        for (int each = 0; each < clients; ++each) {
            all.push_back(here.connect());
            all.back().send_text(to_room("join", "room"));
            BOOST_TEST(hear_of(all.back(), "joined").starts_with("text "));
        }
        for (int each = 0; each < messages; ++each)
            for (auto& client : all)
                client.send_text(to_room("talk", "room"));
        std::map<std::string, int> orders;
        for (auto& client : all) {
            std::string order;
            for (int each = 0; each < clients * messages; ++each)
                order += hear_of(client, "chat") + "\n";
            ++orders[order];
        }
        BOOST_TEST(orders.size() == 1U);
        const auto last = "\"offset\":" + std::to_string(clients * messages) + ",";
        BOOST_TEST(orders.begin()->first.find(last) != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(connections_are_spread_over_the_threads)
{
    auto settings = on_a_free_port();
    settings.threads = 4;
    running_server here(settings);
    here.server.on_message([](session& from, const chorus::message&) -> work {
        std::ostringstream thread;
        thread << std::this_thread::get_id();
        from.send_text(thread.str());
        return {};
    });
    here.start();
    std::vector<ws_client> all;
    std::map<std::string, int> threads;
    for (int each = 0; each < 8; ++each) {
        all.push_back(here.connect());
        all.back().send_text("?");
        ++threads[hear(all.back())];
    }
    BOOST_TEST(threads.size() == 4U);
    for (const auto& [thread, count] : threads)
        BOOST_TEST(count == 2, thread);
}

BOOST_AUTO_TEST_CASE(a_session_can_be_posted_to_while_the_server_runs)
{
    running_server here;
    std::promise<session_ref> opened;
    here.server.on_open([&](session& who) { opened.set_value(who.ref()); });
    here.start();
    auto ann = here.connect();
    const auto ref = opened.get_future().get();
    BOOST_TEST(ref.post_text("hello"));
    BOOST_TEST(hear(ann) == "text hello");
}

BOOST_AUTO_TEST_CASE(without_descriptors_it_pauses_and_goes_on_when_there_are_some)
{
    running_server here;
    here.start();
    BOOST_TEST(http_answer_to(here.port(), get("/healthz")).ends_with("ok\n"));
    std::optional<few_descriptors> only_one(std::in_place, 1U);
    tcp_socket waiting({.port = here.port()}); // takes it, and leaves none for the server's end
    BOOST_TEST(waiting.send(get("/healthz")));
    BOOST_TEST(!waiting.wait_readable(50ms));
    only_one.reset();
    BOOST_TEST(waiting.wait_readable(patience));
}

BOOST_AUTO_TEST_CASE(nothing_is_left_open)
{
    const auto before = open_descriptors();
    for (int each = 0; each < 3; ++each) {
        auto settings = on_a_free_port();
        settings.threads = 2;
        running_server here(settings);
        here.start();
        auto ann = here.connect(), bob = here.connect();
        tcp_socket halfway({.port = here.port()});
        ann.send_text(to_room("join", "room"));
        BOOST_TEST(hear_of(ann, "joined").starts_with("text "));
        here.server.stop(), here.server.stop();
        here.exit_code();
    }
    BOOST_TEST(open_descriptors() == before);
}

BOOST_AUTO_TEST_SUITE_END()
