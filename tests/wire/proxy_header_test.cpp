// proxy_header_test.cpp — the PROXY protocol, version 2: what each header says, and what is none.
#include <chorus/wire/proxy_header.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;

namespace {

const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
const std::string ipv4("\xCB\0\x71\x09\x0A\0\0\x01\x13\x88\x1F\x90", 12); // 203.0.113.9:5000 to 10.0.0.1:8080

std::string header(int version_and_command, int family, const std::string& rest)
{
    std::string bytes = signature;
    bytes += static_cast<char>(version_and_command);
    bytes += static_cast<char>(family);
    bytes += static_cast<char>(rest.size() >> 8);
    bytes += static_cast<char>(rest.size() & 255);
    return bytes + rest;
}

std::string source(const std::string& bytes) { return proxy_header::source(bytes).value_or("(malformed)"); }

} // namespace

BOOST_AUTO_TEST_SUITE(wire_proxy_header)

BOOST_AUTO_TEST_CASE(it_names_the_client)
{
    BOOST_TEST(source(header(0x21, 0x11, ipv4)) == "203.0.113.9");
    std::string ipv6(36, '\0');
    ipv6[0] = '\x20', ipv6[1] = '\x01', ipv6[2] = '\x0D', ipv6[3] = '\xB8', ipv6[15] = '\x09';
    BOOST_TEST(source(header(0x21, 0x21, ipv6)) == "2001:db8::9");
}

BOOST_AUTO_TEST_CASE(what_a_proxy_adds_behind_the_addresses_does_not_matter)
{
    BOOST_TEST(source(header(0x21, 0x11, ipv4 + std::string("\x04\0\x01\0", 4))) == "203.0.113.9");
}

BOOST_AUTO_TEST_CASE(a_proxy_may_speak_for_itself_or_for_nobody_with_an_address)
{
    BOOST_TEST(source(header(0x20, 0x00, "")) == "");
    BOOST_TEST(source(header(0x20, 0x11, ipv4)) == "");
    BOOST_TEST(source(header(0x21, 0x00, "")) == "");
    BOOST_TEST(source(header(0x21, 0x31, std::string(216, 'x'))) == "");
}

BOOST_AUTO_TEST_CASE(what_is_no_header_of_version_2_is_refused)
{
    const auto good = header(0x21, 0x11, ipv4);
    for (std::size_t at = 0; at < 12; ++at) {
        auto wrong = good;
        wrong[at] ^= 1;
        BOOST_TEST(!proxy_header::rest_size(wrong.substr(0, 16)), "byte " << at);
    }
    BOOST_TEST(!proxy_header::rest_size(header(0x11, 0x11, ipv4).substr(0, 16))); // version 1
    BOOST_TEST(!proxy_header::rest_size(header(0x22, 0x11, ipv4).substr(0, 16))); // an unknown command
    BOOST_TEST(!proxy_header::rest_size("PROXY TCP4 1.1.1"));
    BOOST_TEST(!proxy_header::rest_size(good.substr(0, 15)));
}

BOOST_AUTO_TEST_CASE(a_length_is_believed_only_so_far)
{
    BOOST_TEST(proxy_header::rest_size(header(0x21, 0x11, std::string(8192, 'x')).substr(0, 16)).value() == 8192U);
    BOOST_TEST(!proxy_header::rest_size(header(0x21, 0x11, std::string(8193, 'x')).substr(0, 16)));
}

BOOST_AUTO_TEST_CASE(addresses_that_are_cut_short_or_of_an_unknown_family_are_refused)
{
    BOOST_TEST(source(header(0x21, 0x11, ipv4.substr(0, 11))) == "(malformed)");
    BOOST_TEST(source(header(0x21, 0x21, ipv4)) == "(malformed)");
    BOOST_TEST(source(header(0x21, 0x41, ipv4)) == "(malformed)");
    BOOST_TEST(source(header(0x21, 0x11, ipv4) + "x") == "(malformed)");
    BOOST_TEST(source("") == "(malformed)");
}

BOOST_AUTO_TEST_SUITE_END()
