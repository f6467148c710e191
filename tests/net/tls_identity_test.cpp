// tls_identity_test.cpp — a server's certificate: read from files, read again, made for development.
#include "support/log_lines.hpp"
#include "support/tls_pair.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <filesystem>
#include <thread>

using namespace chorus;
using namespace chorus::test;
using namespace std::chrono_literals;

namespace {

std::string complaint(const std::string& certificate, const std::string& key)
{
    try {
        const tls_identity identity(certificate, key);
        return "";
    } catch (const std::runtime_error& wrong) {
        return wrong.what();
    }
}

// Whether a client that trusts this certificate, or its authority, believes that the server is this host.
bool is_believed(const tls_identity& identity, const std::string& authorities, const std::string& host)
{
    const scratch_folder folder;
    tls_pair both(64 * 1024, identity, tls_trust(folder.write("authorities.pem", authorities)), host);
    both.settle();
    return !both.client.error;
}

// The certificate that a server shows, as a client sees it.
std::string certificate_shown_by(const tls_identity& identity)
{
    auto ends = make_memory_pair();
    tls_end server{make_tls_transport(std::move(ends.first), identity)};
    raw_tls client(std::move(ends.second), raw_tls::client_context());
    for (int round = 0; round < 10; ++round)
        client.move(), server.listen();
    X509* const shown = SSL_get0_peer_certificate(client.ssl());
    return detail::pem_of([&](BIO* out) { PEM_write_bio_X509(out, shown); });
}

// A certificate in its files, and what a client makes of it.
struct files
{
    scratch_folder folder;
    std::string certificate = folder.name("cert.pem"), key = folder.name("key.pem");

    const key_and_certificate& hold(const key_and_certificate& these) const
    {
        folder.write("cert.pem", these.certificate);
        folder.write("key.pem", these.key);
        return these;
    }
};

} // namespace

// What the servers log belongs to the test.
BOOST_FIXTURE_TEST_SUITE(net_tls_identity, log_lines)

BOOST_AUTO_TEST_CASE(what_is_wrong_with_the_files_is_said_with_their_names)
{
    const files here;
    const auto &certificate = here.certificate, &key = here.key;
    const auto good = make_credentials(), other = make_credentials();
    BOOST_TEST(complaint(certificate, key) == "cannot read '" + certificate + "': No such file or directory");
    here.folder.write("cert.pem", "");
    BOOST_TEST(complaint(certificate, key) == "'" + certificate + "' holds no certificate in PEM form");
    here.folder.write("cert.pem", good.key);
    BOOST_TEST(complaint(certificate, key) == "'" + certificate + "' holds no certificate in PEM form");
    here.folder.write("cert.pem", good.certificate);
    BOOST_TEST(complaint(certificate, key) == "cannot read '" + key + "': No such file or directory");
    here.folder.write("key.pem", good.certificate);
    BOOST_TEST(complaint(certificate, key) == "'" + key + "' holds no private key in PEM form");
    here.folder.write("key.pem", other.key);
    BOOST_TEST(complaint(certificate, key) ==
               "the private key in '" + key + "' is not that of the certificate in '" + certificate + "'");
    here.folder.write("key.pem", good.key);
    BOOST_TEST(complaint(certificate, key) == "");
    BOOST_TEST(complaint("/", key) == "cannot read '/': Is a directory");
    BOOST_TEST(complaint("/dev/zero", key) == "'/dev/zero' holds no certificate in PEM form");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_cut_or_damaged_is_refused)
{
    const files here;
    const auto good = here.hold(make_credentials());
    for (const auto size : {30u, 100u, 400u}) {
        here.folder.write("cert.pem", good.certificate.substr(0, size));
        BOOST_TEST(complaint(here.certificate, here.key) != "");
    }
    auto damaged = good.certificate;
    damaged[100] = damaged[100] == 'A' ? 'B' : 'A';
    here.folder.write("cert.pem", damaged);
    BOOST_TEST(complaint(here.certificate, here.key) != "");
    here.folder.write("cert.pem", good.certificate + damaged);
    BOOST_TEST(complaint(here.certificate, here.key) != "", "one that vouches for it is broken");
}

BOOST_AUTO_TEST_CASE(a_key_that_needs_a_passphrase_is_refused_instead_of_asking_for_it)
{
    const files here;
    const auto good = here.hold(make_credentials());
    const auto key = detail::key_of(good);
    here.folder.write("key.pem", detail::pem_of([&](BIO* out) {
                          PEM_write_bio_PrivateKey(out, key.get(), EVP_aes_256_cbc(), nullptr, 0, nullptr,
                                                   const_cast<char*>("a passphrase"));
                      }));
    BOOST_TEST(complaint(here.certificate, here.key).ends_with("is encrypted: nobody is there to enter a passphrase"));
}

