// feed_test.cpp — an event each second for whoever watches, never more than it has taken, and a place for a few.
#include "support/visited.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace chorus;
using namespace chorus::test;

namespace {

// A connection that watches events: the first is "1", the next "2".
class watched
{
public:
    explicit watched(std::size_t capacity = 256 * 1024, const config& settings = {}) : here(settings, capacity)
    {
        here.shared.site.add("/events", [this] { return std::to_string(++told) + std::string(padding, '.'); });
    }
    ~watched()
    {
        here.peer.connection().cut();
        here.pass(feed::period); // until the next event it is not seen that nobody is there
    }

    unsigned told = 0;
    std::size_t padding = 0;
    visited here;
};

} // namespace

BOOST_AUTO_TEST_SUITE(server_feed)

BOOST_AUTO_TEST_CASE(it_begins_at_once_and_tells_an_event_each_second)
{
    watched feed;
    const auto begin = feed.here.ask(get("/events"));
    BOOST_TEST(begin.starts_with("HTTP/1.1 200 OK\r\n"), begin);
    BOOST_TEST(begin.find("\r\nContent-Type: text/event-stream\r\n") != begin.npos, begin);
    BOOST_TEST(begin.find("\r\nCache-Control: no-store\r\n") != begin.npos, begin);
    BOOST_TEST(begin.find("Content-Length") == begin.npos, begin);
    BOOST_TEST(begin.ends_with("\r\n\r\ndata: 1\n\n"), begin);
    feed.here.pass(999ms);
    BOOST_TEST(feed.here.peer.heard_bytes() == "");
    feed.here.pass(1ms);
    BOOST_TEST(feed.here.peer.heard_bytes() == "data: 2\n\n");
    for (int minute = 0; minute < 60; ++minute) // no deadline of HTTP ends it
        feed.here.pass(1s);
    BOOST_TEST(feed.told == 62u);
    BOOST_TEST(!feed.here.ended);
}

BOOST_AUTO_TEST_CASE(a_deadline_for_what_is_written_does_not_run_between_two_events)
{
    config settings;
    settings.write_wait = 500ms;
    watched feed(256 * 1024, settings);
    feed.here.ask(get("/events"));
    for (int half = 0; half < 6; ++half)
        feed.here.pass(500ms);
    BOOST_TEST(feed.told == 4u);
    BOOST_TEST(!feed.here.ended);
}

BOOST_AUTO_TEST_CASE(after_some_minutes_it_ends_so_that_who_still_watches_asks_again)
{
    watched feed;
    feed.here.ask(get("/events"));
    for (duration passed{}; passed < feed::longest - 1s; passed += 1s)
        feed.here.pass(1s);
    BOOST_TEST(feed.told == feed::longest / feed::period);
    feed.here.pass(1s);
    feed.here.pass(config{}.close_wait); // in which the client may end its direction, too
    BOOST_TEST(feed.here.ended);
    BOOST_TEST(feed.told == feed::longest / feed::period);
}

BOOST_AUTO_TEST_CASE(who_leaves_is_told_nothing_more)
{
    watched feed;
    feed.here.ask(get("/events"));
    feed.here.peer.connection().close();
    feed.here.pass(2s);
    feed.here.pass(5s);
    BOOST_TEST(feed.here.ended);
    BOOST_TEST(feed.told <= 3u);
}

BOOST_AUTO_TEST_CASE(who_does_not_read_is_not_queued_for_and_let_go)
{
    watched feed(1024);
    feed.padding = 4096;
    feed.here.peer.reads = false;
    feed.here.ask(get("/events"));
    feed.here.pass(9900ms);
    BOOST_TEST(!feed.here.ended);
    BOOST_TEST(feed.told == 1u);
    feed.here.pass(200ms);
    feed.here.pass(10s);
    BOOST_TEST(feed.here.ended);
}

BOOST_AUTO_TEST_CASE(when_the_server_ends_it_ends_at_once)
{
    test_shard here;
    config settings;
    service shared(settings);
    server_counters counters;
    shared.site.add("/events", [] { return "x"; });
    auto ends = make_memory_pair();
    test_peer peer(std::move(ends.second));
    peer.hears_frames = false;
    scope running(here.shard.get_executor());
    connection each(here.shard, shared, shared.front, counters, std::move(ends.first),
                    std::move(*shared.gate.admit("192.0.2.1")));
    running.spawn([](connection& one) -> task<> { co_await one.run(); }(each));
    peer.say(get("/events"));
    here.shard.poll();
    peer.listen();
    BOOST_TEST(peer.heard_bytes().ends_with("data: x\n\n"));
    each.cut();
    here.shard.poll();
    BOOST_TEST(running.size() == 0u);
}

BOOST_AUTO_TEST_CASE(head_is_told_how_it_would_begin)
{
    watched feed;
    auto asked = get("/events");
    asked.replace(0, 3, "HEAD");
    BOOST_TEST(feed.here.ask(asked).ends_with("\r\n\r\n"));
    BOOST_TEST(feed.told == 0u);
}

BOOST_AUTO_TEST_CASE(there_are_places_for_a_few)
{
    feed events([] { return ""; });
    std::vector<feed::place> all;
    for (unsigned i = 0; i < feed::most_watchers; ++i)
        all.push_back(events.watch());
    BOOST_TEST(bool(all.back()));
    BOOST_TEST(!events.watch());
    all.pop_back();
    BOOST_TEST(bool(events.watch()));
}

BOOST_AUTO_TEST_CASE(one_too_many_is_told_to_come_later)
{
    gate admitting;
    site pages(admitting);
    pages.add("/events", [] { return ""; });
    auto place = *admitting.admit("192.0.2.1");
    request asked;
    asked.method = "GET";
    asked.path = "/events";
    std::vector<http_answer> all;
    for (unsigned i = 0; i < feed::most_watchers; ++i)
        all.push_back(std::get<http_answer>(pages.answer(asked, place)));
    BOOST_TEST(all.back().status == 200u);
    const auto refused = std::get<http_answer>(pages.answer(asked, place));
    BOOST_TEST(refused.status == 503u);
    BOOST_TEST(refused.bytes.find("\r\nRetry-After: 5\r\n") != std::string::npos);
    BOOST_TEST(refused.reason == "too_many_watch");
    all.pop_back();
    BOOST_TEST(std::get<http_answer>(pages.answer(asked, place)).status == 200u);
}

BOOST_AUTO_TEST_SUITE_END()
