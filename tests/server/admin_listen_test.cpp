// admin_listen_test.cpp — what is for operators is served at a place of its own, however full the front is.
#include "support/log_lines.hpp"
#include "support/server_thread.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace chorus;
using namespace chorus::test;

namespace {

const asset secret{"/operators", "text/plain", "for operators"};

config with_a_back_door()
{
    auto settings = on_a_free_port();
    settings.metrics = true;
    settings.admin_listen = "127.0.0.1:0";
    return settings;
}

// A server whose back is at `admin_port`.
class two_doors
{
public:
    explicit two_doors(const config& settings = with_a_back_door()) : here(settings)
    {
        here.server.serve_operators({&secret, 1});
        here.start();
        const std::string_view said = "admin_listening at=127.0.0.1:";
        const auto at = log_.all().find(said); // before anybody connects nothing else is logged
        BOOST_REQUIRE(at != std::string::npos);
        admin_port = static_cast<std::uint16_t>(std::stoi(log_.all().substr(at + said.size())));
    }

    std::string front(std::string_view path) const { return status(here.port(), path); }
    std::string back(std::string_view path) const { return status(admin_port, path); }

private:
    static std::string status(std::uint16_t port, std::string_view path)
    {
        return http_answer_to(port, get_and_close(path)).substr(0, 12).substr(9);
    }

    log_lines log_; // outlives the server, which logs until its end

public:
    server_thread here;
    std::uint16_t admin_port = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(server_admin_listen)

BOOST_AUTO_TEST_CASE(metrics_and_pages_for_operators_are_at_the_back_and_only_there)
{
    const two_doors doors;
    for (const std::string path : {"/metrics", "/operators"}) {
        BOOST_TEST(doors.back(path) == "200", path);
        BOOST_TEST(doors.front(path) == "404", path);
    }
    for (const std::string path : {"/healthz", "/readyz"}) {
        BOOST_TEST(doors.back(path) == "200", path);
        BOOST_TEST(doors.front(path) == "200", path);
    }
}

BOOST_AUTO_TEST_CASE(nobody_becomes_a_session_at_the_back)
{
    const two_doors doors;
    BOOST_TEST(doors.back("/ws") == "404");
    BOOST_CHECK_THROW(ws_client({.port = doors.admin_port}), std::runtime_error);
    BOOST_TEST(doors.front("/ws") == "426");
}

BOOST_AUTO_TEST_CASE(when_the_front_is_full_the_back_is_not)
{
    auto settings = with_a_back_door();
    settings.max_connections = 1;
    two_doors doors(settings);
    const auto only = doors.here.connect();
    BOOST_TEST(doors.front("/readyz") == "503");
    BOOST_TEST(doors.back("/metrics") == "200");
}

BOOST_AUTO_TEST_CASE(the_back_speaks_plain_http_whatever_the_front_speaks)
{
    auto settings = with_a_back_door();
    settings.tls_self_signed = true;
    settings.trusted_proxies = {"10.0.0.0/8"};
    settings.proxy_protocol = true;
    server_thread here(settings); // its log has a line for the certificate
    log_lines log;
    here.start();
    const std::string_view said = "admin_listening at=127.0.0.1:";
    const auto port = static_cast<std::uint16_t>(std::stoi(log.all().substr(log.all().find(said) + said.size())));
    BOOST_TEST(http_answer_to(port, get_and_close("/healthz")).ends_with("\r\n\r\nok\n"));
    here.server.stop();
    BOOST_TEST(here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(while_it_drains_the_back_says_so_until_the_end)
{
    two_doors doors;
    auto ann = doors.here.connect();
    doors.here.server.stop();
    BOOST_TEST(hear(ann) == "close 1001 server shutting down");
    BOOST_TEST(doors.back("/readyz") == "503");
    BOOST_TEST(doors.back("/metrics") == "200");
    ann.send_close(1001);
    BOOST_TEST(hear(ann) == "end");
    ann.cut(); // it hangs up, so that nobody has to wait for that
    BOOST_TEST(doors.here.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(a_back_that_is_taken_is_told_before_anything_runs)
{
    const two_doors doors;
    auto settings = with_a_back_door();
    settings.admin_listen = "127.0.0.1:" + std::to_string(doors.admin_port);
    server second(settings);
    BOOST_CHECK_THROW(second.run(), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(metrics_that_everybody_may_read_are_warned_of)
{
    struct place
    {
        std::string listen, admin_listen;
        bool is_public;
    };
    const place places[] = {{"0.0.0.0:0", "", true},
                            {"127.0.0.1:0", "", false},
                            {"localhost:0", "", false},
                            {"0.0.0.0:0", "127.0.0.1:0", false},
                            {"127.0.0.1:0", "0.0.0.0:0", true}};
    for (const auto& where : places) {
        log_lines log;
        auto settings = on_a_free_port();
        settings.metrics = true;
        settings.listen = where.listen;
        settings.admin_listen = where.admin_listen;
        server_thread here(settings);
        here.start();
        here.server.stop();
        BOOST_TEST(here.exit_code() == 0);
        BOOST_TEST(log.count(" warning metrics_are_public ") == (where.is_public ? 1u : 0u));
    }
}

BOOST_AUTO_TEST_SUITE_END()
