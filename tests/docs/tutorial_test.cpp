// tutorial_test.cpp — The program of docs/tutorial.md at work, on a free port.
#define main tutorial
#include "docs/tutorial.cpp"
#undef main

#include "support/running_server.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using chorus::testing::running_server;
using chorus::testing::ws_client;

namespace {

struct taught_server
{
    chorus::server server{{.listen = "127.0.0.1:0"}};
    running_server running{(teach(server), server)};

    ws_client enter(const std::string& name) const { return ws_client{{.port = running.port()}, "/ws?name=" + name}; }
};

std::string hear(ws_client& who)
{
    const auto heard = who.receive(10s);
    return heard ? std::string(heard->payload) : "nothing";
}

std::string ask(ws_client& who, const std::string& text)
{
    who.send_text(text);
    return hear(who);
}

std::string epoch_of(const std::string& joined)
{
    const std::string_view before = R"("epoch":")";
    return joined.substr(joined.find(before) + before.size(), 16);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(docs_tutorial, taught_server)

BOOST_AUTO_TEST_CASE(a_question_is_answered_with_its_id)
{
    auto ada = enter("ada");
    BOOST_TEST(ask(ada, R"({"type":"who","id":1})") ==
               R"({"type":"you","payload":{"name":"ada","address":"127.0.0.1"},"id":1})");
}

BOOST_AUTO_TEST_CASE(what_is_said_in_a_room_is_heard_there_with_its_offset)
{
    auto ada = enter("ada");
    ask(ada, R"({"type":"join","payload":{"room":"tea"}})");
    BOOST_TEST(ask(ada, R"({"type":"say","payload":{"room":"tea","text":"Milk?"}})") ==
               R"({"type":"say","payload":{"room":"tea","offset":1,"user":"ada","text":"Milk?"}})");
    BOOST_TEST(
        ask(ada, R"({"type":"say","payload":{"room":"coffee","text":"Milk?"}})").starts_with(R"({"type":"error")"));
    BOOST_TEST(
        ask(ada, R"({"type":"say","payload":{"room":"tea"}})") ==
        R"({"type":"error","payload":{"code":"malformed","message":"malformed message: payload.text: missing"}})");
}

BOOST_AUTO_TEST_CASE(who_comes_back_is_told_what_was_missed)
{
    auto ada = enter("ada");
    const auto epoch = epoch_of(ask(ada, R"({"type":"join","payload":{"room":"tea"}})"));
    ask(ada, R"({"type":"say","payload":{"room":"tea","text":"one"}})");
    ask(ada, R"({"type":"say","payload":{"room":"tea","text":"two"}})");

    auto bo = enter("bo");
    const auto joined =
        ask(bo, R"({"type":"join","payload":{"room":"tea","since":{"epoch":")" + epoch + R"(","offset":1}}})");
    BOOST_TEST((joined.find(R"("recovered":true)") != joined.npos), joined);
    BOOST_TEST((joined.find(R"("messages":[{"room":"tea","offset":2,"user":"ada","text":"two"}])") != joined.npos),
               joined);
}

BOOST_AUTO_TEST_SUITE_END()
