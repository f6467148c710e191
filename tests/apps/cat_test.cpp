// cat_test.cpp — what chorus-cat is told, what it shows of strangers, and where it finds a proxy.
#include <apps/cat/cat_options.hpp>
#include <apps/cat/chat_lines.hpp>
#include <apps/cat/visible.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::app;

namespace {

cat_options told(std::vector<std::string> arguments, const environment& variables = {})
{
    auto read = read_cat_options(std::move(arguments), variables);
    const auto* const goodbye = std::get_if<farewell>(&read);
    BOOST_REQUIRE_MESSAGE(!goodbye, (goodbye ? goodbye->text : std::string{}));
    return std::get<cat_options>(std::move(read));
}

std::string complaint_about(std::vector<std::string> arguments, const environment& variables = {})
{
    const auto read = read_cat_options(std::move(arguments), variables);
    const auto* const goodbye = std::get_if<farewell>(&read);
    return goodbye ? std::to_string(goodbye->exit_code) + " " + goodbye->text : "none";
}

const std::string url_of_chat = "ws://chat.example/ws";

} // namespace

BOOST_AUTO_TEST_SUITE(apps_cat)

BOOST_AUTO_TEST_CASE(nothing_of_a_stranger_reaches_the_terminal_but_text)
{
    BOOST_TEST(visible("Gr\u00fc\u00dfe, \u5b57 \U0001F600") == "Gr\u00fc\u00dfe, \u5b57 \U0001F600");
    BOOST_TEST(visible("a\x1b[2J\x07") == "a\\u{1b}[2J\\u{7}");
    BOOST_TEST(visible("one\ntwo\tthree\r") == "one\\ntwo\\tthree\\u{d}");
    BOOST_TEST(visible("c1 \xc2\x9b") == "c1 \\u{9b}");
    BOOST_TEST(visible("\u202eevil\u2028") == "\\u{202e}evil\\u{2028}");
    BOOST_TEST(visible("\xff\xc3") == "\\x{ff}\\x{c3}");
    BOOST_TEST(visible_bytes(std::string("\0\x1b\xff", 3)) == "3 bytes: 00 1b ff");
    BOOST_TEST(visible_bytes(std::string(40, 'x')).ends_with("78 …"));
}

BOOST_AUTO_TEST_CASE(lines_say_who_said_what_where)
{
    BOOST_TEST(line_of_chat({{"room", "tea"}, {"user", "ada"}, {"text", "hi\nbo: no"}}) == "[tea] ada: hi\\nbo: no");
    BOOST_TEST(line_of_chat({{"user", "ada"}, {"text", "hi"}}) == "ada: hi");
    BOOST_TEST(line_of_chat({{"user", 7}}) == "");
    event::joined back;
    back.room = "tea";
    back.members = {"ada", "b\x1b"};
    back.member_count = 5;
    back.again = true;
    BOOST_TEST(line_of(back) == "[tea] back again, something may have been missed; here: ada, b\\u{1b} and 3 more");
    back.recovered = true;
    BOOST_TEST(line_of(back).starts_with("[tea] back again, nothing was missed"));
    BOOST_TEST(line_of(event::heard{"presence", {{"room", "tea"}, {"user", "bo"}, {"event", "leave"}}}) ==
               "[tea] bo went");
    BOOST_TEST(line_of(event::heard{"dance\x1b", {{"a", 1}}}) == "dance\\u{1b} {\"a\":1}");
    BOOST_TEST(line_of(event::gap{"tea", 2, 4}) == "[tea] messages 2 to 4 were lost: we were too slow");
}

