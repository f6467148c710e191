// server_stop_test.cpp — every way in which the real server stops: who is told, who is waited for, and what is left.
#include "support/server_thread.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace chorus;
using namespace chorus::test;

namespace {

std::size_t open_descriptors()
{
    std::filesystem::directory_iterator each("/proc/self/fd"), end;
    return static_cast<std::size_t>(std::distance(each, end));
}

task<> post_what_throws(session&, message)
{
    asio::post(co_await asio::this_coro::executor, [] { throw std::runtime_error("oops"); });
}

// A server of two threads, in a process of its own, whose every message ends it.
class doomed_server
{
public:
    doomed_server()
    {
        std::array<int, 2> ends{};
        BOOST_REQUIRE(::pipe(ends.data()) == 0);
        id_ = ::fork();
        if (id_ == 0) run(ends[1]);
        ::close(ends[1]);
        std::array<char, 256> url{};
        const auto size = ::read(ends[0], url.data(), url.size());
        ::close(ends[0]);
        BOOST_REQUIRE(size > 0);
        const std::string_view where(url.data(), static_cast<std::size_t>(size));
        port_ = static_cast<std::uint16_t>(std::stoi(std::string(where.substr(where.rfind(':') + 1))));
    }

    std::uint16_t port() const { return port_; }
    int signal_that_ended_it() const
    {
        int status = 0;
        ::waitpid(id_, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }

private:
    [[noreturn]] static void run(int tell)
    {
        std::signal(SIGABRT, SIG_DFL);
        const rlimit no_core{};
        ::setrlimit(RLIMIT_CORE, &no_core);
        ::alarm(std::chrono::seconds(patience).count()); // it may not end
        auto settings = on_a_free_port();
        settings.threads = 2;
        server doomed(settings);
        doomed.on_message(post_what_throws);
        doomed.on_listening([tell](const std::string& url) {
            if (::write(tell, url.data(), url.size()) < 0) ::_exit(1);
        });
        try {
            doomed.run();
        } catch (...) {
            ::_exit(2);
        }
        ::_exit(0);
    }

    pid_t id_ = -1;
    std::uint16_t port_ = 0;
};

// For the stacks of some of its threads there is no room.
bool starts_in_little_room()
{
    auto settings = on_a_free_port();
    settings.threads = 32;
    server crowded(settings);
    crowded.on_listening([&](const std::string&) { crowded.stop(); });
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const auto size = pages * static_cast<std::size_t>(::getpagesize());
    rlimit little{};
    ::getrlimit(RLIMIT_AS, &little);
    little.rlim_cur = size + 64 * 1024 * 1024;
    ::setrlimit(RLIMIT_AS, &little);
    try {
        crowded.run();
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_server_stop)

BOOST_AUTO_TEST_CASE(stopped_with_nobody_there_it_ends_with_0)
{
    server_thread here;
    here.start();
    here.server.stop();
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(stopped_before_it_runs_it_does_not_stay)
{
    server_thread here;
    here.server.stop();
    here.start();
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(a_signal_stops_it_like_a_call)
{
    server_thread here;
    here.start();
    std::raise(SIGTERM);
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(members_that_answer_the_goodbye_let_it_end_with_0)
{
    server_thread here;
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
    server_thread here(settings);
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
    server_thread here(settings);
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
    server_thread here(settings);
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
    server_thread here(settings);
    here.start();
    auto ann = here.connect();
    here.server.stop();
    BOOST_TEST(hear(ann) == "close 1001 server shutting down");
    BOOST_TEST(http_answer_to(here.port(), get_and_close("/healthz")).starts_with("HTTP/1.1 200 "));
    BOOST_TEST(http_answer_to(here.port(), get_and_close("/readyz")).starts_with("HTTP/1.1 503 "));
    const auto refused = http_answer_to(here.port(), chorus::testing::upgrade_request("/ws"));
    BOOST_TEST(refused.starts_with("HTTP/1.1 503 "));
    BOOST_TEST(refused.find("\r\nRetry-After: ") != refused.npos);
}

BOOST_AUTO_TEST_CASE(half_open_handshakes_do_not_keep_it)
{
    server_thread here;
    here.start();
    tcp_socket silent({.port = here.port()}), halfway({.port = here.port()});
    halfway.send("GET /ws HT");
    auto ann = here.connect(); // so that both before it have been accepted
    ann.cut();
    here.server.stop();
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(what_escapes_a_loop_ends_the_process_whichever_thread_it_is)
{
    for (const int client : {1, 2}) { // each is on another shard
        doomed_server here;
        std::vector<ws_client> clients;
        for (int each = 0; each < client; ++each)
            clients.emplace_back(chorus::testing::connect_options{.port = here.port()});
        clients.back().send_text("fail");
        BOOST_TEST(here.signal_that_ended_it() == SIGABRT);
    }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // which need room of their own
BOOST_AUTO_TEST_CASE(without_room_for_all_its_threads_it_does_not_start)
{
    const auto child = ::fork();
    if (child == 0) {
        ::alarm(std::chrono::seconds(patience).count()); // it may not end
        ::_exit(starts_in_little_room() ? 0 : 2);
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(WIFEXITED(status));
    BOOST_TEST(WEXITSTATUS(status) == 2);
}
#endif

BOOST_AUTO_TEST_CASE(nothing_is_left_open)
{
    const auto before = open_descriptors();
    for (int each = 0; each < 3; ++each) {
        auto settings = on_a_free_port();
        settings.threads = 2;
        server_thread here(settings);
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
