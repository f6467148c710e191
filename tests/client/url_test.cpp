// url_test.cpp — what is a WebSocket's URL, what is none, and what of it goes into a request; proxies likewise.
#include <chorus/client/proxy.hpp>
#include <chorus/client/url.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;

namespace {

std::string said(std::string_view spelling)
{
    const auto found = read_url(spelling);
    if (!found) return found.error().code;
    return to_string(found->where) + (found->secure ? " secure " : " ") + host_field(*found) + " " + found->target;
}

std::string proxy_said(std::string_view spelling)
{
    const auto found = read_proxy(spelling);
    return found ? to_string(found->where) + " " + found->authorization : found.error().code;
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_url)

BOOST_AUTO_TEST_CASE(a_host_a_port_and_a_target_are_found)
{
    BOOST_TEST(said("ws://127.0.0.1:8080/ws?name=ada%20b") == "127.0.0.1:8080 127.0.0.1:8080 /ws?name=ada%20b");
    BOOST_TEST(said("ws://chat.example") == "chat.example:80 chat.example /");
    BOOST_TEST(said("wss://chat.example?a=b") == "chat.example:443 secure chat.example /?a=b");
    BOOST_TEST(said("wss://chat.example:8443/x") == "chat.example:8443 secure chat.example:8443 /x");
    BOOST_TEST(said("WS://[::1]:9000/") == "[::1]:9000 [::1]:9000 /");
    BOOST_TEST(said("ws://[::1]/") == "[::1]:80 [::1] /");
    BOOST_TEST(said("ws+unix:/run/chat.sock:/ws") == "unix:/run/chat.sock localhost /ws");
    BOOST_TEST(said("ws+unix:/run/chat.sock") == "unix:/run/chat.sock localhost /");
}

BOOST_AUTO_TEST_CASE(what_is_no_url_of_a_websocket_is_refused)
{
    for (const auto* const wrong :
         {"", "chat.example", "http://chat.example/", "ws://", "ws:///ws", "ws://a b/", "ws://chat.example/#part",
          "ws://ada:secret@chat.example/", "ws://chat.example:0/", "ws://chat.example:65536/", "ws://%0d%0a/",
          "ws://chat.example/\r\nX: y", "ws+unix:", "ws+unix:/a:b", "ws+unix:/a:/b c"})
        BOOST_TEST(said(wrong) == "bad_url", wrong);
}

BOOST_AUTO_TEST_CASE(a_value_is_encoded_into_the_query)
{
    auto to = *read_url("ws://chat.example/ws");
    add_to_query(to, "name", "Ada & Bo/ü");
    add_to_query(to, "x", "1");
    BOOST_TEST(to_string(to) == "ws://chat.example/ws?name=Ada%20%26%20Bo%2F%C3%BC&x=1");
}

BOOST_AUTO_TEST_CASE(a_proxy_may_have_a_port_and_a_password)
{
    BOOST_TEST(proxy_said("http://proxy.example:3128") == "proxy.example:3128 ");
    BOOST_TEST(proxy_said("http://proxy.example/") == "proxy.example:80 ");
    BOOST_TEST(proxy_said("http://Aladdin:open%20sesame@proxy.example:8080") ==
               "proxy.example:8080 Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    for (const auto* const wrong : {"", "proxy.example:3128", "https://proxy.example", "socks5://proxy.example",
                                    "http://", "http://proxy.example:0"})
        BOOST_TEST(proxy_said(wrong) == "bad_proxy", wrong);
}

BOOST_AUTO_TEST_CASE(a_proxy_is_asked_for_the_host_and_the_port)
{
    const auto asked = connect_request(read_url("wss://chat.example/ws")->where,
                                       *read_proxy("http://Aladdin:open%20sesame@proxy.example"));
    BOOST_TEST(asked == "CONNECT chat.example:443 HTTP/1.1\r\nHost: chat.example:443\r\n"
                        "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
