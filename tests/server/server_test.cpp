// server_test.cpp — the real server on a real port: where it listens, how its threads share the work, what it survives.
#include "support/descriptor_limit.hpp"
#include "support/server_thread.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace chorus;
using namespace chorus::test;

namespace {

// The limit under which the process can open so many descriptors more.
rlim_t limit_for(unsigned more)
{
    std::vector<int> next;
    for (unsigned each = 0; each < more; ++each)
        next.push_back(::dup(0));
    for (const int each : next)
        ::close(each);
    return static_cast<rlim_t>(next.back()) + 1;
}

int next_descriptor()
{
    const int next = ::dup(0);
    ::close(next);
    return next;
}

// The server's end of a connection closes after ours.
bool wait_until_next_is(int descriptor)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (next_descriptor() != descriptor && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    return next_descriptor() == descriptor;
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_server)

BOOST_AUTO_TEST_CASE(it_tells_where_it_listens_once_it_does)
{
    server_thread here;
    here.start();
    BOOST_TEST(here.url.starts_with("ws://127.0.0.1:"));
    BOOST_TEST(here.url.ends_with("/ws"));
    BOOST_TEST(here.port() != 0);
    BOOST_TEST(http_answer_to(here.port(), get_and_close("/healthz")).ends_with("ok\n"));
}

BOOST_AUTO_TEST_CASE(a_second_server_cannot_take_the_port_and_says_why)
{
    server_thread here;
    here.start();
    auto settings = on_a_free_port();
    settings.listen = "127.0.0.1:" + std::to_string(here.port());
    server second(settings);
    BOOST_CHECK_EXCEPTION(second.run(), std::runtime_error, [&](const std::runtime_error& wrong) {
        const std::string what = wrong.what();
        return what.starts_with("cannot listen on " + settings.listen + ": ");
    });
    BOOST_TEST(!second.publish(std::string(everyone), "news", json(1)));
    BOOST_TEST(http_answer_to(here.port(), get_and_close("/healthz")).ends_with("ok\n"));
}

BOOST_AUTO_TEST_CASE(a_server_that_could_not_listen_may_try_again)
{
    std::optional<server_thread> first(std::in_place);
    first->start();
    auto settings = on_a_free_port();
    settings.listen = "127.0.0.1:" + std::to_string(first->port());
    server_thread second(settings);
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
    server_thread here(settings);
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
    server_thread here(settings);
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
        server_thread here(settings);
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
    server_thread here(settings);
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
    server_thread here;
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
    server_thread here;
    here.start();
    const auto ann = here.connect(); // from now on the server opens none but for those who come
    const auto next = next_descriptor();
    BOOST_TEST(http_answer_to(here.port(), get_and_close("/healthz")).ends_with("ok\n"));
    BOOST_TEST(wait_until_next_is(next));
    std::optional<descriptor_limit> only_one(std::in_place, limit_for(1));
    tcp_socket waiting({.port = here.port()}); // takes it, and leaves none for the server's end
    BOOST_TEST(waiting.send(get_and_close("/healthz")));
    BOOST_TEST(!waiting.wait_readable(50ms));
    only_one.reset();
    BOOST_TEST(waiting.wait_readable(patience));
}

BOOST_AUTO_TEST_SUITE_END()
