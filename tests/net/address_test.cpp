// address_test.cpp — the spellings of a listening address, right ones and those that only look right.
#include <chorus/net/address.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;

namespace {

address at(std::string_view spelling)
{
    const auto read = read_address(spelling);
    BOOST_REQUIRE_MESSAGE(read, spelling);
    return *read;
}

} // namespace

BOOST_AUTO_TEST_SUITE(net_address)

BOOST_AUTO_TEST_CASE(a_host_and_a_port_are_told_apart_at_the_last_colon)
{
    BOOST_TEST(at("127.0.0.1:8080").host == "127.0.0.1");
    BOOST_TEST(at("127.0.0.1:8080").port == 8080);
    BOOST_TEST(at("localhost:0").host == "localhost");
    BOOST_TEST(at("localhost:0").port == 0);
    BOOST_TEST(at("0.0.0.0:65535").port == 65535);
}

BOOST_AUTO_TEST_CASE(an_ipv6_host_stands_in_brackets)
{
    BOOST_TEST(at("[::1]:8080").host == "::1");
    BOOST_TEST(at("[2001:db8::7]:80").host == "2001:db8::7");
    BOOST_TEST(!at("[::1]:8080").is_unix());
}

BOOST_AUTO_TEST_CASE(a_path_makes_a_unix_socket)
{
    BOOST_TEST(at("unix:/run/chorus.sock").is_unix());
    BOOST_TEST(at("unix:/run/chorus.sock").path == "/run/chorus.sock");
    BOOST_TEST(at("unix:relative path:80").path == "relative path:80");
}

BOOST_AUTO_TEST_CASE(what_systemd_has_opened_is_neither_host_nor_path)
{
    BOOST_TEST(at("systemd").inherited);
    BOOST_TEST(!at("systemd").is_unix());
    BOOST_TEST(!at("systemd:80").inherited, "a host may be called so");
}

BOOST_AUTO_TEST_CASE(a_path_has_to_fit_the_name_of_a_socket)
{
    BOOST_TEST(read_address("unix:" + std::string(107, 'x')).has_value());
    BOOST_TEST(!read_address("unix:" + std::string(108, 'x')).has_value());
    BOOST_TEST(!read_address(std::string_view{"unix:/a\0b", 9}).has_value());
}

BOOST_AUTO_TEST_CASE(what_leaves_a_doubt_is_refused)
{
    for (const std::string_view wrong : {"",
                                         ":",
                                         "8080",
                                         "localhost",
                                         "localhost:",
                                         ":8080",
                                         "::1:8080",
                                         "[::1]",
                                         "[::1]8080",
                                         "[]:80",
                                         "[localhost]:80",
                                         "[::1:80",
                                         "::1]:80",
                                         "a b:80",
                                         "a/b:80",
                                         "localhost:65536",
                                         "localhost:-1",
                                         "localhost:+1",
                                         "localhost:8o",
                                         "localhost: 80",
                                         "unix:"})
        BOOST_TEST(!read_address(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(an_address_is_written_as_it_is_read)
{
    for (const std::string spelling : {"127.0.0.1:8080", "[::1]:0", "localhost:80", "unix:/run/chorus.sock", "systemd"})
        BOOST_TEST(to_string(at(spelling)) == spelling);
}

BOOST_AUTO_TEST_SUITE_END()
