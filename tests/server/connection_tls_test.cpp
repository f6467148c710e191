// connection_tls_test.cpp — one connection under TLS while it speaks HTTP: the handshake is on the same clock.
#include "support/coroutine_test.hpp"
#include "support/log_lines.hpp"
#include "support/test_peer.hpp"
#include "support/tls_pair.hpp"

#include <chorus/core/scope.hpp>
#include <chorus/server/connection.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(server_connection_tls)

namespace {

const asset page{"/", "text/plain", "hello"};

std::string get(std::string_view target)
{
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: chat.example\r\n\r\n";
}

// A service under TLS, one connection to it, and its client: one that speaks TLS, or the bare line.
struct secured
{
    explicit secured(bool tls = true) : speaks_tls(tls)
    {
        shared.site.add(page);
        running.spawn(run(*this, std::move(both.server.transport), std::move(*shared.gate.admit("192.0.2.1"))));
        settle();
    }
    ~secured()
    {
        both.client.transport->cut();
        settle();
        BOOST_TEST(ended, "the connection outlives its client");
    }

    void settle()
    {
        for (int round = 0; round < 20; ++round) {
            here.shard.poll();
            if (speaks_tls) both.client.listen();
        }
    }
    void pass(duration time)
    {
        here.clock.advance(time);
        settle();
    }
    std::string ask(std::string_view bytes)
    {
        settle();
        both.client.say(bytes);
        settle();
        return both.client.take_heard();
    }
    // What follows is not TLS, or not yet.
    void say_on_the_line(std::string_view bytes)
    {
        error_code error;
        const std::array<asio::const_buffer, 1> buffers{asio::buffer(bytes.data(), bytes.size())};
        both.client_line->write_some(buffers, error);
        settle();
    }

    static task<> run(secured& all, transport_ptr to, admission place)
    {
        connection each(all.here.shard, all.shared, all.shared.front, all.counters, std::move(to), std::move(place));
        auto in = co_await each.run();
        if (in) all.in.emplace(std::move(*in));
        all.ended = true;
    }

    log_lines log;
    test_shard here;
    service shared{config{}};
    server_counters counters;
    tls_pair both;
    bool speaks_tls;
    std::optional<arrival> in;
    bool ended = false;
    scope running{here.shard.get_executor()};
};

struct silent : secured
{
    silent() : secured(false) {}
};

std::string a_hello()
{
    auto ends = make_memory_pair();
    tls_end client{make_tls_transport(std::move(ends.second), the_tls_world().trust, "localhost")};
    client.listen();
    return std::string(ends.first->waiting());
}

} // namespace

BOOST_AUTO_TEST_CASE(requests_are_answered_and_one_may_become_a_session)
{
    secured here;
    BOOST_TEST(here.ask(get("/")).ends_with("\r\n\r\nhello"));
    BOOST_TEST(here.ask(get("/")).ends_with("\r\n\r\nhello"));
    here.ask(upgrade_request("chat.example", "/ws?name=ann", make_key()) + client_text("early"));
    BOOST_REQUIRE(here.in);
    BOOST_TEST(here.in->name.text() == "ann");
    BOOST_TEST(here.in->early == client_text("early"));
}

BOOST_AUTO_TEST_CASE(a_page_that_came_over_https_may_connect)
{
    secured here;
    auto request = upgrade_request("chat.example", "/ws", make_key());
    request.insert(request.size() - 2, "Origin: https://chat.example\r\n");
    here.ask(request);
    BOOST_TEST(here.in.has_value());
}

BOOST_AUTO_TEST_CASE(a_client_that_never_begins_the_handshake_is_let_go_at_the_deadline)
{
    silent here;
    here.pass(9900ms);
    BOOST_TEST(!here.ended);
    here.pass(100ms);
    BOOST_TEST(here.ended);
    BOOST_TEST(here.both.client_line->waiting() == "");
}

BOOST_AUTO_TEST_CASE(a_hello_that_is_dribbled_ends_at_the_same_deadline)
{
    silent here;
    const auto hello = a_hello();
    BOOST_REQUIRE(hello.size() > 100u);
    for (std::size_t each = 0; each < 99; ++each) {
        here.say_on_the_line(hello.substr(each, 1));
        here.pass(100ms);
        BOOST_TEST(!here.ended);
    }
    here.pass(100ms);
    BOOST_TEST(here.ended);
}

BOOST_AUTO_TEST_CASE(a_client_that_stops_within_the_handshake_ends_at_the_same_deadline)
{
    silent here;
    here.say_on_the_line(a_hello());
    BOOST_TEST(here.both.client_line->waiting().size() > 500u, "the server has answered");
    here.pass(9900ms);
    BOOST_TEST(!here.ended);
    here.pass(100ms);
    BOOST_TEST(here.ended);
}

// The handshake does not buy more time for the request.
BOOST_AUTO_TEST_CASE(a_request_that_is_not_whole_ten_seconds_after_the_accept_is_408)
{
    silent here;
    here.pass(9s);
    here.speaks_tls = true;
    BOOST_TEST(here.ask("GET / HT") == "");
    here.pass(900ms);
    BOOST_TEST(!here.ended);
    here.pass(100ms);
    BOOST_TEST(here.ended);
    BOOST_TEST(here.both.client.heard.starts_with("HTTP/1.1 408 "));
    BOOST_TEST((here.both.client.error == asio::error::eof), "and the end is said in TLS");
}

BOOST_AUTO_TEST_CASE(plain_http_is_answered_in_plain_http_and_let_go)
{
    silent here;
    here.say_on_the_line(get("/"));
    BOOST_TEST(here.both.client_line->waiting().starts_with("HTTP/1.1 400 "));
    BOOST_TEST(here.ended);
}

BOOST_AUTO_TEST_CASE(a_client_that_vanishes_at_any_byte_of_the_handshake_leaves_nothing)
{
    const auto hello = a_hello();
    for (std::size_t bytes = 0; bytes <= hello.size(); bytes += 5) {
        silent here; // its destructor asserts that nothing is left
        here.say_on_the_line(hello.substr(0, bytes));
        here.both.client_line->cut();
        here.settle();
        BOOST_TEST(here.ended);
    }
}

BOOST_AUTO_TEST_SUITE_END()
