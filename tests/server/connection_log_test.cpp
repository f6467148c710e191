// connection_log_test.cpp — by what name a request is followed, and what the log says of it.
#include "support/log_lines.hpp"
#include "support/scratch_file.hpp"
#include "support/visited.hpp"

#include <boost/test/unit_test.hpp>

#include <numeric>
#include <stdexcept>

using namespace chorus;
using namespace chorus::test;

namespace {

const std::string sample_parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

bool tells(std::string_view text, std::string_view what) { return text.find(what) != text.npos; }

// What an answer is called.
std::string id_in(std::string_view answer)
{
    const std::string_view field = "\r\nX-Request-Id: ";
    const auto at = answer.find(field);
    if (at == answer.npos) return "";
    const auto rest = answer.substr(at + field.size());
    return std::string(rest.substr(0, rest.find("\r\n")));
}

task<verdict> undecided(credentials)
{
    bell never;
    co_await never.wait();
    co_return identity{};
}

// Goes on when it is asked to end.
task<verdict> undeterred(bell& decided)
{
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await decided.wait();
    co_return identity{};
}

// As long as it lives, everything is logged.
struct log_of_everything : log_lines
{
    log_of_everything() { configure_log(log_level::debug, log_format::text); }
    ~log_of_everything() { configure_log(log_level::info, log_format::text); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(server_connection_log)

BOOST_AUTO_TEST_CASE(an_answer_bears_the_id_of_its_request)
{
    visited here;
    for (const std::string path : {"/", "/healthz", "/readyz", "/big"})
        BOOST_TEST(id_in(here.ask(get(path, "X-Request-Id: my.request_1-a\r\n"))) == "my.request_1-a", path);
    BOOST_TEST(id_in(here.ask(get("/nowhere", "X-Request-Id: lost\r\n"))) == "lost");
}

BOOST_AUTO_TEST_CASE(who_is_told_at_the_last_moment_is_told_the_id_too)
{
    const log_of_everything log;
    visited half;
    half.ask("GET / HTTP/1.1\r\n");
    half.pass(10s);
    const auto late = half.peer.heard_bytes();
    BOOST_TEST(late.starts_with("HTTP/1.1 408 "), late);
    BOOST_TEST(log.count(" debug request request=" + id_in(late) + " status=408 ") == 1u, log.all());
    visited here;
    here.shared.authenticate = undecided;
    here.ask(upgrade_to("/ws", {{"X-Request-Id", "abc"}}));
    here.pass(10s);
    const auto heard = here.peer.heard_bytes();
    BOOST_TEST(heard.starts_with("HTTP/1.1 503 "), heard);
    BOOST_TEST(id_in(heard) == "abc", heard);
}

BOOST_AUTO_TEST_CASE(a_request_without_a_proper_id_is_given_one_of_its_own)
{
    visited here;
    std::string before;
    for (const std::string_view fields :
         {"", "X-Request-Id: \r\n", "X-Request-Id: a b\r\n", "X-Request-Id: a\r\nX-Request-Id: b\r\n"}) {
        const auto id = id_in(here.ask(get("/", fields)));
        BOOST_TEST(id.size() == 16u);
        BOOST_TEST(id.find_first_not_of("0123456789abcdef") == id.npos);
        BOOST_TEST(id != before);
        before = id;
    }
}

BOOST_AUTO_TEST_CASE(an_upgrade_bears_its_id_and_takes_it_along)
{
    visited named, nameless;
    BOOST_TEST(named.ask(upgrade_to("/ws", {{"X-Request-Id", "abc"}, {"traceparent", sample_parent}})) == "");
    BOOST_REQUIRE(named.in);
    BOOST_TEST(id_in(named.in->greeting) == "abc");
    BOOST_REQUIRE(named.in->trace);
    BOOST_TEST((*named.in->trace == trace{"abc", sample_parent}));
    nameless.ask(upgrade_to("/ws"));
    BOOST_REQUIRE(nameless.in);
    BOOST_TEST(id_in(nameless.in->greeting) == to_hex(nameless.in->id)); // what its session will be called
    BOOST_TEST(!nameless.in->trace);
}

BOOST_AUTO_TEST_CASE(a_head_that_cannot_be_read_has_an_id_too)
{
    const log_of_everything log;
    visited here;
    const auto id = id_in(here.ask("GET / HTTP/9.9\r\nX-Request-Id: abc\r\n\r\n"));
    BOOST_TEST(id.size() == 16u);
    BOOST_TEST(log.count(" debug request request=" + id + " status=4") == 1u);
}

BOOST_AUTO_TEST_CASE(a_refused_handshake_is_a_line_and_other_requests_are_one_for_those_who_ask)
{
    const log_lines log;
    {
        visited here;
        here.ask(get("/"));
        BOOST_TEST(log.all() == "");
        here.ask(upgrade_to("/ws", {{"Origin", "https://elsewhere.example"}, {"X-Request-Id", "abc"}}));
    }
    BOOST_TEST(log.count("\n") == 1u);
    BOOST_TEST(tells(log.all(), " info request request=abc status=403 method=GET path=/ws peer=192.0.2.1 seconds=0 "
                                "reason=origin_not_allowed\n"),
               log.all());
    const log_of_everything everything;
    {
        visited here;
        here.ask(get("/", "X-Request-Id: abc\r\ntraceparent: " + sample_parent + "\r\n"));
    }
    BOOST_TEST(tells(everything.all(), " debug request request=abc status=200 method=GET path=/ peer=192.0.2.1 "
                                       "seconds=0 traceparent=" +
                                           sample_parent + "\n"),
               everything.all());
}

BOOST_AUTO_TEST_CASE(the_line_says_how_long_a_request_took_from_its_first_byte_on)
{
    const log_of_everything log;
    visited here;
    here.ask(get("/"));
    here.pass(3s); // nobody asks
    const auto second = get("/healthz");
    here.ask(second.substr(0, 5));
    here.pass(2s);
    here.ask(second.substr(5));
    BOOST_TEST(log.count("path=/healthz peer=192.0.2.1 seconds=2\n") == 1u, log.all());
}

BOOST_AUTO_TEST_CASE(a_handshake_that_is_late_or_cut_is_logged_and_counted_once)
{
    for (const bool is_cut : {false, true}) {
        const log_lines log;
        visited here;
        here.shared.authenticate = undecided;
        here.ask(upgrade_to("/ws"));
        here.pass(is_cut ? 9s : 10s);
        if (is_cut) {
            here.shared.gate.drain();
            here.talk->cut();
            here.settle();
        }
        const std::string why = is_cut ? "9 reason=draining\n" : "10 reason=too_slow\n";
        BOOST_TEST(log.count(" status=503 method=GET path=/ws peer=192.0.2.1 seconds=" + why) == 1u, log.all());
        BOOST_TEST(log.count("\n") == 1u, log.all());
        const auto counted = here.counters.handshakes.read();
        BOOST_TEST(counted[12] == 1u); // 503
        BOOST_TEST(std::accumulate(counted.begin(), counted.end(), 0u) == 1u);
    }
}

BOOST_AUTO_TEST_CASE(a_handshake_that_is_late_and_cut_is_counted_once_however_long_its_authenticator_takes)
{
    for (const bool is_cut_first : {false, true}) {
        bell decided;
        visited here;
        here.shared.authenticate = [&decided](credentials) { return undeterred(decided); };
        here.ask(upgrade_to("/ws"));
        here.shared.gate.drain();
        if (is_cut_first) here.talk->cut();
        here.pass(10s);
        BOOST_REQUIRE(here.talk);
        if (!is_cut_first) here.talk->cut();
        decided.ring();
        here.settle();
        BOOST_TEST((here.ended && !here.in));
        const auto counted = here.counters.handshakes.read();
        BOOST_TEST(std::accumulate(counted.begin(), counted.end(), 0u) == 1u);
    }
}

BOOST_AUTO_TEST_CASE(a_decision_that_fails_is_logged_with_the_name_of_its_request)
{
    const log_lines log;
    visited here;
    here.shared.authenticate = [](credentials) -> task<verdict> {
        throw std::runtime_error("oops");
        co_return identity{};
    };
    here.ask(upgrade_to("/ws", {{"X-Request-Id", "abc"}, {"traceparent", sample_parent}}));
    BOOST_TEST(log.count(" error authenticator_failed request=abc what=oops traceparent=" + sample_parent + "\n") == 1u,
               log.all());
}

BOOST_AUTO_TEST_CASE(no_token_reaches_the_log)
{
    const scratch_file tokens("secret ann\n");
    config settings;
    settings.tokens = tokens.path();
    const log_of_everything log;
    for (const std::string target : {"/ws?token=my-guess", "/?token=my-guess", "/nowhere?token=my-guess"}) {
        visited here(settings);
        here.ask(upgrade_to(target, {{"Authorization", "Bearer my-guess"}, {"Cookie", "token=my-guess"}}));
    }
    BOOST_TEST(log.count(" request request=") == 3u);
    BOOST_TEST(!tells(log.all(), "my-guess"), log.all());
}

BOOST_AUTO_TEST_CASE(nothing_in_a_request_makes_a_line_of_its_own)
{
    const log_of_everything log;
    for (const std::string forged : {"/a\x1b[2J", "/\"x", "/a=b", "/%0a", "/\xe2\x80\xa8"}) {
        visited here;
        here.ask("GET " + forged +
                 " HTTP/1.1\r\nHost: chat.example\r\nX-Request-Id: x=y\r\ntraceparent: \" x=1\r\n\r\n");
        visited other;
        other.ask("G=T / HTTP/1.1\r\nHost: chat.example\r\n\r\n");
    }
    BOOST_TEST(log.count("\n") == 10u);
    BOOST_TEST(log.count(" debug request request=") == 10u);
    BOOST_TEST(!tells(log.all(), "\x1b"));
    BOOST_TEST(!tells(log.all(), "\xe2\x80\xa8"));
    BOOST_TEST(!tells(log.all(), "traceparent"));
    BOOST_TEST(!tells(log.all(), "x=y"));
}

BOOST_AUTO_TEST_SUITE_END()
