// config_test.cpp — which settings hold together, and that a wrong one is named.
#include "support/certificates.hpp"

#include <chorus/server/config.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace chorus;
using namespace std::chrono_literals;

namespace {

std::string complaint(const std::function<void(config&)>& change)
{
    config changed;
    change(changed);
    return validate(changed).value_or("");
}

bool names(const std::string& complaint, std::string_view field) { return complaint.find(field) != complaint.npos; }

} // namespace

BOOST_AUTO_TEST_SUITE(server_config)

BOOST_AUTO_TEST_CASE(the_defaults_hold_together) { BOOST_TEST(validate(config{}).value_or("") == ""); }

BOOST_AUTO_TEST_CASE(limits_may_be_off)
{
    BOOST_TEST(complaint([](config& c) { c.max_message = c.max_fragments = c.max_connections = c.max_per_ip = 0; }) ==
               "");
    BOOST_TEST(complaint([](config& c) { c.rate = c.burst = c.join_burst = 0; }) == "");
    BOOST_TEST(complaint([](config& c) { c.control_rate = c.control_burst = 0; }) == "");
    BOOST_TEST(complaint([](config& c) { c.message_wait = 0s; }) == "");
    BOOST_TEST(complaint([](config& c) { c.history.messages = c.history.bytes = 0; }) == "");
    BOOST_TEST(complaint([](config& c) { c.drain_timeout = c.room_linger = 0s; }) == "");
}

BOOST_AUTO_TEST_CASE(an_address_nobody_can_listen_on_is_quoted)
{
    BOOST_TEST(names(complaint([](config& c) { c.listen = "8080"; }), "listen: expected HOST:PORT"));
    BOOST_TEST(names(complaint([](config& c) { c.listen = "8080"; }), "'8080'"));
}

BOOST_AUTO_TEST_CASE(a_certificate_needs_its_key_and_is_the_only_one)
{
    BOOST_TEST(names(complaint([](config& c) { c.tls_cert = "cert.pem"; }), "tls_cert and tls_key"));
    BOOST_TEST(names(complaint([](config& c) { c.tls_key = "key.pem"; }), "tls_cert and tls_key"));
    BOOST_TEST(names(complaint([](config& c) {
                         c.tls_cert = c.tls_key = "both.pem";
                         c.tls_self_signed = true;
                     }),
                     "tls_self_signed"));
    BOOST_TEST(complaint([](config& c) { c.tls_self_signed = true; }) == "");
    BOOST_TEST(complaint([](config& c) { c.tls_self_signed = true, c.listen = "unix:/run/chat"; }) == "");
}

BOOST_AUTO_TEST_CASE(the_files_of_a_certificate_are_looked_at)
{
    const auto missing = complaint([](config& c) { c.tls_cert = c.tls_key = "/no/such/file"; });
    BOOST_TEST(missing == "tls: cannot read '/no/such/file': No such file or directory");
    const chorus::test::scratch_folder folder;
    const auto file = folder.write("cert.pem", "no certificate");
    const auto wrong = complaint([&](config& c) { c.tls_cert = c.tls_key = file; });
    BOOST_TEST(wrong == "tls: '" + file + "' holds no certificate in PEM form");
}

BOOST_AUTO_TEST_CASE(all_clients_together_may_leave_unread_what_one_may)
{
    BOOST_TEST(complaint([](config& c) { c.max_queued_bytes = c.outbox.bytes; }) == "");
    BOOST_TEST(complaint([](config& c) { c.max_queued_bytes = 0; }) == "");
    BOOST_TEST(names(complaint([](config& c) { c.max_queued_bytes = c.outbox.bytes - 1; }), "max_queued_bytes"));
}

BOOST_AUTO_TEST_CASE(a_ping_goes_out_before_its_pong_is_overdue)
{
    BOOST_TEST(
        names(complaint([](config& c) { c.ping_period = c.pong_wait; }), "ping_period must be less than pong_wait"));
    BOOST_TEST(names(complaint([](config& c) { c.ping_period = 0s; }), "ping_period"));
}

BOOST_AUTO_TEST_CASE(a_history_is_less_than_an_outbox)
{
    BOOST_TEST(names(complaint([](config& c) { c.outbox.messages = c.history.messages; }), "history.messages"));
    BOOST_TEST(names(complaint([](config& c) { c.history.bytes = c.outbox.bytes; }), "history.bytes"));
}

BOOST_AUTO_TEST_CASE(what_could_never_work_is_refused)
{
    BOOST_TEST(names(complaint([](config& c) { c.threads = 0; }), "threads"));
    BOOST_TEST(names(complaint([](config& c) { c.burst = 0; }), "burst"));
    BOOST_TEST(names(complaint([](config& c) { c.join_burst = 0; }), "join_burst"));
    BOOST_TEST(names(complaint([](config& c) { c.control_burst = 0; }), "control_burst"));
    BOOST_TEST(names(complaint([](config& c) { c.message_wait = -1s; }), "message_wait"));
    BOOST_TEST(names(complaint([](config& c) { c.commands_in_flight = 0; }), "commands_in_flight"));
    BOOST_TEST(names(complaint([](config& c) { c.outbox.messages = 0; }), "outbox"));
    BOOST_TEST(names(complaint([](config& c) { c.outbox.bytes = 0; }), "outbox"));
}

BOOST_AUTO_TEST_CASE(a_wait_that_is_over_before_it_begins_is_refused)
{
    BOOST_TEST(names(complaint([](config& c) { c.handshake_wait = 0s; }), "handshake_wait"));
    BOOST_TEST(names(complaint([](config& c) { c.keep_alive_wait = 0s; }), "keep_alive_wait"));
    BOOST_TEST(names(complaint([](config& c) { c.write_wait = 0s; }), "write_wait"));
    BOOST_TEST(names(complaint([](config& c) { c.slow_close_wait = -1s; }), "slow_close_wait"));
    BOOST_TEST(names(complaint([](config& c) { c.slow_close_wait = c.close_wait + 1s; }), "slow_close_wait"));
    BOOST_TEST(names(complaint([](config& c) { c.drain_timeout = -1s; }), "drain_timeout"));
    BOOST_TEST(names(complaint([](config& c) { c.room_linger = -1s; }), "room_linger"));
}

BOOST_AUTO_TEST_SUITE_END()
