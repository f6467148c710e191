// from_go_service_test.cpp — The service of docs/from-go.md on a free port: what it lets in, routes, refuses and ends.
#define main from_go_service
#include "docs/from_go_service.cpp"
#undef main

#include "support/server_thread.hpp"

#include <algorithm>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using chorus::testing::ws_client;

namespace {

// The service as it is configured there, at a port that is free.
class service
{
public:
    explicit service(chorus::config with = settings()) : server_(at_a_free_port(std::move(with)))
    {
        server_.authenticate(who_is_it);
        teach(server_);
        server_.on_listening([this](const std::string& url) { url_.set_value(url); });
        exit_code_ = std::async(std::launch::async, [this] { return server_.run(); });
        auto listening = url_.get_future();
        const bool listens = listening.wait_for(chorus::test::patience) == std::future_status::ready;
        if (!listens) server_.stop(), server_.stop(); // or its thread would be waited for
        BOOST_REQUIRE(listens);
        const auto url = listening.get();
        port_ = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
    }
    ~service()
    {
        if (exit_code_.valid()) server_.stop(), server_.stop(), exit_code_.wait();
    }

    ws_client enter() const { return ws_client{{.port = port_}, "/ws", "Authorization: Bearer open sesame\r\n"}; }

    // The status with which it answers a request that has these fields, too.
    std::string status_with(std::string_view fields) const
    {
        return chorus::test::http_answer_to(port_, chorus::testing::upgrade_request("/ws", fields)).substr(9, 3);
    }

    void stop() { server_.stop(); }
    int exit_code() { return exit_code_.get(); }

private:
    static chorus::config at_a_free_port(chorus::config with)
    {
        with.listen = "127.0.0.1:0";
        return with;
    }

    chorus::server server_;
    std::promise<std::string> url_;
    std::future<int> exit_code_;
    std::uint16_t port_ = 0;
};

std::string ask(ws_client& who, std::string_view text)
{
    who.send_text(text);
    return chorus::test::hear(who);
}

constexpr std::string_view join_maze = R"({"type":"join","payload":{"room":"maze"}})";
constexpr std::string_view one_move = R"({"type":"move","payload":{"room":"maze","x":1,"y":2}})";

// So many of them, to be sent at once.
std::string moves(int count)
{
    std::string all;
    for (int each = 0; each < count; ++each)
        all += chorus::testing::client_frame(1, one_move);
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(docs_from_go_service)

BOOST_AUTO_TEST_CASE(a_move_is_heard_in_its_room_and_a_wrong_one_is_refused)
{
    service game;
    auto ali = game.enter();
    BOOST_TEST((ask(ali, join_maze).find(R"("members":["ali baba"])") != std::string::npos));
    BOOST_TEST(ask(ali, one_move) ==
               R"(text {"type":"move","payload":{"room":"maze","offset":1,"user":"ali baba","x":1,"y":2}})");
    BOOST_TEST(ask(ali, R"({"type":"move","payload":{"room":"maze","x":"far","y":2}})") ==
               R"(text {"type":"error","payload":{"code":"malformed",)"
               R"("message":"malformed message: payload.x: expected integer, got string"}})");
    BOOST_TEST(ask(ali, R"({"type":"leave","payload":{"room":"maze"}})").starts_with(R"(text {"type":"left")"));
    BOOST_TEST(ask(ali, one_move).starts_with(R"(text {"type":"error","payload":{"code":"refused")"));
}

BOOST_AUTO_TEST_CASE(pages_of_other_hosts_and_people_without_the_word_stay_outside)
{
    service game;
    BOOST_TEST(game.status_with("") == "401");
    BOOST_TEST(game.status_with("Authorization: Bearer open barley\r\n") == "401");
    BOOST_TEST(game.status_with("Authorization: Bearer open sesame\r\nOrigin: https://example.org\r\n") == "403");
}

BOOST_AUTO_TEST_CASE(past_its_rate_a_client_is_told_so_and_lives)
{
    service game;
    auto ali = game.enter();
    ask(ali, join_maze);
    std::size_t refused = 0;
    ali.send_bytes(moves(40));
    for (int heard = 0; heard < 40; ++heard)
        if (chorus::test::hear(ali).find("rate limit exceeded") != std::string::npos) ++refused;
    BOOST_TEST(refused > 0U);
    BOOST_TEST(refused <= 20U);
}

BOOST_AUTO_TEST_CASE(a_user_has_four_connections_and_no_more)
{
    service game;
    std::vector<ws_client> tabs;
    for (int tab = 0; tab < 4; ++tab)
        tabs.push_back(game.enter());
    BOOST_TEST(game.status_with("Authorization: Bearer open sesame\r\n") == "429");
}

BOOST_AUTO_TEST_CASE(everybody_is_told_when_the_server_stops)
{
    service game;
    std::optional<ws_client> ali(game.enter());
    game.stop();
    BOOST_TEST(chorus::test::hear(*ali) == "close 1001 server shutting down");
    ali->send_close(1001);
    ali.reset();
    BOOST_TEST(game.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(in_batches_several_messages_come_as_one)
{
    auto joining = settings();
    in_batches(joining);
    service game{joining};
    auto ali = game.enter();
    ask(ali, join_maze);
    ali.send_bytes(moves(16));
    std::size_t messages = 0, lines = 0;
    for (; lines < 16; ++messages) {
        const auto heard = chorus::test::hear(ali);
        BOOST_REQUIRE(heard.starts_with(R"(text {"type":"move")"));
        lines += 1 + static_cast<std::size_t>(std::ranges::count(heard, '\n'));
    }
    BOOST_TEST(lines == 16U);
    BOOST_TEST(messages < 16U);
}

BOOST_AUTO_TEST_CASE(a_binary_message_is_a_type_a_length_and_that_many_bytes)
{
    const auto chat = chorus::make_binary_envelope(chorus::binary_type::chat, R"({"text":"hi"})");
    BOOST_TEST(payload_of_chat(chat).value() == R"({"text":"hi"})");
    BOOST_TEST(!payload_of_chat(chat.substr(0, 4)), "shorter than a header");
    BOOST_TEST(!payload_of_chat(chat + "!"), "longer than its length says");
    BOOST_TEST(!payload_of_chat(chorus::make_binary_envelope(chorus::binary_type::join, "{}")));
}

BOOST_AUTO_TEST_SUITE_END()
