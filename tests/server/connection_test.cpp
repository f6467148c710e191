// connection_test.cpp — one connection while it speaks HTTP: many requests, slow ones, wrong ones, and the last.
#include "support/visited.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>

using namespace chorus;
using namespace chorus::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(server_connection)

BOOST_AUTO_TEST_CASE(one_connection_answers_many_requests)
{
    visited here;
    BOOST_TEST(here.statuses(get("/")) == "200");
    BOOST_TEST(here.statuses(get("/healthz")) == "200");
    BOOST_TEST(here.statuses(get("/big")) == "200");
    BOOST_TEST(!here.ended);
}

BOOST_AUTO_TEST_CASE(requests_may_come_all_at_once_or_byte_by_byte)
{
    const std::string_view same = "X-Request-Id: same\r\n";
    const auto three = get("/", same) + get("/readyz", same) + get("/healthz", same);
    visited whole, split;
    split.peer.connection().move_at_most(1);
    const auto heard = whole.ask(three);
    BOOST_TEST(whole.statuses("") == "");
    BOOST_TEST(heard == split.ask(three));
    BOOST_TEST(heard.ends_with("ok\n"));
}

BOOST_AUTO_TEST_CASE(an_upgrade_may_follow_other_requests_and_takes_what_comes_behind_it_along)
{
    visited here;
    BOOST_TEST(here.statuses(get("/") + upgrade_to("/ws?name=ann") + client_text("early")) == "200");
    BOOST_REQUIRE(here.in);
    BOOST_TEST(here.in->name.text() == "ann");
    BOOST_TEST(here.in->early == client_text("early"));
    BOOST_TEST(here.in->greeting.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
    BOOST_TEST(here.in->place.peer() == "192.0.2.1");
}

BOOST_AUTO_TEST_CASE(a_request_that_wants_no_keep_alive_is_the_last)
{
    visited here;
    const auto heard = here.ask(get("/", "Connection: close\r\n") + get("/"));
    BOOST_TEST(heard.ends_with("\r\n\r\nhello"));
    BOOST_TEST(here.peer.heard() == "end");
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.ended);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_the_last_answer)
{
    visited here;
    BOOST_TEST(here.statuses(get("/nowhere") + get("/")) == "404");
    BOOST_TEST(here.peer.heard() == "end");
}

BOOST_AUTO_TEST_CASE(a_client_that_stays_after_the_last_answer_is_let_go)
{
    visited here;
    here.ask(get("/nowhere"));
    for (int each = 0; each < 49; ++each) {
        here.pass(100ms);
        here.ask("more");
        BOOST_TEST(!here.ended);
    }
    here.pass(100ms);
    BOOST_TEST(here.ended);
}

BOOST_AUTO_TEST_CASE(a_head_that_is_not_whole_at_the_handshake_deadline_is_408)
{
    visited here;
    here.ask("GET /ws HTTP/1.1\r\nHo");
    here.pass(9900ms);
    here.ask("s");
    BOOST_TEST(here.statuses("") == "");
    here.here.clock.advance(100ms);
    BOOST_TEST(here.statuses("") == "408");
    BOOST_TEST(here.ended);
}

BOOST_AUTO_TEST_CASE(a_client_that_says_nothing_is_let_go_without_a_word)
{
    visited here;
    here.begin();
    here.pass(9900ms);
    BOOST_TEST(!here.ended);
    here.pass(100ms);
    BOOST_TEST(here.ended);
    BOOST_TEST(here.peer.heard_bytes() == "");
    BOOST_TEST(here.peer.heard() == "end");
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_silently_after_the_keep_alive_wait)
{
    visited here;
    here.ask(get("/"));
    here.pass(9s);
    BOOST_TEST(here.statuses(get("/")) == "200"); // which begins the wait anew
    here.pass(9900ms);
    BOOST_TEST(!here.ended);
    here.pass(100ms);
    BOOST_TEST(here.ended);
    BOOST_TEST(here.peer.heard_bytes() == "");
}

