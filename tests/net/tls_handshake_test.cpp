// tls_handshake_test.cpp — who is believed, what is spoken, and what becomes of those who speak something else.
#include "support/coroutine_test.hpp"
#include "support/log_lines.hpp"
#include "support/random.hpp"
#include "support/tls_pair.hpp"

#include <chorus/core/scope.hpp>

using namespace chorus;
using namespace chorus::test;

namespace {

// What a client that wants `host` and trusts the authority is told about a server that shows such a certificate.
std::string verdict(const certificate_wish& wish, const std::string& host = "localhost",
                    const tls_trust& trust = the_tls_world().trust)
{
    const auto identity = the_tls_world().identity_for(wish, "other");
    tls_pair both(64 * 1024, identity, trust, host);
    both.settle();
    if (both.client.error) return both.client.error.message();
    both.client.say("hello");
    both.settle();
    return both.server.heard;
}

// A server of ours, and OpenSSL by itself as its client.
struct served
{
    explicit served(const raw_tls::context& peer, std::size_t capacity = 64 * 1024)
        : served(make_memory_pair(capacity), peer)
    {
    }

    void settle()
    {
        for (int round = 0; round < 20; ++round) {
            client.move();
            server.listen();
        }
    }

    memory_transport* line; // what the server speaks over
    tls_end server;
    raw_tls client;

private:
    served(memory_transport::pair ends, const raw_tls::context& as)
        : line(ends.first.get()), server{make_tls_transport(std::move(ends.first), the_tls_world().identity)},
          client(std::move(ends.second), as)
    {
    }
};

raw_tls::context with(void (*change)(SSL_CTX*))
{
    auto context = raw_tls::client_context();
    change(context.get());
    return context;
}

raw_tls::context of_version(int version)
{
    auto context = raw_tls::client_context();
    SSL_CTX_set_cipher_list(context.get(), "DEFAULT:@SECLEVEL=0"); // which old versions need
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    return context;
}

// A server of ours and a peer that knows nothing of TLS.
struct bare
{
    explicit bare(std::string_view bytes)
    {
        auto ends = make_memory_pair(256 * 1024);
        peer = std::move(ends.second);
        server.transport = make_tls_transport(std::move(ends.first), the_tls_world().identity);
        say(bytes);
    }
    void say(std::string_view bytes)
    {
        error_code error;
        const std::array<asio::const_buffer, 1> buffers{asio::buffer(bytes.data(), bytes.size())};
        peer->write_some(buffers, error);
        server.listen();
    }

    std::unique_ptr<memory_transport> peer;
    tls_end server{nullptr};
};

} // namespace

// What the servers log belongs to the test.
BOOST_FIXTURE_TEST_SUITE(net_tls_handshake, log_lines)

// --- who is believed -------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_certificate_for_the_host_from_an_authority_that_is_trusted_is_believed)
{
    BOOST_TEST(verdict({.names = "DNS:localhost"}) == "hello");
    BOOST_TEST(verdict({.names = "DNS:*.chat.example"}, "eu.chat.example") == "hello");
    BOOST_TEST(verdict({.names = "IP:192.0.2.7"}, "192.0.2.7") == "hello");
    BOOST_TEST(verdict({.names = "IP:2001:db8::7"}, "2001:db8::7") == "hello");
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_not)
{
    BOOST_TEST(verdict({.names = "DNS:chat.example"}) == "hostname mismatch");
    BOOST_TEST(verdict({.names = "DNS:*.example"}, "eu.chat.example") == "hostname mismatch");
    BOOST_TEST(verdict({.names = "DNS:e*.chat.example"}, "eu.chat.example") == "hostname mismatch");
    BOOST_TEST(verdict({.names = "DNS:192.0.2.7"}, "192.0.2.7") == "IP address mismatch");
}

BOOST_AUTO_TEST_CASE(a_certificate_of_yesterday_or_tomorrow_is_not)
{
    BOOST_TEST(verdict({.from_day = -2, .until_day = -1}) == "certificate has expired");
    BOOST_TEST(verdict({.from_day = 1, .until_day = 2}) == "certificate is not yet valid");
}

