// connection_entry_test.cpp — who has to say who it is, how it is told no, and what proxies say of others.
#include "support/scratch_file.hpp"
#include "support/visited.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace chorus;
using namespace chorus::test;

namespace {

config with_tokens(const scratch_file& tokens)
{
    config settings;
    settings.tokens = tokens.path();
    return settings;
}

bool says(const std::string& heard, std::string_view what) { return heard.find(what) != heard.npos; }

// An authenticator that waits until the test has made up its mind.
struct slow_oracle
{
    bell asked, decided;
    verdict answer = identity{"ann"};

    static task<verdict> ask(slow_oracle& here)
    {
        here.asked.ring();
        co_await here.decided.wait();
        co_return here.answer;
    }
    static task<verdict> fail(slow_oracle& here)
    {
        co_await here.decided.wait();
        throw std::runtime_error("the database is gone");
    }
    authenticator as_authenticator()
    {
        return [this](credentials) { return ask(*this); };
    }
};

std::string proxy_header_of(const std::string& client, const std::string& rest = {})
{
    std::string bytes("\r\n\r\n\0\r\nQUIT\n\x21\x11\0", 15);
    bytes += static_cast<char>(12 + rest.size());
    for (const auto part : asio::ip::make_address_v4(client).to_bytes())
        bytes += static_cast<char>(part);
    return bytes + std::string("\x0A\0\0\x01\x13\x88\x1F\x90", 8) + rest;
}

config behind_haproxy()
{
    config settings;
    settings.trusted_proxies = {"10.0.0.0/8"};
    settings.proxy_protocol = true;
    return settings;
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_connection_entry)

BOOST_AUTO_TEST_CASE(with_tokens_nobody_enters_without_one)
{
    const scratch_file tokens("secret ann\n");
    visited here(with_tokens(tokens));
    const auto heard = here.ask(upgrade_to("/ws?name=bob"));
    BOOST_TEST(heard.starts_with("HTTP/1.1 401 "), heard);
    BOOST_TEST(says(heard, "\r\nWWW-Authenticate: Bearer realm=\"chorus\"\r\n"), heard);
    BOOST_TEST(says(heard, R"({"error":"token_missing")"), heard);
    BOOST_TEST(!here.in);
}

BOOST_AUTO_TEST_CASE(a_wrong_token_is_401_and_is_not_said_back)
{
    const scratch_file tokens("secret ann\n");
    visited here(with_tokens(tokens));
    const auto heard = here.ask(upgrade_to("/ws?token=my-guess", {{"Authorization", "Bearer secret"}}));
    BOOST_TEST(heard.starts_with("HTTP/1.1 401 "), heard);
    BOOST_TEST(says(heard, "error=\"invalid_token\""), heard);
    BOOST_TEST(!says(heard, "my-guess"), heard);
}

BOOST_AUTO_TEST_CASE(a_plain_get_of_ws_runs_the_gate_first)
{
    const scratch_file tokens("secret ann\n");
    visited none(with_tokens(tokens)), right(with_tokens(tokens));
    BOOST_TEST(none.statuses(get("/ws")) == "401");
    BOOST_TEST(right.statuses(get("/ws?token=secret")) == "426");
}

// So asks the chat page, since a browser names its origin there.
BOOST_AUTO_TEST_CASE(a_post_to_ws_is_told_all_that_a_handshake_would_be)
{
    const scratch_file tokens("secret ann\n");
    auto settings = with_tokens(tokens);
    settings.require_origin = true;
    const auto told = [&settings](std::string_view target, std::string_view fields) {
        visited here(settings);
        return here.statuses("POST " + std::string(target) +
                             " HTTP/1.1\r\nHost: chat.example\r\nContent-Length: 0\r\n" + std::string(fields) + "\r\n");
    };
    const std::string_view ours = "Origin: http://chat.example\r\n";
    BOOST_TEST(told("/ws", "") == "403");
    BOOST_TEST(told("/ws", ours) == "401");
    BOOST_TEST(told("/ws?token=secret", ours) == "405");
}

BOOST_AUTO_TEST_CASE(a_right_token_lets_in_under_its_users_name)
{
    const scratch_file tokens("secret ann\n");
    visited here(with_tokens(tokens));
    here.ask(upgrade_to("/ws?name=bob", {{"Cookie", "token=secret"}}));
    BOOST_REQUIRE(here.in);
    BOOST_TEST(here.in->name.text() == "ann");
}

BOOST_AUTO_TEST_CASE(pages_and_health_need_no_token)
{
    const scratch_file tokens("secret ann\n");
    visited here(with_tokens(tokens));
    BOOST_TEST(here.statuses(get("/") + get("/healthz") + get("/readyz")) == "200 200 200");
}

BOOST_AUTO_TEST_CASE(a_user_over_his_limit_is_429_until_one_of_his_connections_ends)
{
    const scratch_file tokens("secret ann\n");
    auto settings = with_tokens(tokens);
    settings.max_per_user = 1;
    visited here(settings);
    auto before = here.shared.names.share("ann", 1);
    const auto heard = here.ask(upgrade_to("/ws?token=secret"));
    BOOST_TEST(heard.starts_with("HTTP/1.1 429 "), heard);
    BOOST_TEST(says(heard, R"({"error":"too_many_of_user")"), heard);
    BOOST_TEST(says(heard, "\r\nRetry-After: 5\r\n"), heard);
    before.reset();
    BOOST_TEST(here.shared.names.share("ann", 1).has_value());
}

BOOST_AUTO_TEST_CASE(an_authenticator_is_told_all_that_was_brought_along)
{
    visited here;
    std::string told;
    here.shared.authenticate = [&told](credentials shown) -> task<verdict> {
        told = shown.token.value_or("-") + " " + shown.head.path + " " + shown.peer;
        return [](verdict found) -> task<verdict> { co_return found; }(identity{"zo\xC3\xAB", 4'000'000'000});
    };
    here.ask(upgrade_to("/ws?token=t"));
    BOOST_TEST(told == "t /ws 192.0.2.1");
    BOOST_REQUIRE(here.in);
    BOOST_TEST(here.in->name.text() == "zo\xC3\xAB");
    BOOST_TEST(here.in->expires.value() == 4'000'000'000);
}

BOOST_AUTO_TEST_CASE(whom_an_authenticator_knows_as_a_guest_cannot_choose_a_name)
{
    visited here;
    here.shared.authenticate = [](credentials) {
        return [](verdict found) -> task<verdict> { co_return found; }(identity{});
    };
    here.ask(upgrade_to("/ws?name=ann"));
    BOOST_REQUIRE(here.in);
    BOOST_TEST(here.in->name.text().starts_with("guest-"));
}

BOOST_AUTO_TEST_CASE(an_authenticator_that_fails_is_500)
{
    visited here;
    here.shared.authenticate = [](credentials) -> task<verdict> { throw std::runtime_error("the database is gone"); };
    const auto heard = here.ask(upgrade_to("/ws"));
    BOOST_TEST(heard.starts_with("HTTP/1.1 500 "), heard);
    BOOST_TEST(!says(heard, "database"), heard);
}

BOOST_AUTO_TEST_CASE(an_authenticator_may_take_its_time_until_the_handshake_deadline)
{
    slow_oracle oracle;
    visited here;
    here.shared.authenticate = oracle.as_authenticator();
    here.ask(upgrade_to("/ws"));
    here.pass(9s);
    BOOST_TEST(!here.in);
    oracle.decided.ring();
    here.settle();
    BOOST_REQUIRE(here.in);
    BOOST_TEST(here.in->name.text() == "ann");
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_for_an_authenticator_is_503_and_a_late_answer_does_not_matter)
{
    slow_oracle oracle;
    visited here;
    here.shared.authenticate = oracle.as_authenticator();
    here.ask(upgrade_to("/ws"));
    here.pass(10s);
    const auto heard = here.peer.heard_bytes();
    BOOST_TEST(heard.starts_with("HTTP/1.1 503 "), heard);
    BOOST_TEST(says(heard, R"({"error":"too_slow")"), heard);
    oracle.decided.ring();
    here.settle();
    BOOST_TEST((here.ended && !here.in));
}

BOOST_AUTO_TEST_CASE(a_proxy_header_names_the_client_however_it_comes)
{
    for (const std::size_t step : {1U, 7U, 16U, 1000U}) {
        visited here(behind_haproxy());
        here.begin("10.0.0.1");
        const auto bytes = proxy_header_of("203.0.113.9", "\x04" + std::string(2, '\0')) + upgrade_to("/ws");
        for (std::size_t at = 0; at < bytes.size(); at += step)
            here.ask(bytes.substr(at, step));
        BOOST_REQUIRE(here.in);
        BOOST_TEST(here.in->place.peer() == "203.0.113.9");
    }
}

BOOST_AUTO_TEST_CASE(behind_a_proxy_that_tells_nobody_connects_past_it_or_without_its_header)
{
    visited past(behind_haproxy());
    past.begin("203.0.113.9");
    past.ask(proxy_header_of("198.51.100.1") + upgrade_to("/ws"));
    BOOST_TEST((past.ended && !past.in));
    visited without(behind_haproxy());
    without.begin("10.0.0.1");
    without.ask(upgrade_to("/ws"));
    BOOST_TEST((without.ended && !without.in));
}

BOOST_AUTO_TEST_CASE(half_a_proxy_header_ends_at_the_handshake_deadline)
{
    visited here(behind_haproxy());
    here.begin("10.0.0.1");
    here.ask(proxy_header_of("203.0.113.9").substr(0, 20));
    here.pass(9900ms);
    BOOST_TEST(!here.ended);
    here.pass(100ms);
    BOOST_TEST(here.ended);
}

BOOST_AUTO_TEST_CASE(the_limit_for_one_address_holds_behind_a_proxy)
{
    auto settings = behind_haproxy();
    settings.max_per_ip = 1;
    visited here(settings);
    auto first = here.shared.gate.admit("203.0.113.9");
    here.begin("10.0.0.1");
    const auto heard = here.ask(proxy_header_of("203.0.113.9") + upgrade_to("/ws"));
    BOOST_TEST(heard.starts_with("HTTP/1.1 429 "), heard);
}

BOOST_AUTO_TEST_CASE(who_is_cut_behind_a_proxy_because_many_are_being_turned_away_is_counted)
{
    auto settings = behind_haproxy();
    settings.max_per_ip = 1;
    visited here(settings);
    std::vector<admission> others;
    for (std::size_t count = 0; count < 1 + gate_options{}.max_turned_away; ++count)
        others.push_back(*here.shared.gate.admit("203.0.113.9"));
    here.begin("10.0.0.1");
    BOOST_TEST(here.ask(proxy_header_of("203.0.113.9") + upgrade_to("/ws")) == "");
    BOOST_TEST(here.ended);
    BOOST_TEST(here.counters.cut == 1u);
}

BOOST_AUTO_TEST_CASE(what_an_authenticator_awaits_is_cancelled_at_the_deadline)
{
    slow_oracle oracle;
    visited here;
    here.shared.authenticate = oracle.as_authenticator();
    here.ask(upgrade_to("/ws"));
    here.pass(10s);
    BOOST_TEST(here.ended, "the connection still waits for the authenticator");
}

BOOST_AUTO_TEST_CASE(a_client_that_vanishes_while_it_is_decided_is_let_go_at_the_deadline)
{
    slow_oracle oracle;
    visited here;
    here.shared.authenticate = oracle.as_authenticator();
    here.ask(upgrade_to("/ws"));
    here.peer.connection().cut();
    here.pass(10s);
    BOOST_TEST((here.ended && !here.in));
}

BOOST_AUTO_TEST_CASE(who_is_known_only_when_the_server_drains_is_told_so)
{
    slow_oracle oracle;
    visited here;
    here.shared.authenticate = oracle.as_authenticator();
    here.ask(upgrade_to("/ws"));
    here.shared.gate.drain();
    oracle.decided.ring();
    here.settle();
    const auto heard = here.peer.heard_bytes();
    BOOST_TEST(heard.starts_with("HTTP/1.1 503 "), heard);
    BOOST_TEST(says(heard, R"({"error":"draining")"), heard);
}

BOOST_AUTO_TEST_CASE(an_authenticator_that_fails_later_is_500_too)
{
    slow_oracle oracle;
    visited here;
    here.shared.authenticate = [&oracle](credentials) { return slow_oracle::fail(oracle); };
    here.ask(upgrade_to("/ws"));
    oracle.decided.ring();
    here.settle();
    BOOST_TEST(here.peer.heard_bytes().starts_with("HTTP/1.1 500 "));
}

BOOST_AUTO_TEST_CASE(a_user_whose_name_is_none_is_500)
{
    for (const auto& name : {std::string(129, 'x'), std::string("a\n\x1b[31m"), std::string("\xff")}) {
        slow_oracle oracle;
        oracle.answer = identity{name};
        oracle.decided.ring();
        visited here;
        here.shared.authenticate = oracle.as_authenticator();
        BOOST_TEST(here.ask(upgrade_to("/ws")).starts_with("HTTP/1.1 500 "));
    }
}

BOOST_AUTO_TEST_CASE(a_proxy_header_that_names_nobody_makes_no_request_believed)
{
    visited here(behind_haproxy());
    here.begin("10.0.0.1");
    const std::string local("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16);
    here.ask(local + upgrade_to("/ws", {{"X-Forwarded-For", "203.0.113.9"}}));
    BOOST_REQUIRE(here.in);
    BOOST_TEST(here.in->place.peer() == "10.0.0.1");
}

BOOST_AUTO_TEST_SUITE_END()
