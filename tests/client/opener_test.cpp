// opener_test.cpp — from a URL to an open WebSocket: what is asked, every way to be refused, and every wait's end.
#include "support/opening_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::test;

namespace {

std::string http(std::string_view status, std::string_view body = {}, std::string_view fields = {})
{
    return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(fields) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_opener)

BOOST_AUTO_TEST_CASE(the_request_says_who_is_asked_and_what_was_given)
{
    opening_world world;
    world.how.fields = {{"Authorization", "Bearer t"}};
    world.how.subprotocols = {"a.v1", "b.v1"};
    world.how.deflate = {deflate_offer{}};
    world.begin();
    const auto& asked = world.server().asked();
    BOOST_TEST(world.dialler.dialled.back() == "chat.example:80");
    BOOST_TEST(asked.target == "/ws?x=1");
    BOOST_TEST(asked.field("Host").value() == "chat.example");
    BOOST_TEST(asked.field("Authorization").value() == "Bearer t");
    BOOST_TEST(asked.field("Sec-WebSocket-Protocol").value() == "a.v1, b.v1");
    BOOST_TEST(asked.field("Sec-WebSocket-Extensions").value() == "permessage-deflate; client_max_window_bits");
    world.say(world.server().welcome({.accept = {}, .subprotocol = "b.v1", .deflate = deflate_parameters{}}));
    BOOST_TEST(world.outcome() == "open b.v1 deflate");
}

BOOST_AUTO_TEST_CASE(what_comes_right_behind_the_answer_is_not_lost)
{
    opening_world world;
    world.begin();
    world.say(world.server().welcome() + "early");
    BOOST_TEST(world.outcome() == "open early early");
}

BOOST_AUTO_TEST_CASE(an_answer_byte_by_byte_is_an_answer)
{
    opening_world world;
    world.begin();
    for (const char byte : world.server().welcome())
        world.say(std::string(1, byte));
    BOOST_TEST(world.outcome() == "open");
}

BOOST_AUTO_TEST_CASE(a_diallers_failure_is_the_reason)
{
    opening_world world;
    world.dialler.failures = {{"cannot_connect", "refused"}};
    world.begin();
    BOOST_TEST(world.outcome() == "0 cannot_connect: refused");
}

BOOST_AUTO_TEST_CASE(a_server_says_in_the_body_why_it_refuses)
{
    opening_world world;
    world.begin();
    world.say(http("403 Forbidden", R"({"error":"origin_not_allowed","message":"not from there"})"));
    BOOST_TEST(world.outcome() == "403 origin_not_allowed: not from there");
}

BOOST_AUTO_TEST_CASE(retry_after_comes_with_the_refusal)
{
    opening_world world;
    world.begin();
    world.say(http("503 Service Unavailable", {}, "Retry-After: 7\r\nSet-Cookie: a=b\r\n"));
    BOOST_TEST(world.outcome() == "503 not_upgraded: the server answered 503 Service Unavailable");
    const auto& fields = std::get<refusal>(*world.came_to).fields;
    BOOST_TEST(fields.size() == 1U);
    BOOST_TEST(fields.at(0).second == "7");
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_such_word_is_ignored)
{
    for (const auto* const body :
         {"<html>", "[]", R"({"error":"Evil\u001b[2J"})", R"({"error":7})", R"({"error":""})"}) {
        opening_world world;
        world.begin();
        world.say(http("404 Not Found", body));
        BOOST_TEST(world.outcome() == "404 not_upgraded: the server answered 404 Not Found", body);
    }
}

BOOST_AUTO_TEST_CASE(a_body_that_never_comes_is_not_waited_for_longer_than_a_handshake)
{
    opening_world world;
    world.begin();
    world.say("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nhalf");
    BOOST_TEST(world.outcome() == "runs");
    world.pass(10s);
    BOOST_TEST(world.outcome() == "404 not_upgraded: the server answered 404 Not Found");
}

BOOST_AUTO_TEST_CASE(a_body_too_long_for_a_word_is_not_read)
{
    opening_world world;
    world.begin();
    world.say("HTTP/1.1 404 Not Found\r\nContent-Length: 100000\r\n\r\nhalf");
    BOOST_TEST(world.outcome() == "404 not_upgraded: the server answered 404 Not Found");
}

BOOST_AUTO_TEST_CASE(a_server_that_breaks_the_rules_of_the_handshake_is_not_spoken_to)
{
    opening_world wrong_accept;
    wrong_accept.begin();
    wrong_accept.say(wrong_accept.server().welcome({.accept = accept_key("another key"), .subprotocol = {}}));
    BOOST_TEST(wrong_accept.outcome() == "101 wrong_accept: Sec-WebSocket-Accept does not belong to the key");

    opening_world subprotocol;
    subprotocol.begin();
    subprotocol.say(subprotocol.server().welcome({.accept = {}, .subprotocol = "never.offered"}));
    BOOST_TEST(subprotocol.outcome().starts_with("101 unexpected_subprotocol"));

    opening_world extension;
    extension.begin();
    extension.say(extension.server().welcome({.accept = {}, .subprotocol = {}, .deflate = deflate_parameters{}}));
    BOOST_TEST(extension.outcome().starts_with("101 unexpected_extension"));

    opening_world garbage;
    garbage.begin();
    garbage.say("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    BOOST_TEST(garbage.outcome().starts_with("0 "), garbage.outcome());

    opening_world endless;
    endless.begin();
    endless.say("HTTP/1.1 101 Switching\r\nX: " + std::string(9000, 'x'));
    BOOST_TEST(endless.outcome() == "0 head_too_large: the head is longer than 8 KiB");
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_up_has_not_answered)
{
    opening_world world;
    world.begin();
    world.say("HTTP/1.1 101 Sw");
    world.server().connection().close();
    world.settle();
    BOOST_TEST(world.outcome() == "0 no_answer: the connection ended before an answer came");
}

BOOST_AUTO_TEST_CASE(a_server_that_never_answers_is_given_up_in_time)
{
    opening_world world;
    world.begin();
    world.pass(9999ms);
    BOOST_TEST(world.outcome() == "runs");
    world.pass(1ms);
    BOOST_TEST(world.outcome() == "0 too_late: no answer to the handshake in time");
    BOOST_TEST(world.server().heard() == "cut");
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_even_read_is_given_up_in_time)
{
    opening_world world;
    world.dialler.capacity = 16;
    world.begin();
    world.server().reads = false;
    world.pass(10s);
    BOOST_TEST(world.outcome() == "0 too_late: no answer to the handshake in time");
}

BOOST_AUTO_TEST_CASE(a_proxy_is_asked_for_a_tunnel_and_the_server_through_it)
{
    opening_world world;
    world.how.through = *read_proxy("http://a:b@proxy.example:3128");
    world.begin();
    BOOST_TEST(world.dialler.dialled.back() == "proxy.example:3128");
    BOOST_TEST(world.server().head() == "CONNECT chat.example:80 HTTP/1.1\r\nHost: chat.example:80\r\n"
                                        "Proxy-Authorization: Basic YTpi\r\n\r\n");
    world.server().await_another_request();
    world.say("HTTP/1.1 200 Connection established\r\n\r\n");
    BOOST_TEST(world.server().asked().target == "/ws?x=1");
    BOOST_TEST(!world.server().asked().field("Proxy-Authorization"));
    world.say(world.server().welcome());
    BOOST_TEST(world.outcome() == "open");
}

BOOST_AUTO_TEST_CASE(a_proxys_no_is_told_from_a_servers)
{
    opening_world world;
    world.how.through = *read_proxy("http://proxy.example");
    world.begin();
    world.say("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
    BOOST_TEST(world.outcome() == "407 proxy_refused: the proxy answered 407 Proxy Authentication Required");
}

BOOST_AUTO_TEST_CASE(a_proxy_that_never_answers_is_given_up_in_time)
{
    opening_world world;
    world.how.through = *read_proxy("http://proxy.example");
    world.begin();
    world.pass(10s);
    BOOST_TEST(world.outcome() == "0 too_late: no answer to the handshake in time");
}

BOOST_AUTO_TEST_CASE(no_proxy_leads_to_a_unix_socket)
{
    opening_world world{"ws+unix:/run/chat.sock:/ws"};
    world.how.through = *read_proxy("http://proxy.example");
    world.begin();
    BOOST_TEST(world.dialler.dialled.back() == "unix:/run/chat.sock");
}

BOOST_AUTO_TEST_CASE(it_can_be_given_up_in_every_state)
{
    opening_world dialling;
    dialling.dialler.silent = true;
    dialling.begin();
    dialling.open.give_up();
    dialling.settle();
    BOOST_TEST(dialling.outcome().starts_with("0 given_up"));

    opening_world at_the_proxy;
    at_the_proxy.how.through = *read_proxy("http://proxy.example");
    at_the_proxy.begin();
    at_the_proxy.open.give_up();
    at_the_proxy.settle();
    BOOST_TEST(at_the_proxy.outcome().starts_with("0 given_up"));

    opening_world shaking_hands;
    shaking_hands.begin();
    shaking_hands.open.give_up();
    shaking_hands.settle();
    BOOST_TEST(shaking_hands.outcome().starts_with("0 given_up"));

    opening_world reading_why;
    reading_why.begin();
    reading_why.say("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nhalf");
    reading_why.open.give_up();
    reading_why.settle();
    BOOST_TEST(reading_why.outcome().starts_with("404"));
}

BOOST_AUTO_TEST_SUITE_END()
