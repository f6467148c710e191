// server_tls_test.cpp — the real server under TLS: who may speak to it, and a new certificate while it runs.
#include "support/certificates.hpp"
#include "support/server_thread.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace chorus;
using namespace chorus::test;

namespace {

config self_signed()
{
    auto settings = on_a_free_port();
    settings.tls_self_signed = true;
    return settings;
}

ws_client connect_over_tls(const server_thread& to) { return ws_client({.port = to.port(), .tls = true}); }

} // namespace

BOOST_AUTO_TEST_SUITE(server_server_tls)

BOOST_AUTO_TEST_CASE(members_talk_over_tls_and_are_told_goodbye)
{
    server_thread here(self_signed());
    here.start();
    BOOST_TEST(here.url.starts_with("wss://127.0.0.1:"), here.url);
    auto ann = connect_over_tls(here), bob = connect_over_tls(here);
    for (auto* const each : {&ann, &bob}) {
        each->send_text(to_room("join", "tea"));
        BOOST_TEST(hear_of(*each, "joined").starts_with("text "));
    }
    ann.send_text(to_room("talk", "tea"));
    BOOST_TEST(hear_of(bob, "chat").starts_with("text "));
    here.server.stop();
    for (auto* const each : {&ann, &bob}) {
        BOOST_TEST(hear_of(*each, "nothing") == "close 1001 server shutting down");
        each->send_close(1001);
        BOOST_TEST(hear(*each) == "end");
        BOOST_TEST(!each->was_cut(), "the end is said in TLS");
        each->cut(); // it hangs up, so that nobody has to wait for that
    }
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(a_client_without_tls_is_told_so)
{
    server_thread here(self_signed());
    here.start();
    const auto answer = http_answer_to(here.port(), get_and_close("/healthz"));
    BOOST_TEST(answer.starts_with("HTTP/1.1 400 "), answer);
    BOOST_TEST(answer.find("https://") != answer.npos, answer);
}

BOOST_AUTO_TEST_CASE(at_sighup_it_reads_again_and_one_that_fails_keeps_no_other_from_its_turn)
{
    server_thread here;
    std::promise<void> read_again;
    here.server.on_reload([] { throw std::runtime_error("the file is gone"); });
    here.server.on_reload([&] { read_again.set_value(); });
    here.start();
    auto ann = here.connect();
    std::raise(SIGHUP);
    BOOST_REQUIRE(read_again.get_future().wait_for(patience) == std::future_status::ready);
    ann.send_text(to_room("join", "tea"));
    BOOST_TEST(hear_of(ann, "joined").starts_with("text "));
}

BOOST_AUTO_TEST_CASE(files_that_are_wrong_are_named_before_it_starts)
{
    auto settings = on_a_free_port();
    settings.tls_cert = settings.tls_key = "/there/is/no/such/file";
    BOOST_CHECK_EXCEPTION(server{settings}, std::invalid_argument, [](const auto& wrong) {
        return wrong.what() == std::string("tls: cannot read '/there/is/no/such/file': No such file or directory");
    });
}

BOOST_AUTO_TEST_SUITE_END()
