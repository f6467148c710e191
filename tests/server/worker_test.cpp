// worker_test.cpp — one shard of a server: clients come through HTTP, and leave in batches when it drains.
#include "support/coroutine_test.hpp"
#include "support/log_lines.hpp"
#include "support/test_peer.hpp"

#include <chorus/server/worker.hpp>
#include <chorus/session/router.hpp>
#include <chorus/wire/handshake.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <string>

using namespace chorus;
using namespace chorus::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(server_worker)

namespace {

struct nothing
{
};
BOOST_DESCRIBE_STRUCT(nothing, (), ())

work echo(session& from, const message& what)
{
    from.send(make_frame(what.op, what.payload));
    return {};
}

// A worker, and clients that its test lets in.
class workshop
{
public:
    explicit workshop(config settings = {}) : shared(settings)
    {
        shared.handlers.on_message = echo;
        worker.hub().connect({&worker.hub()});
        worker.start();
    }
    ~workshop()
    {
        do_now(worker.finish());
        BOOST_TEST(worker.load() == 0U);
        BOOST_TEST(worker.sessions() == 0U);
        BOOST_TEST(shared.gate.connections() == 0U);
    }

    // A client that has connected; one that is in has shaken hands too.
    test_peer& connected()
    {
        auto ends = make_memory_pair();
        peers.emplace_back(std::move(ends.second)).hears_frames = false;
        worker.take(std::move(ends.first));
        settle();
        return peers.back();
    }
    test_peer& let_in(const http_fields& fields = {})
    {
        auto& peer = connected();
        peer.say(upgrade_request("chat.example", "/ws", make_key(), {}, fields));
        settle();
        BOOST_TEST(peer.heard_bytes().starts_with("HTTP/1.1 101 "));
        peer.hears_frames = true;
        return peer;
    }

    void settle()
    {
        for (bool moved = true; moved;) {
            moved = here.shard.poll() > 0;
            for (auto& each : peers) {
                moved |= each.listen();
                moved |= each.push();
            }
        }
    }
    void pass(duration time)
    {
        settle();
        here.clock.advance(time);
        settle();
    }
    void do_now(task<> chore)
    {
        worker.perform(std::move(chore));
        settle();
    }

    // How many have heard the goodbye of a drain, and only that.
    std::size_t told()
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            peers, [](test_peer& each) { return each.heard() == "close 1001 server shutting down"; }));
    }
    void all_answer()
    {
        for (auto& each : peers)
            each.say(client_close(close_code::going_away)), each.connection().finish();
        settle();
    }

    test_shard here;
    chorus::service shared;
    int emptied = 0;
    chorus::worker worker{here.shard, 1, shared, [this] { ++emptied; }};
    std::deque<test_peer> peers;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_few_sessions_are_told_all_at_once)
{
    const auto pace = pace_of_drain(100, 10s);
    BOOST_TEST(pace.batch == 100U);
    BOOST_TEST((pace_of_drain(0, 10s).batch >= 1U));
}

