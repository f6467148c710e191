// from_go_hub_test.cpp — The hub of docs/from-go.md with clients over memory transports, and a clock set by hand.
#include "docs/from_go_hub.hpp"

#include "support/coroutine_test.hpp"
#include "support/test_peer.hpp"

#include <chorus/core/scope.hpp>

#include <deque>
#include <string>

using namespace std::chrono_literals;
using chorus::test::client_close;
using chorus::test::client_text;
using chorus::test::test_peer;

namespace {

// A hub, and clients who come; at the end all go, and nothing may be left running.
class chat
{
public:
    chat() { running_.spawn(rooms.run()); }
    ~chat()
    {
        for (auto& each : peers_)
            each.connection().cut();
        settle();
        BOOST_TEST(rooms.clients.empty());
        rooms.close();
        settle();
        BOOST_TEST(running_.size() == 0U);
    }

    test_peer& enter(std::size_t capacity = 64 * 1024)
    {
        auto ends = chorus::make_memory_pair(capacity);
        running_.spawn(note_end(*this, std::move(ends.first)));
        settle();
        return peers_.emplace_back(std::move(ends.second));
    }

    void settle()
    {
        for (bool moved = true; moved;) {
            moved = here.shard.poll() > 0;
            for (auto& each : peers_) {
                moved |= each.listen();
                moved |= each.push();
            }
        }
    }

    bool step() { return here.shard.context().poll_one() > 0; }

    void pass(chorus::duration time)
    {
        here.clock.advance(time);
        settle();
    }

    std::size_t running() const { return running_.size(); } // the hub included

    chorus::test::test_shard here;
    hub rooms;
    std::size_t conversing = 0;
    std::string ended; // why the last connection did

private:
    static chorus::task<> note_end(chat& all, chorus::transport_ptr to)
    {
        ++all.conversing;
        all.ended = co_await converse(all.rooms, std::move(to), all.here.clock);
        --all.conversing;
    }

    std::deque<test_peer> peers_;
    chorus::scope running_{here.shard.get_executor()};
};

} // namespace

BOOST_AUTO_TEST_SUITE(docs_from_go_hub)

// [test]
BOOST_FIXTURE_TEST_CASE(everybody_hears_what_one_says, chat)
{
    auto& ada = enter();
    auto& bo = enter();
    ada.say(client_text("hello"));
    settle();
    BOOST_TEST(ada.heard() == "text hello");
    BOOST_TEST(bo.heard() == "text hello");
}
// [/test]

BOOST_FIXTURE_TEST_CASE(who_says_goodbye_is_forgotten, chat)
{
    auto& ada = enter();
    BOOST_TEST(rooms.clients.size() == 1U);
    ada.say(client_close(chorus::close_code::normal, "bye"));
    settle();
    BOOST_TEST(rooms.clients.empty());
    BOOST_TEST(ended == "the client has said goodbye");
}

BOOST_FIXTURE_TEST_CASE(who_breaks_the_protocol_is_forgotten_too, chat)
{
    auto& ada = enter();
    ada.say("\x81\x02hi"); // without a mask
    settle();
    BOOST_TEST(rooms.clients.empty());
    BOOST_TEST(!ended.empty());
}

BOOST_FIXTURE_TEST_CASE(nobody_outlives_the_hub, chat)
{
    auto& ada = enter();
    auto& bo = enter();
    rooms.close();
    settle();
    BOOST_TEST(ada.heard() == "end");
    BOOST_TEST(bo.heard() == "end");
    BOOST_TEST(running() == 0U);
}

BOOST_FIXTURE_TEST_CASE(who_speaks_to_a_hub_that_has_ended_is_told_so, chat)
{
    auto& ada = enter();
    rooms.close();
    ada.say(client_text("hello"));
    settle();
    BOOST_TEST(ended == "the hub has ended");
    BOOST_TEST(running() == 0U);
}

// The hub may be closed at any step of a goodbye; at no step then may it know of somebody who is there no more.
BOOST_AUTO_TEST_CASE(who_goes_while_the_hub_ends_is_there_for_as_long_as_it_knows_of_him)
{
    for (int before = 0; before < 20; ++before) {
        chat all;
        auto& ada = all.enter();
        all.enter();
        ada.say(client_close(chorus::close_code::normal, "bye"));
        ada.push();
        for (int taken = 0; taken < before; ++taken)
            all.step();
        all.rooms.close();
        while (all.step())
            BOOST_TEST(all.rooms.clients.size() <= all.conversing, "closed at step " << before);
        BOOST_TEST(all.rooms.clients.empty());
    }
}

BOOST_FIXTURE_TEST_CASE(who_is_silent_is_asked_once_and_cut_after_a_minute, chat)
{
    auto& ada = enter();
    pass(53s);
    BOOST_TEST(ada.heard() == "");
    pass(1s);
    BOOST_TEST(ada.heard() == "ping");
    pass(6s);
    BOOST_TEST(ended == "the connection has ended");
}

BOOST_FIXTURE_TEST_CASE(who_answers_lives_on, chat)
{
    auto& ada = enter();
    ada.answers_pings = true;
    for (int minute = 0; minute < 10; ++minute)
        pass(54s);
    BOOST_TEST(rooms.clients.size() == 1U);
    BOOST_TEST(ada.heard().starts_with("ping | ping"));
}

BOOST_FIXTURE_TEST_CASE(who_does_not_read_is_closed_and_the_others_hear_everything, chat)
{
    auto& ada = enter();
    auto& slow = enter(64);
    slow.reads = false;
    for (int said = 0; said < 300; ++said) {
        ada.say(client_text("message " + std::to_string(said)));
        settle();
        BOOST_TEST(ada.heard() == "text message " + std::to_string(said));
    }
    BOOST_TEST(rooms.clients.size() == 1U);
    pass(write_wait);
    BOOST_TEST(ended == "the connection has ended");
}

BOOST_AUTO_TEST_SUITE_END()