BOOST_AUTO_TEST_CASE(a_certificate_from_an_unknown_authority_is_not_unless_everybody_is_believed)
{
    const scratch_folder folder;
    const tls_trust others(folder.write("others.pem", make_authority("another").certificate));
    BOOST_TEST(verdict({}, "localhost", others) == "unable to get local issuer certificate");
    BOOST_TEST(verdict({}, "localhost", tls_trust()) == "unable to get local issuer certificate");
    BOOST_TEST(verdict({}, "any.example", tls_trust::in_everybody()) == "hello");

    tls_pair self_signed(1024, tls_identity::self_signed(""));
    self_signed.settle();
    BOOST_TEST(self_signed.client.error.message() == "self-signed certificate");
}

BOOST_AUTO_TEST_CASE(the_server_logs_why_a_client_left)
{
    verdict({.names = "DNS:chat.example"});
    BOOST_TEST(all().find(" info tls_failed peer=memory why=\"sslv3 alert bad certificate\"\n") != std::string::npos,
               all());
}

BOOST_AUTO_TEST_CASE(the_server_is_told_which_host_is_meant_but_no_number)
{
    for (const std::string host : {"localhost", "127.0.0.1"}) {
        auto ends = make_memory_pair();
        tls_end client{make_tls_transport(std::move(ends.second), the_tls_world().trust, host)};
        client.listen();
        BOOST_TEST((ends.first->waiting().find(host) != std::string_view::npos) == (host == "localhost"));
    }
    auto ends = make_memory_pair();
    BOOST_CHECK_THROW(make_tls_transport(std::move(ends.second), the_tls_world().trust, ""), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_file_of_authorities_has_to_hold_some)
{
    const scratch_folder folder;
    const auto empty = folder.write("empty.pem", "nothing");
    BOOST_CHECK_EXCEPTION(tls_trust{empty}, std::runtime_error, [&](const auto& why) {
        return why.what() == "'" + empty + "' holds no certificate in PEM form";
    });
    BOOST_CHECK_EXCEPTION(tls_trust{folder.name("missing")}, std::runtime_error, [](const auto& why) {
        return std::string_view(why.what()).ends_with("missing': No such file or directory");
    });
}

// --- what is spoken --------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(versions_below_1_2_are_refused)
{
    for (const auto version : {TLS1_VERSION, TLS1_1_VERSION}) {
        served here(of_version(version));
        here.settle();
        BOOST_TEST(here.server.error.message() == "unsupported protocol");
        BOOST_TEST(here.client.failure == "tlsv1 alert protocol version");
    }
    for (const auto version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        served here(of_version(version));
        here.settle();
        here.client.say("hello");
        here.settle();
        BOOST_TEST(here.server.heard == "hello");
        BOOST_TEST(SSL_version(here.client.ssl()) == version);
    }
}

BOOST_AUTO_TEST_CASE(of_1_2_only_ciphers_with_keys_of_their_own_that_authenticate_are_spoken)
{
    for (const auto* const cipher : {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA"}) {
        auto context = of_version(TLS1_2_VERSION);
        BOOST_REQUIRE(SSL_CTX_set_cipher_list(context.get(), cipher) == 1);
        served here(context);
        here.settle();
        BOOST_TEST(here.server.error.message() == "no shared cipher", cipher);
    }
    for (const auto* const cipher : {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"}) {
        auto context = of_version(TLS1_2_VERSION);
        BOOST_REQUIRE(SSL_CTX_set_cipher_list(context.get(), cipher) == 1);
        served here(context);
        here.settle();
        BOOST_TEST(!here.server.error, cipher);
    }
}

BOOST_AUTO_TEST_CASE(whoever_names_protocols_has_to_name_http_1_1)
{
    const auto spoken = [](std::string_view offered) {
        auto context = raw_tls::client_context();
        SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(offered.data()),
                                static_cast<unsigned>(offered.size()));
        served here(context);
        here.settle();
        const unsigned char* chosen = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(here.client.ssl(), &chosen, &size);
        if (!here.client.failure.empty()) return here.client.failure;
        return std::string(reinterpret_cast<const char*>(chosen), size);
    };
    BOOST_TEST(spoken("\x02h2\x08http/1.1") == "http/1.1");
    BOOST_TEST(spoken("\x08http/1.1") == "http/1.1");
    BOOST_TEST(spoken("\x02h2") == "tlsv1 alert no application protocol");
    BOOST_TEST(spoken("") == ""); // it names none
}

BOOST_AUTO_TEST_CASE(our_client_offers_http_1_1_only)
{
    auto ends = make_memory_pair();
    tls_end client{make_tls_transport(std::move(ends.second), the_tls_world().trust, "localhost")};
    client.listen();
    const auto hello = ends.first->waiting();
    BOOST_TEST(hello.find("\x08http/1.1") != std::string_view::npos);
    BOOST_TEST(hello.find("\x02h2") == std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(keys_can_be_changed_by_either_side_while_both_speak)
{
    served here(of_version(TLS1_3_VERSION));
    here.settle();
    std::string to_server, to_client;
    for (int round = 0; round < 20; ++round) {
        BOOST_REQUIRE(SSL_key_update(here.client.ssl(), SSL_KEY_UPDATE_REQUESTED) == 1);
        here.client.say("c"), to_server += "c";
        here.server.say("s"), to_client += "s";
        here.settle();
    }
    BOOST_TEST(here.server.heard == to_server);
    BOOST_TEST(here.client.heard == to_client);
    BOOST_TEST(!here.server.error);
}

// The answer to a key update goes out with what is said next, and must find its place although there is no room.
BOOST_AUTO_TEST_CASE(keys_can_be_changed_while_the_line_is_full)
{
    const std::string text(100'000, 'x');
    served here(of_version(TLS1_3_VERSION), 8192);
    here.settle();
    std::string_view rest = text;
    rest.remove_prefix(here.server.say(rest)); // the client does not read
    for (int round = 0; round < 40; ++round) {
        SSL_key_update(here.client.ssl(), SSL_KEY_UPDATE_REQUESTED);
        here.client.say("c");
        here.server.listen();
        rest.remove_prefix(here.server.say(rest));
        if (round % 2 == 1) here.client.move();
    }
    for (int round = 0; round < 40 && !rest.empty(); ++round) {
        here.client.move();
        rest.remove_prefix(here.server.say(rest));
    }
    here.settle();
    BOOST_TEST(rest.empty());
    BOOST_TEST((here.client.heard == text));
    BOOST_TEST(here.server.heard == std::string(40, 'c'));
}

BOOST_AUTO_TEST_CASE(a_new_handshake_within_the_connection_is_declined_and_costs_little)
{
    served here(of_version(TLS1_2_VERSION), 4096);
    here.settle();
    here.client.say("hello");
    here.settle();
    // A peer that asks again and again and reads none of the answers.
    SSL_set_options(here.client.ssl(), SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
    BOOST_REQUIRE(SSL_renegotiate(here.client.ssl()) == 1);
    here.client.move();
    here.settle();
    BOOST_TEST(here.server.heard == "hello");
    BOOST_TEST(here.client.failure == "no renegotiation");
}

BOOST_AUTO_TEST_CASE(a_client_gets_one_ticket_and_comes_back_with_it)
{
    static SSL_SESSION* kept;
    static int tickets;
    kept = nullptr, tickets = 0;
    const auto context = with([](SSL_CTX* to) {
        SSL_CTX_set_session_cache_mode(to, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(to, [](SSL*, SSL_SESSION* session) {
            SSL_SESSION_free(std::exchange(kept, session));
            return ++tickets, 1;
        });
    });
    {
        served first(context);
        first.settle();
        BOOST_TEST(tickets == 1);
        SSL_shutdown(first.client.ssl()); // else the ticket counts as spoilt
    }
    served second(context);
    SSL_set_session(second.client.ssl(), kept);
    second.settle();
    BOOST_TEST(SSL_session_reused(second.client.ssl()) == 1);
    second.client.say("back again");
    second.settle();
    BOOST_TEST(second.server.heard == "back again");
    SSL_SESSION_free(kept);
}

BOOST_AUTO_TEST_CASE(nothing_is_taken_before_the_handshake_is_over)
{
    served here(raw_tls::client_context());
    BOOST_TEST(SSL_CTX_get_max_early_data(SSL_get_SSL_CTX(here.client.ssl())) == 0u);
    BOOST_TEST(here.server.say("too early") == 0u);
    here.settle();
    BOOST_TEST(here.server.say("now") == 3u);
}

// Half of a handshake waits with us until there is room for it, but not any amount.
BOOST_AUTO_TEST_CASE(what_nobody_reads_of_a_handshake_is_kept_up_to_a_bound)
{
    std::string many = "DNS:localhost";
    for (int each = 0; each < 5000; ++each)
        many += ",DNS:host-" + std::to_string(each) + ".example";
    for (const auto& [names, expected] : {std::pair{std::string("DNS:localhost"), error_code()},
                                          std::pair{many, error_code(asio::error::no_buffer_space)}}) {
        auto ends = make_memory_pair(1024);
        raw_tls client(std::move(ends.second), raw_tls::client_context());
        tls_end server{
            make_tls_transport(std::move(ends.first), the_tls_world().identity_for({.names = names}, "big"))};
        SSL_do_handshake(client.ssl());
        client.send();
        for (int round = 0; round < 5; ++round)
            server.listen();
        BOOST_TEST((server.error == expected), server.error.message());
    }
}

// --- what is not TLS -------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(plain_http_is_told_that_this_is_the_wrong_port)
{
    std::size_t told = 0;
    for (const auto* const request :
         {"GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n", "CONNECT chat.example:443 HTTP/1.1\r\n\r\n"}) {
        bare here(request);
        BOOST_TEST(here.peer->waiting().starts_with("HTTP/1.1 400 Bad Request\r\n"), here.peer->waiting());
        BOOST_TEST(here.peer->waiting().find("\"tls_required\"") != std::string_view::npos);
        BOOST_TEST(bool(here.server.error));
        here.say("more of it");
        BOOST_TEST(count("tls_failed") == ++told, "once is enough");
    }
}

BOOST_AUTO_TEST_CASE(garbage_ends_the_connection)
{
    test::random chance(7);
    for (int each = 0; each < 300; ++each) {
        bare here(chance.bytes(chance.between(16, 40'000)));
        BOOST_TEST(bool(here.server.error));
        BOOST_TEST(here.server.heard == "");
    }
}

BOOST_AUTO_TEST_CASE(a_record_that_claims_to_be_huge_ends_the_connection_before_it_has_come)
{
    bare here(std::string_view("\x16\x03\x01\xff\xff", 5));
    BOOST_TEST(here.server.error.message() == "packet length too long");
}

// What an honest client says first, cut anywhere, or with any byte changed.
BOOST_AUTO_TEST_CASE(half_a_hello_and_a_damaged_one_are_survived)
{
    auto ends = make_memory_pair();
    tls_end client{make_tls_transport(std::move(ends.second), the_tls_world().trust, "localhost")};
    client.listen();
    const std::string hello(ends.first->waiting());
    BOOST_REQUIRE(hello.size() > 200u);
    for (std::size_t at = 0; at < hello.size(); at += 3) {
        bare cut(std::string_view(hello).substr(0, at));
        BOOST_TEST(!cut.server.error, "it may go on");
        cut.peer->close();
        cut.server.listen();
        BOOST_TEST((cut.server.error == asio::error::eof));
        auto damaged = hello;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
        bare here(damaged);
        BOOST_TEST(here.server.heard == "");
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_record_ends_the_connection_and_nothing_of_it_is_heard)
{
    served here(raw_tls::client_context());
    here.settle();
    here.client.say("hello");
    here.server.listen();
    std::string record("\x17\x03\x03\x00\x20", 5);
    record += std::string(32, 'x');
    error_code error;
    const std::array<asio::const_buffer, 1> buffers{asio::buffer(record)};
    here.client.line().write_some(buffers, error);
    here.server.listen();
    BOOST_TEST(here.server.heard == "hello");
    BOOST_TEST(here.server.error.message() == "decryption failed or bad record mac");
    BOOST_TEST(here.server.say("still?") == 0u);
    BOOST_TEST(count("tls_failed") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
