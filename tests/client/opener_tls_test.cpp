// opener_tls_test.cpp — wss://: whom the client believes, what it says when it does not, and TLS behind a proxy.
#include "support/opening_world.hpp"
#include "support/tls_pair.hpp"

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(client_opener_tls)

BOOST_AUTO_TEST_CASE(a_server_that_is_believed_is_spoken_to)
{
    opening_world world{"wss://localhost/ws"};
    world.dialler.identity = &the_tls_world().identity;
    world.how.trust = the_tls_world().trust;
    world.begin();
    BOOST_TEST(world.dialler.dialled.back() == "localhost:443");
    BOOST_TEST(world.server().asked().field("Host").value() == "localhost");
    world.say(world.server().welcome() + "early");
    BOOST_TEST(world.outcome() == "open early early");
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_name_or_of_nobody_is_refused_for_good)
{
    opening_world other{"wss://chat.example/"};
    other.dialler.identity = &the_tls_world().identity;
    other.how.trust = the_tls_world().trust;
    other.begin();
    BOOST_TEST(other.outcome() == "0 certificate_refused: hostname mismatch");
    BOOST_TEST(other.server().head() == "", "nothing was said before it was known to whom");

    const auto self_signed = tls_identity::self_signed("localhost");
    opening_world nobody{"wss://localhost/"};
    nobody.dialler.identity = &self_signed;
    nobody.how.trust = the_tls_world().trust;
    nobody.begin();
    BOOST_TEST(nobody.outcome().starts_with("0 certificate_refused: "), nobody.outcome());

    opening_world careless{"wss://localhost/"};
    careless.dialler.identity = &self_signed;
    careless.how.trust = tls_trust::in_everybody();
    careless.begin();
    careless.say(careless.server().welcome());
    BOOST_TEST(careless.outcome() == "open");
}

BOOST_AUTO_TEST_CASE(a_server_that_speaks_no_tls_or_nothing_at_all_is_given_up)
{
    opening_world plain{"wss://localhost/"};
    plain.how.trust = the_tls_world().trust;
    plain.begin();
    plain.say("HTTP/1.1 400 Bad Request\r\n\r\n");
    BOOST_TEST(plain.outcome().starts_with("0 tls_failed: "), plain.outcome());

    opening_world silent{"wss://localhost/"};
    silent.how.trust = the_tls_world().trust;
    silent.begin();
    silent.pass(10s);
    BOOST_TEST(silent.outcome() == "0 too_late: no answer to the handshake in time");
}

BOOST_AUTO_TEST_CASE(behind_a_proxy_tls_begins_when_the_tunnel_is_open)
{
    opening_world world{"wss://localhost/ws"};
    world.how.through = *read_proxy("http://proxy.example:3128");
    world.how.trust = the_tls_world().trust;
    world.begin();
    BOOST_TEST(world.server().head().starts_with("CONNECT localhost:443 HTTP/1.1\r\n"));
    auto& server = world.server();
    server.await_another_request();
    server.say("HTTP/1.1 200 OK\r\n\r\n");
    server.begin_tls(the_tls_world().identity);
    world.settle();
    BOOST_TEST(server.asked().target == "/ws");
    world.say(server.welcome());
    BOOST_TEST(world.outcome() == "open");
}

BOOST_AUTO_TEST_CASE(authorities_that_cannot_be_read_are_no_reason_to_go_without)
{
    BOOST_CHECK_THROW(tls_trust("/nowhere/authorities.pem"), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
