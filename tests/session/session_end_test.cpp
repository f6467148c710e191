// session_end_test.cpp — handlers that fail or still wait when it ends, cuts at every byte, and nothing left behind.
#include "support/conversation.hpp"
#include "support/handlers.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <thread>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(session_session_end)

BOOST_AUTO_TEST_CASE(an_exception_of_a_handler_ends_its_session_with_1011_and_nothing_else)
{
    const message_handler plain = [](session&, const message&) -> work { throw std::runtime_error("oops"); };
    const message_handler odd = [](session&, const message&) -> work { throw 42; };
    struct coroutine
    {
        static task<> handle(session&, message)
        {
            co_await yield();
            throw std::runtime_error("oops");
        }
        static task<> handle_oddly(session&, message)
        {
            co_await yield();
            throw 42;
        }
    };
    for (const auto& handler :
         {plain, odd, message_handler(coroutine::handle), message_handler(coroutine::handle_oddly)}) {
        conversation here;
        here.begin(handler);
        here.say(client_text("one") + client_text("two"));
        BOOST_TEST(here.heard() == "close 1011 internal error");
        here.say(client_close(close_code::internal_error));
        here.peer.connection().close();
        here.settle();
        BOOST_TEST(here.outcome() == "failed 1011 internal error");
    }
}

BOOST_AUTO_TEST_CASE(an_exception_of_on_open_ends_the_session_too)
{
    conversation here;
    here.handlers.on_open = [](session&) { throw std::runtime_error("oops"); };
    here.begin(echo);
    BOOST_TEST(here.heard() == "close 1011 internal error");
}

BOOST_AUTO_TEST_CASE(a_handler_that_cuts_its_session_is_the_last_to_run)
{
    conversation here;
    int handled = 0;
    here.begin([&](session& from, const message&) -> work {
        ++handled;
        from.cut();
        return {};
    });
    here.say(client_text("one") + client_text("two"));
    BOOST_TEST(handled == 1);
    BOOST_TEST(here.outcome() == "closed_by_us 1006 cut (cut)");
}

BOOST_AUTO_TEST_CASE(a_handler_that_closes_its_session_is_the_last_to_run)
{
    conversation here;
    int handled = 0;
    here.begin([&](session& from, const message&) -> work {
        ++handled;
        from.close(close_code::policy_violation, "no");
        return {};
    });
    here.say(client_text("one") + client_text("two"));
    BOOST_TEST(handled == 1);
    BOOST_TEST(here.heard() == "close 1008 no");
}

BOOST_AUTO_TEST_CASE(a_session_that_is_cut_while_its_handler_waits_ends_when_the_handler_does)
{
    slow_echo slow;
    conversation here;
    here.begin(slow.handler());
    here.say(client_text("one") + client_text("two"));
    here.talk->cut();
    BOOST_TEST(here.heard() == "cut");
    BOOST_TEST(here.outcome() == "runs"); // the handler may still use it
    slow.go.ring();
    here.settle();
    BOOST_TEST(here.outcome() == "closed_by_us 1006 cut (cut)");
    BOOST_TEST(slow.at_work == 0);
}

BOOST_AUTO_TEST_CASE(a_goodbye_goes_out_while_a_handler_waits)
{
    slow_echo slow;
    conversation here;
    here.begin(slow.handler());
    here.say(client_text("one") + client_text("two"));
    here.talk->close(close_code::going_away, "server shutting down");
    BOOST_TEST(here.heard() == "close 1001 server shutting down");
    here.say(client_close(close_code::going_away));
    slow.go.ring();
    BOOST_TEST(here.heard() == "end"); // neither the answer to "one" nor "two" follows a Close
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "closed_by_us 1001 server shutting down");
}

BOOST_AUTO_TEST_CASE(a_client_that_vanishes_while_its_handler_waits_is_noticed_when_the_handler_ends)
{
    slow_echo slow;
    conversation here;
    here.begin(slow.handler());
    here.say(client_text("one"));
    here.peer.connection().cut();
    here.settle();
    slow.go.ring();
    here.settle();
    BOOST_TEST(here.outcome() == "cut_by_peer 1006");
}

BOOST_AUTO_TEST_CASE(a_cut_at_any_byte_of_a_conversation_leaves_nothing_running)
{
    const auto all = client_text("hello") + client_frame(opcode::ping, "p") + client_frame(opcode::text, "a", false) +
                     client_frame(opcode::continuation, "b") + client_text("{}") + client_close(close_code::normal);
    for (const message_handler& handler : {message_handler(echo), message_handler(echo_after_a_yield)}) {
        for (std::size_t bytes = 0; bytes <= all.size(); ++bytes) {
            conversation here; // its destructor asserts that nothing is left
            here.begin(handler);
            here.talk->hub().join("room");
            here.say(all.substr(0, bytes));
            here.peer.connection().cut();
            here.settle();
            BOOST_TEST(!here.talk);
            BOOST_TEST(here.hub.rooms() <= 1U); // it lingers
        }
    }
}

BOOST_AUTO_TEST_CASE(a_cut_at_any_byte_that_we_send_leaves_nothing_running)
{
    for (std::uint64_t bytes = 0; bytes < 40; ++bytes) {
        conversation here;
        here.begin(echo);
        here.peer.connection().cut_after(bytes);
        here.say(client_text("hello") + client_frame(opcode::ping, "p") + client_text("world") +
                 client_close(close_code::normal));
        here.pass(5s);
        BOOST_TEST(!here.talk, "cut after " << bytes << " bytes: " << here.heard());
    }
}

BOOST_AUTO_TEST_CASE(any_thread_can_post_to_a_session_also_when_it_is_gone)
{
    conversation here;
    here.begin(echo);
    const auto ref = here.talk->ref();
    const auto post_from_another_thread = [&] {
        bool taken = false;
        std::thread([&] { taken = ref.post_text("news"); }).join();
        return taken;
    };
    BOOST_TEST(post_from_another_thread());
    BOOST_TEST(here.heard() == "text news");
    here.peer.connection().close();
    BOOST_TEST(post_from_another_thread());
    here.settle();
    BOOST_TEST(!here.talk);
    BOOST_TEST(post_from_another_thread()); // taken by the hub, which finds nobody
    here.settle();
}

BOOST_AUTO_TEST_CASE(alarms_of_a_session_end_with_it)
{
    conversation here;
    here.begin(echo);
    BOOST_TEST(here.here.clock.earliest().has_value());
    here.peer.connection().cut();
    here.settle();
    BOOST_TEST(!here.here.clock.earliest().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
