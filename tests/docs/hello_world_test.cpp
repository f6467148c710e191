// hello_world_test.cpp — The first program of the README at work: its handler, on a free port instead of 8080.
#define main hello_world
#include "docs/hello_world.cpp"
#undef main

#include "support/running_server.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using chorus::testing::running_server;
using chorus::testing::ws_client;

BOOST_AUTO_TEST_SUITE(docs_hello_world)

BOOST_AUTO_TEST_CASE(what_one_says_everyone_hears)
{
    chorus::server server{{.listen = "127.0.0.1:0"}};
    server.on<say>("say", on_say);
    running_server running{server};
    ws_client ada{{.port = running.port()}, "/ws?name=ada"};
    ws_client bo{{.port = running.port()}, "/ws?name=bo"};

    ada.send_text(R"({"type":"say","payload":{"text":"hi"}})");

    for (auto* const client : {&ada, &bo}) {
        const auto heard = client->receive(10s);
        BOOST_REQUIRE(heard.has_value());
        BOOST_TEST(heard->payload == R"({"type":"say","payload":{"user":"ada","text":"hi"}})");
    }
}

BOOST_AUTO_TEST_SUITE_END()
