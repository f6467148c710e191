// server_change_test.cpp — the real server gets other limits while people talk on its threads.
#include "support/server_thread.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <stdexcept>
#include <thread>

using namespace chorus;
using namespace chorus::test;

namespace {

// The gate answers 429 or 403; whoever it lets in is told that this is no WebSocket.
std::string status_at_the_gate(const server_thread& to, std::string_view origin = {})
{
    const auto said = origin.empty() ? std::string() : "Origin: " + std::string(origin) + "\r\n";
    const auto answer = http_answer_to(to.port(), "GET /ws HTTP/1.1\r\nHost: localhost\r\n" + said + "\r\n");
    return answer.substr(0, std::string_view("HTTP/1.1 429").size());
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_server_change)

BOOST_AUTO_TEST_CASE(while_people_talk_on_three_threads_limits_change_and_nothing_is_lost)
{
    auto settings = on_a_free_port();
    settings.threads = 3;
    server_thread here(settings);
    here.start();
    std::deque<ws_client> people;
    for (int each = 0; each < 6; ++each) {
        people.push_back(here.connect());
        people.back().send_text(to_room("join", "tea"));
        BOOST_TEST(hear_of(people.back(), "joined").starts_with("text "));
    }
    std::jthread changing([&](const std::stop_token& over) {
        for (std::size_t turn = 0; !over.stop_requested(); ++turn) {
            auto other = settings;
            other.strikes = turn;
            other.max_per_ip = 100 + turn;
            other.origins = {"https://" + std::to_string(turn) + ".example"};
            other.room_names.longest = 10 + turn % 100;
            here.server.change(other);
        }
    });
    for (int turn = 0; turn < 50; ++turn)
        for (auto& each : people) {
            each.send_text(to_room("talk", "tea"));
            BOOST_TEST(status_at_the_gate(here) == "HTTP/1.1 426");
            for (auto& listener : people)
                BOOST_TEST(hear_of(listener, "chat").starts_with("text "));
        }
}

BOOST_AUTO_TEST_CASE(newcomers_meet_the_new_limits_and_who_is_there_stays)
{
    auto settings = on_a_free_port();
    server_thread here(settings);
    here.start();
    auto ann = here.connect();
    settings.max_per_ip = 1;
    here.server.change(settings);
    BOOST_TEST(status_at_the_gate(here) == "HTTP/1.1 429");
    settings.max_per_ip = 0;
    settings.origins = {"https://chat.example"};
    here.server.change(settings);
    BOOST_TEST(status_at_the_gate(here, "http://localhost") == "HTTP/1.1 403");
    BOOST_TEST(status_at_the_gate(here, "https://chat.example") == "HTTP/1.1 426");
    ann.send_text(to_room("join", "tea"));
    BOOST_TEST(hear_of(ann, "joined").starts_with("text "));
}

BOOST_AUTO_TEST_CASE(who_is_there_may_send_by_the_new_rate)
{
    auto settings = on_a_free_port();
    server_thread here(settings);
    here.start();
    auto ann = here.connect();
    ann.send_text(to_room("join", "tea"));
    BOOST_TEST(hear_of(ann, "joined").starts_with("text "));
    settings.rate = settings.burst = 1;
    here.server.change(settings);
    auto bob = here.connect(); // from another thread, on the one shard: what was changed before has been taken
    for (int each = 0; each < 2; ++each)
        ann.send_text(to_room("talk", "tea"));
    BOOST_TEST(hear_of(ann, "error").find("rate_limited") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_change_of_something_else_gives_nobody_a_rest)
{
    auto settings = on_a_free_port();
    settings.byte_rate = settings.byte_burst = 1; // each byte costs a second
    server_thread here(settings);
    here.start();
    auto ann = here.connect();
    ann.send_text(to_room("join", "tea"));
    BOOST_TEST(hear_of(ann, "joined").starts_with("text "));
    ++settings.strikes;
    here.server.change(settings);
    auto bob = here.connect(); // from another thread, on the one shard: what was changed before has been taken
    ann.send_text(to_room("talk", "tea"));
    BOOST_TEST(hear_of(ann, "error").find("rate_limited") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_does_not_hold_together_changes_nothing)
{
    auto settings = on_a_free_port();
    server_thread here(settings);
    here.start();
    settings.max_per_ip = 1;
    settings.rate = 1;
    settings.burst = 0;
    BOOST_CHECK_THROW(here.server.change(settings), std::invalid_argument);
    auto ann = here.connect();
    BOOST_TEST(status_at_the_gate(here) == "HTTP/1.1 426");
}

BOOST_AUTO_TEST_SUITE_END()
