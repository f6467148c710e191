// origins.cpp — Pages of other hosts that want to pass for those of this one.
#include "attacks/attacks.hpp"

namespace chorus::attacks {

namespace {

using namespace std::string_literals; // for texts that hold NUL

struct origin_case
{
    std::string host, fields;
};

std::string upgrade_from(std::string_view host, std::string_view origins)
{
    return "GET /ws HTTP/1.1\r\nHost: " + std::string(host) +
           "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(origins) + "\r\n";
}

std::string upgrade_answer(target& whom, const std::string& request)
{
    tcp_socket socket{whom.from(0)};
    socket.send(request);
    std::string answer;
    while (answer.find("\r\n\r\n") == std::string::npos)
        if (!socket.wait_readable(answer_patience) || socket.read(answer) != testing::read_result::some) break;
    return answer.size() < 12 ? "ended" : answer.substr(9, 3);
}

} // namespace

void lookalike_origins(target& whom)
{
    const std::string host = "chat.example:8080";
    const auto origin = [](std::string_view text) { return "Origin: " + std::string(text) + "\r\n"; };
    const std::string lookalikes[] = {
        // another host
        "http://evil.chat.example:8080", "http://chat.example.evil:8080", "http://evilchat.example:8080",
        "http://chat.exampl:8080", "http://chat-example:8080", "http://example:8080", "http://chat.example.:8080",
        "http://chat.example%2eevil:8080", "http://xn--cht-8la.example:8080", "http://ch\xc3\xa4t.example:8080",
        "http://ch\xd0\xb0t.example:8080", "http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080",
        "http://*.example:8080", "http://*",
        // another port or scheme
        "http://chat.example", "http://chat.example:80", "http://chat.example:808", "http://chat.example:80800",
        "http://chat.example:", "http://chat.example:8080:8080", "http://chat.example:+8080", "https://chat.example",
        "ws://chat.example:8080", "ftp://chat.example:8080", "file://chat.example:8080",
        "chrome-extension://chat.example:8080", "javascript://chat.example:8080",
        // more than an origin
        "http://chat.example:8080/", "http://chat.example:8080/path", "http://chat.example:8080?query",
        "http://chat.example:8080#", "http://user@chat.example:8080", "http://chat.example:8080@evil",
        "http://evil#chat.example:8080", "http://evil/chat.example:8080", "http://evil\\chat.example:8080",
        "http://evil, http://chat.example:8080", "http://chat.example:8080 http://evil", "http://chat.example :8080",
        // less than one
        "", "null", "NULL", "about:blank", "*", "chat.example:8080", "//chat.example:8080", "http:chat.example:8080",
        "http:/chat.example:8080", "http:///chat.example:8080", "http://", "http://:8080"};
    for (const std::string& each : lookalikes)
        whom.expect(upgrade_answer(whom, upgrade_from(host, origin(each))), {"403"}, each);

    const std::string twice = origin("http://chat.example:8080");
    whom.expect(upgrade_answer(whom, upgrade_from(host, twice + twice)), {"403"}, "two origins");
    whom.expect(upgrade_answer(whom, upgrade_from(host, origin("http://chat.example:8080\0"s))), {"400"}, "NUL");
    whom.expect(upgrade_answer(whom, upgrade_from(host, "Origin: http://chat.example:8080\r\n .evil\r\n")), {"400"},
                "a folded origin");
    whom.expect(upgrade_answer(whom, upgrade_from(host, "Origin: http://evil\rOrigin: http://chat.example:8080\r\n")),
                {"400"}, "CR in an origin");

    const origin_case legal[] = {{host, ""},
                                 {host, origin("http://chat.example:8080")},
                                 {host, origin("HTTP://Chat.EXAMPLE:8080")},
                                 {host, "oRiGiN:   http://chat.example:8080  \r\n"},
                                 {host, origin("https://chat.example:8080")},
                                 {"chat.example", origin("http://chat.example:80")},
                                 {"chat.example:80", origin("http://chat.example")},
                                 {"chat.example", origin("https://chat.example")},
                                 {"chat.example:443", origin("https://chat.example")},
                                 {"[::1]:8080", origin("http://[::1]:8080")}};
    for (const auto& [asked, origins] : legal)
        whom.expect(upgrade_answer(whom, upgrade_from(asked, origins)), {"101"}, asked + " " + origins);
}

} // namespace chorus::attacks