BOOST_AUTO_TEST_CASE(those_that_vouch_for_it_are_sent_along)
{
    const auto root = make_authority("root");
    const auto between = make_credentials({.names = "", .issuer = &root, .subject = "between"});
    const auto own = make_credentials({.issuer = &between});
    const files here;
    here.hold({own.certificate, own.key});
    BOOST_TEST(!is_believed({here.certificate, here.key}, root.certificate, "localhost"));
    here.hold({own.certificate + between.certificate, own.key});
    BOOST_TEST(is_believed({here.certificate, here.key}, root.certificate, "localhost"));
}

BOOST_AUTO_TEST_CASE(after_a_reload_newcomers_see_the_new_certificate_and_who_is_there_stays)
{
    const files here;
    const auto first = here.hold(make_credentials());
    tls_identity identity(here.certificate, here.key);
    const auto trust = tls_trust::in_everybody();
    tls_pair old(64 * 1024, identity, trust);
    old.settle();
    BOOST_TEST(certificate_shown_by(identity) == first.certificate);
    const auto fingerprint = identity.fingerprint();

    const auto second = here.hold(make_credentials());
    BOOST_TEST(certificate_shown_by(identity) == first.certificate, "not before it is told to");
    identity.reload();
    BOOST_TEST(certificate_shown_by(identity) == second.certificate);
    BOOST_TEST(identity.fingerprint() != fingerprint);
    old.client.say("still here");
    old.settle();
    BOOST_TEST(old.server.heard == "still here");
}

BOOST_AUTO_TEST_CASE(files_that_are_wrong_leave_all_as_it_was)
{
    const files here;
    const auto good = here.hold(make_credentials());
    tls_identity identity(here.certificate, here.key);
    for (const auto& wrong : {key_and_certificate{"", good.key}, key_and_certificate{good.certificate, "garbage"},
                              key_and_certificate{make_credentials().certificate, good.key}}) {
        here.hold(wrong);
        BOOST_CHECK_THROW(identity.reload(), std::runtime_error);
        BOOST_TEST(certificate_shown_by(identity) == good.certificate);
    }
    std::filesystem::remove(here.certificate);
    BOOST_CHECK_THROW(identity.reload(), std::runtime_error);
    BOOST_TEST(certificate_shown_by(identity) == good.certificate);
}

BOOST_AUTO_TEST_CASE(it_knows_from_when_until_when_it_is_good)
{
    const files here;
    here.hold(make_credentials({.from_day = -10, .until_day = -3}));
    const tls_identity identity(here.certificate, here.key);
    const auto now = std::chrono::system_clock::now();
    BOOST_TEST((now - identity.valid_from() - 240h < 1h));
    BOOST_TEST((now - identity.valid_until() - 72h < 1h));
    BOOST_TEST((identity.valid_until() < now));
}

BOOST_AUTO_TEST_CASE(one_made_for_development_is_for_the_local_host_and_the_one_it_listens_at)
{
    const auto identity = tls_identity::self_signed("192.0.2.1");
    const auto shown = certificate_shown_by(identity);
    for (const auto* const host : {"localhost", "127.0.0.1", "::1", "192.0.2.1"})
        BOOST_TEST(is_believed(identity, shown, host), host);
    BOOST_TEST(!is_believed(identity, shown, "192.0.2.2"));
    BOOST_TEST(!is_believed(identity, shown, "chat.example"));
    for (const auto* const host : {"chat.example", "::", "localhost", ""}) {
        const auto another = tls_identity::self_signed(host);
        BOOST_TEST(is_believed(another, certificate_shown_by(another), *host ? host : "localhost"), host);
        BOOST_TEST(another.fingerprint() != identity.fingerprint());
    }
    const auto now = std::chrono::system_clock::now();
    BOOST_TEST((identity.valid_from() <= now && identity.valid_until() > now + 29 * 24h &&
                identity.valid_until() < now + 31 * 24h));
}

BOOST_AUTO_TEST_CASE(a_reload_of_one_that_has_no_files_changes_nothing)
{
    auto identity = tls_identity::self_signed("");
    const auto fingerprint = identity.fingerprint();
    identity.reload();
    BOOST_TEST(identity.fingerprint() == fingerprint);
    BOOST_TEST(fingerprint.size() == 32u * 3 - 1);
    BOOST_TEST(fingerprint.find_first_not_of("0123456789ABCDEF:") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(connections_of_other_threads_begin_while_it_is_read_anew)
{
    const files on_disk;
    on_disk.hold(make_credentials());
    tls_identity identity(on_disk.certificate, on_disk.key);
    std::atomic<bool> over = false, all_were_whole = true;
    std::thread newcomers([&] {
        while (!over) {
            auto ends = make_memory_pair();
            make_tls_transport(std::move(ends.first), identity);
            if (identity.fingerprint().size() != 95) all_were_whole = false;
        }
    });
    for (int each = 0; each < 100; ++each)
        identity.reload();
    over = true;
    newcomers.join();
    BOOST_TEST(all_were_whole);
}

BOOST_AUTO_TEST_SUITE_END()
