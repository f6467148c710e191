// client_test.cpp — The programs of docs/client.md at work, with the chat on a free port.
#define main client_program
#include "docs/client.cpp"
#undef main

#include "support/running_server.hpp"

#include <apps/chat/chat.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace std::chrono_literals;
using chorus::testing::running_server;
using chorus::testing::ws_client;

namespace {

struct chat_server
{
    chorus::server server{{.listen = "127.0.0.1:0"}};
    running_server running{(chorus::app::make_chat(server), server)};

    std::string url() const { return "ws://127.0.0.1:" + std::to_string(running.port()) + "/ws?name=ada"; }
};

// What is written meanwhile.
class captured
{
public:
    captured() : before_(std::cout.rdbuf(text_.rdbuf())) {}
    ~captured() { std::cout.rdbuf(before_); }
    std::string text() const { return text_.str(); }

private:
    std::ostringstream text_;
    std::streambuf* before_;
};

chorus::task<> say_twice(chorus::client& chat)
{
    chat.join("tea");
    co_await say(chat, "one");
    co_await say(chat, "");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(docs_client, chat_server)

BOOST_AUTO_TEST_CASE(the_first_program_says_and_hears)
{
    captured output;
    chorus::shard here(0);
    chorus::client chat(here, {.url = url(), .reconnect = false});
    std::jthread client([&] { chorus::run(here, chat.run(talk(chat))); });
    ws_client bo{{.port = running.port()}, "/ws?name=bo"};
    bo.send_text(R"({"type":"join","payload":{"room":"tea"}})");
    for (std::string heard; heard.find("Milk?") == heard.npos;) { // in the history, or as it is said
        const auto frame = bo.receive(10s);
        BOOST_REQUIRE(frame.has_value());
        heard = frame->payload;
    }
    server.stop();
    client.join();
    BOOST_TEST(
        (output.text().find(R"(chat {"room":"tea","offset":1,"user":"ada","text":"Milk?",)") != std::string::npos),
        output.text());
}

BOOST_AUTO_TEST_CASE(an_answer_is_awaited)
{
    captured output;
    chorus::shard here(0);
    chorus::client chat(here, {.url = url()});
    chorus::run(here, chat.run(say_twice(chat)));
    BOOST_TEST(output.text() == "said as number 1\nnot said: malformed message: payload.text: expected 1 to 4096 "
                                "bytes, got 0\n");
}

BOOST_AUTO_TEST_CASE(one_connection_ends_with_its_reason)
{
    captured output;
    chorus::shard here(0);
    chorus::run(here, connect(here, "ws://127.0.0.1:" + std::to_string(running.port()) + "/nowhere"));
    BOOST_TEST(output.text() == "refused: not_found\n");
}

BOOST_AUTO_TEST_CASE(one_connection_sends_back_what_it_hears_until_the_server_says_goodbye)
{
    chorus::server other{{.listen = "127.0.0.1:0"}};
    std::string echoed;
    other.on_open([](chorus::session& to) { to.send_text("hello"); });
    other.on_message([&](chorus::session& from, const chorus::message& what) -> chorus::work {
        echoed = what.payload;
        from.close(chorus::close_code::going_away, "enough");
        return {};
    });
    running_server running_other{other};
    captured output;
    chorus::shard here(0);
    chorus::run(here, connect(here, "ws://127.0.0.1:" + std::to_string(running_other.port()) + "/ws"));
    BOOST_TEST(output.text() == "closed_by_peer 1001\n");
    BOOST_TEST(echoed == "hello");
}

BOOST_AUTO_TEST_SUITE_END()