BOOST_AUTO_TEST_CASE(many_sessions_are_told_in_batches_that_fill_the_window)
{
    for (const std::size_t sessions : {101u, 999u, 10'000u, 10'001u, 123'457u, 1'000'000u})
        for (const auto window : {1ms, 100ms, 1000ms, 10'000ms}) {
            const auto pace = pace_of_drain(sessions, window);
            const auto batches = (sessions + pace.batch - 1) / pace.batch;
            const auto lasts = pace.interval * static_cast<int>(batches - 1);
            BOOST_TEST((lasts <= window), sessions << " sessions in " << window.count() << " ms");
        }
    BOOST_TEST(pace_of_drain(100'000, 10s).batch == 1000U);
}

BOOST_AUTO_TEST_CASE(a_drain_without_time_tells_all_at_once)
{
    BOOST_TEST(pace_of_drain(100'000, 0ms).batch == 100'000U);
}

BOOST_AUTO_TEST_CASE(a_client_comes_through_http_into_a_session_and_leaves)
{
    workshop here;
    auto& ann = here.let_in();
    BOOST_TEST(here.worker.load() == 1U);
    BOOST_TEST(here.worker.sessions() == 1U);
    ann.say(client_text("hello"));
    here.settle();
    BOOST_TEST(ann.heard() == "text hello");
    ann.say(client_close(close_code::normal));
    here.settle();
    ann.connection().close();
    here.settle();
    BOOST_TEST(here.worker.load() == 0U);
    BOOST_TEST(here.worker.sessions() == 0U);
    BOOST_TEST(here.shared.gate.connections() == 0U);
    BOOST_TEST(!here.worker.was_cut());
}

BOOST_AUTO_TEST_CASE(the_line_of_a_session_that_ended_tells_what_came_and_went_and_how_it_was_called)
{
    const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const log_lines log;
    workshop here;
    auto& ann = here.let_in({{"X-Request-Id", "abc"}, {"traceparent", parent}});
    for (const std::string words : {"hello", "you"})
        ann.say(client_text(words));
    ann.say(client_frame(opcode::ping, ""));
    here.settle();
    BOOST_TEST(ann.heard() == "text hello | text you | pong ");
    ann.say(client_close(close_code::normal));
    here.settle();
    ann.connection().close();
    here.settle();
    // Each frame of a client has a header of six bytes, each of ours one of two; a Close has its code.
    BOOST_TEST(log.count(" messages_in=2 messages_out=2 bytes_in=34 bytes_out=18 request=abc traceparent=" + parent) ==
                   1u,
               log.all());
    BOOST_TEST(here.worker.hub().measures().heard_messages == 2u);
    BOOST_TEST(here.worker.hub().measures().heard_bytes == 34u);
    BOOST_TEST(here.worker.hub().counters().sent_bytes == 18u);
    BOOST_TEST(here.worker.counters().ended.read()[0] == 1u); // 1000
}

BOOST_AUTO_TEST_CASE(a_session_without_a_request_id_is_called_by_its_own)
{
    const log_lines log;
    workshop here;
    std::string id;
    here.shared.handlers.on_open = [&](session& who) { id = who.id(); };
    here.let_in().connection().cut();
    here.settle();
    BOOST_TEST(id.size() == 16u);
    BOOST_TEST(log.count(" session_ended session=" + id + " ") == 1u, log.all());
    BOOST_TEST(log.count(" request=" + id + "\n") == 1u, log.all());
}

BOOST_AUTO_TEST_CASE(a_handler_that_fails_is_logged_with_the_name_of_its_request)
{
    const log_lines log;
    workshop here;
    here.shared.handlers.on_message = [](session&, const message&) -> work { throw std::runtime_error("oops"); };
    auto& ann = here.let_in({{"X-Request-Id", "abc"}});
    ann.say(client_text("hello"));
    here.settle();
    BOOST_TEST(log.count(" error handler_failed session=") == 1u, log.all());
    BOOST_TEST(log.count(" request=abc what=oops\n") == 1u, log.all());
}

BOOST_AUTO_TEST_CASE(a_handler_of_a_type_that_fails_is_logged_like_any_other)
{
    const log_lines log;
    workshop here;
    router routes;
    routes.on<nothing>("fail", [](session&, const nothing&) { throw std::runtime_error("oops"); });
    here.shared.handlers.on_message = [&](session& from, const message& what) { return routes.route(from, what); };
    const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    auto& ann = here.let_in({{"X-Request-Id", "abc"}, {"traceparent", parent}});
    ann.say(client_text(R"({"type":"fail","payload":{}})"));
    here.settle();
    BOOST_TEST(log.count(" request=abc what=oops traceparent=" + parent + "\n") == 1u, log.all());
    BOOST_TEST(here.worker.hub().measures().handler_failures == 1u);
    BOOST_TEST(here.worker.sessions() == 1u);
}

BOOST_AUTO_TEST_CASE(connections_are_counted_as_they_come_and_as_they_are_answered)
{
    config settings;
    settings.max_connections = 2;
    workshop here(settings);
    here.let_in();
    here.let_in();
    auto& third = here.connected();
    third.say(upgrade_request("chat.example", "/ws", make_key()));
    here.settle();
    const auto& counted = here.worker.counters();
    BOOST_TEST(counted.accepted == 3u);
    BOOST_TEST(counted.cut == 0u);
    BOOST_TEST(counted.handshakes.read()[0] == 2u);  // 101
    BOOST_TEST(counted.handshakes.read()[12] == 1u); // 503
    BOOST_TEST(counted.handshake_time.read().count() == 2u);
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_request_reach_the_session)
{
    workshop here;
    auto& ann = here.connected();
    ann.say(upgrade_request("chat.example", "/ws", make_key()) + client_text("early"));
    here.settle();
    BOOST_TEST(ann.heard_bytes().ends_with("\r\n\r\n\x81\x05"
                                           "early"));
}

BOOST_AUTO_TEST_CASE(two_clients_of_one_name_are_called_differently)
{
    workshop here;
    here.shared.handlers.on_message = [](session& from, const message&) -> work {
        from.send_text(from.user());
        return {};
    };
    std::string names;
    for (int each = 0; each < 2; ++each) {
        auto& peer = here.connected();
        peer.say(upgrade_request("chat.example", "/ws?name=ann", make_key()));
        here.settle();
        peer.heard_bytes();
        peer.hears_frames = true;
        peer.say(client_text("who am I?"));
        here.settle();
        names += peer.heard() + ";";
    }
    BOOST_TEST(names == "text ann;text ann#2;");
}

BOOST_AUTO_TEST_CASE(over_the_limit_and_its_waiting_room_a_connection_is_cut_without_an_answer)
{
    config settings;
    settings.max_connections = 1;
    workshop here(settings);
    here.let_in();
    for (int each = 0; each < 256; ++each)
        here.connected();
    auto& last = here.connected();
    BOOST_TEST(last.heard() == "cut");
    BOOST_TEST(here.worker.load() == 257U);
    BOOST_TEST(here.worker.counters().cut == 1U);
}

BOOST_AUTO_TEST_CASE(a_drain_tells_everybody_and_is_done_when_all_have_answered)
{
    workshop here;
    for (int each = 0; each < 3; ++each)
        here.let_in();
    here.do_now(here.worker.drain(10s));
    BOOST_TEST(here.told() == 3U);
    BOOST_TEST(here.emptied == 0);
    here.all_answer();
    BOOST_TEST(here.worker.sessions() == 0U);
    BOOST_TEST(here.emptied == 1);
    BOOST_TEST(!here.worker.was_cut());
}

BOOST_AUTO_TEST_CASE(a_drain_of_nobody_is_done_at_once)
{
    workshop here;
    here.do_now(here.worker.drain(10s));
    BOOST_TEST(here.emptied >= 1);
}

BOOST_AUTO_TEST_CASE(batches_are_told_one_after_the_other)
{
    workshop here;
    for (int each = 0; each < 250; ++each)
        here.let_in();
    here.do_now(here.worker.drain(10s));
    BOOST_TEST(here.told() == 100U);
    here.pass(99ms);
    BOOST_TEST(here.told() == 0U);
    here.pass(1ms);
    BOOST_TEST(here.told() == 100U);
    here.pass(100ms);
    BOOST_TEST(here.told() == 50U);
}

BOOST_AUTO_TEST_CASE(in_a_hurry_the_rest_is_told_at_once)
{
    workshop here;
    for (int each = 0; each < 450; ++each)
        here.let_in();
    here.do_now(here.worker.drain(10s));
    BOOST_TEST(here.told() == 100U);
    here.do_now(here.worker.hurry());
    BOOST_TEST(here.told() == 350U);
}

BOOST_AUTO_TEST_CASE(who_leaves_before_its_turn_is_not_missed)
{
    workshop here;
    for (int each = 0; each < 250; ++each)
        here.let_in();
    here.do_now(here.worker.drain(10s));
    for (auto& each : here.peers)
        each.connection().cut();
    here.pass(1s);
    BOOST_TEST(here.worker.sessions() == 0U);
    BOOST_TEST(here.emptied >= 1);
    BOOST_TEST(!here.worker.was_cut());
}

BOOST_AUTO_TEST_CASE(a_session_that_begins_during_a_drain_is_told_at_once)
{
    workshop here;
    here.do_now(here.worker.drain(10s)); // the gate does not know yet
    auto& late = here.connected();
    late.say(upgrade_request("chat.example", "/ws", make_key()));
    here.settle();
    const auto heard = late.heard_bytes();
    BOOST_TEST(heard.starts_with("HTTP/1.1 101 "), heard);
    BOOST_TEST(heard.ends_with("server shutting down"), heard);
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_answer_the_goodbye_is_cut_and_that_is_known)
{
    workshop here;
    auto& silent = here.let_in();
    here.do_now(here.worker.drain(10s));
    BOOST_TEST(!here.worker.was_cut());
    here.pass(5s);
    BOOST_TEST(silent.heard() == "close 1001 server shutting down | cut");
    BOOST_TEST(here.worker.was_cut());
    BOOST_TEST(here.emptied == 1);
}

BOOST_AUTO_TEST_CASE(a_session_that_is_cut_while_nobody_drains_does_not_count)
{
    workshop here;
    here.let_in();
    here.pass(60s);
    BOOST_TEST(here.worker.sessions() == 0U);
    BOOST_TEST(!here.worker.was_cut());
}

BOOST_AUTO_TEST_CASE(finishing_cuts_sessions_and_requests_alike_but_only_sessions_count)
{
    for (const bool with_a_session : {false, true}) {
        workshop here;
        auto& asking = here.connected();
        asking.say("GET / HT");
        if (with_a_session) here.let_in();
        here.do_now(here.worker.finish());
        for (auto& each : here.peers)
            BOOST_TEST(each.heard() == "cut");
        BOOST_TEST(here.worker.load() == 0U);
        BOOST_TEST(here.worker.was_cut() == with_a_session);
    }
}

BOOST_AUTO_TEST_CASE(a_client_whose_handshake_ends_just_when_the_worker_finishes_is_cut_too)
{
    workshop here;
    auto& late = here.connected();
    late.say(upgrade_request("chat.example", "/ws", make_key()));
    here.worker.perform(here.worker.finish());
    here.settle();
    BOOST_TEST(here.worker.load() == 0U);
}

BOOST_AUTO_TEST_CASE(other_limits_hold_for_those_who_are_here_and_for_newcomers)
{
    workshop here;
    auto& ann = here.let_in();
    const auto ping_twice = [&here](test_peer& who) {
        for (int each = 0; each < 2; ++each)
            who.say(client_frame(opcode::ping, "?"));
        here.settle();
        return who.heard();
    };
    BOOST_TEST(ping_twice(ann) == "pong ? | pong ?");
    config strict;
    strict.control_rate = strict.control_burst = 1;
    here.worker.change(shard_limits_of(strict));
    here.settle();
    for (auto* const each : {&ann, &here.let_in()})
        BOOST_TEST(ping_twice(*each).find("close 1008 too many control frames") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