BOOST_AUTO_TEST_CASE(the_command_line_becomes_options)
{
    const auto all =
        told({url_of_chat, "--join", "tea", "--join", "coffee", "--name", "Ada B", "--token", "t", "--header",
              "Origin: http://x", "--timeout", "2.5", "--ping", "7", "--deflate", "--max-message", "2MiB"});
    BOOST_TEST(all.client.url == "ws://chat.example/ws?name=Ada%20B");
    BOOST_TEST((all.rooms == std::vector<std::string>{"tea", "coffee"}));
    BOOST_TEST(all.client.token() == "t");
    BOOST_TEST(all.client.fields.at(0).first == "Origin");
    BOOST_TEST(all.client.fields.at(0).second == "http://x");
    BOOST_TEST(all.client.reply_wait.count() == 2500);
    BOOST_TEST(all.client.connection.ping_period.count() == 7000);
    BOOST_TEST(all.client.connection.pong_wait.count() == 9500);
    BOOST_TEST(all.client.deflate);
    BOOST_TEST(all.client.connection.parsing.max_message == 2 * 1024 * 1024);
    BOOST_TEST(told({url_of_chat}).client.connection.parsing.max_message == 512 * 1024);
    BOOST_TEST(all.client.reconnect);
    BOOST_TEST(!told({url_of_chat, "--no-reconnect"}).client.reconnect);
    BOOST_TEST(!told({url_of_chat, "--raw"}).client.reconnect, "a pipe with a hole is none");
}

BOOST_AUTO_TEST_CASE(a_token_may_come_by_the_environment)
{
    BOOST_TEST(told({url_of_chat}, {{"CHORUS_TOKEN", "secret"}}).client.token() == "secret");
    BOOST_TEST(told({url_of_chat, "--token", "flag"}, {{"CHORUS_TOKEN", "secret"}}).client.token() == "flag");
    BOOST_TEST(!told({url_of_chat}).client.token);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_on_the_command_line_is_said_with_two)
{
    BOOST_TEST(complaint_about({}).starts_with("2 URL"));
    BOOST_TEST(complaint_about({"chat.example"}).starts_with("2 URL: 'chat.example'"));
    BOOST_TEST(complaint_about({url_of_chat, "--jion", "tea"}).starts_with("2 unknown option '--jion'"));
    BOOST_TEST(complaint_about({url_of_chat, "--raw", "--binary"}).starts_with("2 --raw and --binary"));
    BOOST_TEST(complaint_about({url_of_chat, "--raw", "--join", "tea"}).starts_with("2 --join"));
    BOOST_TEST(complaint_about({url_of_chat, "--timeout", "0"}).starts_with("2 --timeout"));
    BOOST_TEST(complaint_about({url_of_chat, "--ping", "soon"}).starts_with("2 --ping"));
    BOOST_TEST(complaint_about({url_of_chat, "--max-message", "big"}).starts_with("2 --max-message"));
    BOOST_TEST(complaint_about({url_of_chat, "--header", "Origin"}).starts_with("2 --header"));
    BOOST_TEST(complaint_about({url_of_chat, "--proxy", "socks5://x"}).starts_with("2 proxy"));
    BOOST_TEST(complaint_about({url_of_chat}, {{"http_proxy", "ftp://x"}}).starts_with("2 proxy"));
    BOOST_TEST(complaint_about({"--help"}).starts_with("0 chorus-cat"));
    BOOST_TEST(complaint_about({"--version"}).starts_with("0 chorus-cat 0."));
}

BOOST_AUTO_TEST_CASE(the_proxy_of_the_environment_has_exceptions)
{
    const environment proxies{{"http_proxy", "http://plain.example:1"}, {"https_proxy", "http://secret.example:2"}};
    const auto proxy_for = [&](const char* where, const char* no_proxy = "") {
        auto variables = proxies;
        variables["no_proxy"] = no_proxy;
        return proxy_of_environment(*read_url(where), variables);
    };
    BOOST_TEST(proxy_for("ws://chat.example/") == "http://plain.example:1");
    BOOST_TEST(proxy_for("wss://chat.example/") == "http://secret.example:2");
    BOOST_TEST(proxy_for("ws+unix:/run/s:/") == "");
    for (const auto* const list : {"*", "chat.example", "EXAMPLE", ".example", "localhost, .example"})
        BOOST_TEST(proxy_for("ws://chat.example/", list) == "", list);
    for (const auto* const list : {"", "hat.example", "example.org", ",,", "chat.example.org"})
        BOOST_TEST(proxy_for("ws://chat.example/", list) == "http://plain.example:1", list);
    BOOST_TEST(told({url_of_chat, "--proxy", ""}, proxies).client.proxy == "", "an empty --proxy asks for none");
}

BOOST_AUTO_TEST_SUITE_END()