BOOST_AUTO_TEST_CASE(a_second_request_that_is_not_whole_in_time_is_408_too)
{
    visited here;
    here.ask(get("/"));
    here.ask("GET / HT");
    here.here.clock.advance(10s);
    BOOST_TEST(here.statuses("") == "408");
    BOOST_TEST(here.ended);
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_take_a_large_answer_is_let_go_and_gets_nothing_else_in_between)
{
    visited here({}, 4096);
    here.peer.reads = false;
    const auto request = get("/big");
    here.ask(request.substr(0, 10)); // a head in two parts
    here.ask(request.substr(10));
    here.pass(9900ms);
    BOOST_TEST(!here.ended);
    here.pass(200ms);
    BOOST_TEST(here.ended);
    here.peer.reads = true;
    here.settle();
    BOOST_TEST(here.peer.heard_bytes().find("408") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_a_large_answer_slowly_gets_all_of_it)
{
    visited here({}, 4096);
    here.peer.reads = false;
    here.ask(get("/big"));
    for (int each = 0; each < 20; ++each) {
        here.pass(9s);
        here.peer.reads = true;
        here.peer.listen();
        here.peer.reads = false;
        here.settle();
    }
    BOOST_TEST(here.peer.heard_bytes().ends_with("\r\n\r\n" + big_body));
}

BOOST_AUTO_TEST_CASE(what_two_parsers_could_read_in_two_ways_is_refused_on_the_wire)
{
    for (const auto* fields : {"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                               "Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 5\r\n"}) {
        visited here;
        const auto heard = here.ask(get("/", fields) + "hello");
        BOOST_TEST(heard.starts_with("HTTP/1.1 400 "), heard);
        BOOST_TEST(heard.find("\r\nContent-Type: application/json\r\n") != heard.npos);
        BOOST_TEST(heard.find("\r\n\r\n{\"error\":\"") != heard.npos);
        BOOST_TEST(here.peer.heard() == "end");
    }
}

BOOST_AUTO_TEST_CASE(a_head_over_8_kib_is_431)
{
    visited here;
    BOOST_TEST(here.statuses(get("/", "X: " + std::string(9000, 'x') + "\r\n")) == "431");
}

BOOST_AUTO_TEST_CASE(who_comes_over_a_limit_is_told_so_on_the_wire)
{
    config settings;
    settings.max_per_ip = 1;
    visited here(settings);
    auto inside = here.shared.gate.admit("192.0.2.1");
    const auto heard = here.ask(upgrade_to("/ws"));
    BOOST_TEST(heard.starts_with("HTTP/1.1 429 "), heard);
    BOOST_TEST(heard.find("\r\nRetry-After: 5\r\n") != heard.npos);
    BOOST_TEST(here.peer.heard() == "end");
    BOOST_TEST(!here.in);
    BOOST_TEST(here.shared.gate.connections() == 1U);
    inside.reset();
}

BOOST_AUTO_TEST_CASE(a_client_that_vanishes_at_any_byte_leaves_nothing)
{
    const auto all = get("/") + upgrade_to("/ws");
    for (std::size_t bytes = 0; bytes < all.size(); bytes += 3) {
        visited here; // its destructor asserts that nothing is left
        here.ask(all.substr(0, bytes));
        here.peer.connection().cut();
        here.settle();
        BOOST_TEST(here.ended);
    }
}

BOOST_AUTO_TEST_CASE(a_guest_gets_the_name_he_asks_for_or_one_that_is_free)
{
    visited here;
    here.ask(upgrade_to("/ws?name=Zo%C3%AB+B"));
    BOOST_REQUIRE(here.in);
    BOOST_TEST(here.in->name.text() == "Zo\xC3\xAB B");
    visited nameless;
    nameless.ask(upgrade_to("/ws?name="));
    BOOST_REQUIRE(nameless.in);
    BOOST_TEST(nameless.in->name.text().starts_with("guest-"));
}

BOOST_AUTO_TEST_CASE(a_name_that_breaks_the_rules_is_400)
{
    for (const auto* name : {"%00", "a%0Ab", "%ff", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        visited here;
        const auto heard = here.ask(upgrade_to("/ws?name=" + std::string(name)));
        BOOST_TEST(heard.starts_with("HTTP/1.1 400 "), heard);
        BOOST_TEST((heard.find(R"({"error":"bad_name")") != heard.npos), heard);
    }
}

BOOST_AUTO_TEST_SUITE_END()
