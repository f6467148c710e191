// requests.cpp — Heads that mean one thing to one reader and another to the next: smuggling, names, paths.
#include "attacks/attacks.hpp"

#include <algorithm>
#include <cctype>

namespace chorus::attacks {

namespace {

using namespace std::string_literals; // for texts that hold NUL

struct request_case
{
    std::string bytes;
    std::initializer_list<std::string_view> right;
};

const std::string get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
const std::string post = "POST /healthz HTTP/1.1\r\nHost: localhost\r\n";
const std::string smuggled = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::size_t answers_in(std::string_view bytes)
{
    std::size_t count = 0;
    for (std::size_t at = 0; (at = bytes.find("HTTP/1.1 ", at)) != std::string_view::npos; at += 9)
        if (std::isdigit(static_cast<unsigned char>(bytes[at + 9]))) ++count; // a status, not the word in a sentence
    return count;
}

// One answer at most, whatever a request hides behind itself.
void try_request(target& whom, const request_case& each)
{
    tcp_socket socket{whom.from(0)};
    socket.send(each.bytes);
    const auto answer = testing::read_to_end(socket, answer_patience);
    whom.expect(!answer ? "nothing" : answer->empty() ? "ended" : answer->substr(9, 3), each.right, each.bytes);
    whom.check(!answer || answers_in(*answer) <= 1, "more than one answer to: " + printable(each.bytes));
}

} // namespace

void ambiguous_heads(target& whom)
{
    const request_case cases[] = {
        // where does the body end?
        {post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, {"400"}},
        {post + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n" + smuggled, {"400"}},
        {post + "Content-Length: 0\r\nContent-Length: 43\r\n\r\n" + smuggled, {"400"}},
        {post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello" + smuggled, {"400"}},
        {post + "Content-Length: 5, 5\r\n\r\nhello" + smuggled, {"400"}},
        {post + "Content-Length: +5\r\n\r\nhello" + smuggled, {"400"}},
        {post + "Content-Length: -1\r\n\r\n" + smuggled, {"400"}},
        {post + "Content-Length: 0x5\r\n\r\nhello" + smuggled, {"400"}},
        {post + "Content-Length: 18446744073709551616\r\n\r\n" + smuggled, {"400"}},
        {post + "Content-Length: 5\r\n\r\nhello" + smuggled, {"405"}}, // and nothing behind it is read as a request
        {post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, {"405"}},
        {post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + smuggled, {"400", "405"}},
        {get + "Content-Length: 43\r\n\r\n" + smuggled, {"400"}},
        {get + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, {"400"}},
        {get + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" + smuggled, {"400"}},
        {get + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + smuggled, {"400"}},
        {get + "Transfer-Encoding:\vchunked\r\n\r\n0\r\n\r\n" + smuggled, {"400"}},
        // where does a field end?
        {get + "X: a\r\n folded\r\n\r\n", {"400"}},
        {get + "X: a\r\n\tTransfer-Encoding: chunked\r\n\r\n", {"400"}},
        {"GET /healthz HTTP/1.1\r\n Host: localhost\r\n\r\n", {"400"}},
        {get + "X: a\nY: b\r\n\r\n", {"400"}},
        {get + "X: a\rY: b\r\n\r\n", {"400"}},
        {"GET /healthz HTTP/1.1\nHost: localhost\n\n", {"400"}},
        {get + "X: a\0b\r\n\r\n"s, {"400"}},
        {get + "X\0: a\r\n\r\n"s, {"400"}},
        {"GET /healthz\0 HTTP/1.1\r\nHost: localhost\r\n\r\n"s, {"400"}},
        {get + "X : a\r\n\r\n", {"400"}},
        {get + ": a\r\n\r\n", {"400"}},
        {get + "no colon\r\n\r\n", {"400"}},
        {get + "X: \x1b[2J\r\n\r\n", {"400"}},
        // whom is it for?
        {"GET /healthz HTTP/1.1\r\n\r\n", {"400"}},
        {get + "Host: elsewhere\r\n\r\n", {"400"}},
        {"GET http://localhost/healthz HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n", {"200"}},
        {"GET http://elsewhere/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", {"404"}},
        {"GET ftp://localhost/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", {"400", "404"}},
        {"GET localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", {"400"}},
        {"CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n", {"400", "405"}},
        {"TRACE /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", {"405"}},
        // is it HTTP at all?
        {"GET /healthz\r\n\r\n", {"400"}},
        {"GET  /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", {"400"}},
        {"GET /healthz HTTP/1.1 \r\nHost: localhost\r\n\r\n", {"400"}},
        {"GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n", {"400"}},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {"400"}},
        {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, {"400"}}, // a TLS ClientHello
        {"get /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", {"405"}},
        // how much is too much?
        {get + "X: " + std::string(9000, 'x') + "\r\n\r\n", {"431"}},
        {get + std::string(9000, 'x') + ": x\r\n\r\n", {"431"}},
        {get + repeated("X: some value\r\n", 1000) + "\r\n", {"431"}},
        {get + repeated("X: y\r\n", 1000) + "\r\n", {"200"}}, // 6,000 bytes
        {"GET /" + std::string(100'000, 'x'), {"431"}},
        {repeated("\r\n", 100'000) + get + "\r\n", {"200", "431"}}, // empty lines before a head mean nothing
    };
    for (const request_case& each : cases)
        try_request(whom, each);
}

// What follows an upgrade's head is frames, never a request.
void pipelined_behind_the_upgrade(target& whom)
{
    ws_client client{whom.from(0)};
    client.send_bytes(smuggled);
    whom.expect(close_answer(client), {"1002"}, smuggled);

    tcp_socket socket{whom.from(0)};
    socket.send(testing::upgrade_request("/ws") + smuggled);
    const std::string answer = testing::read_to_end(socket, answer_patience).value_or("");
    whom.check(answer.starts_with("HTTP/1.1 101") && answers_in(answer) == 1, "behind the upgrade: " + answer);

    tcp_socket refused{whom.from(0)};
    refused.send(testing::upgrade_request("/ws", "Origin: http://evil.example\r\n") + smuggled);
    const std::string refusal = testing::read_to_end(refused, answer_patience).value_or("");
    whom.check(refusal.starts_with("HTTP/1.1 403") && answers_in(refusal) == 1, "behind a refusal: " + refusal);
}

// A name is the one thing of a request that others will see.
void forged_names(target& whom)
{
    const std::string wrong[] = {"%0d%0aSet-Cookie:%20a=b",
                                 "a%0ab",
                                 "a%00b",
                                 "%1b[2J",
                                 "%7f",
                                 "%c2%85",
                                 "%e2%80%a8",
                                 "%e2%80%aeda",
                                 "%ff",
                                 "%c0%af",
                                 "%ed%a0%80",
                                 "%f4%90%80%80",
                                 std::string(33, 'n')};
    for (const std::string& name : wrong) {
        tcp_socket socket{whom.from(0)};
        socket.send(testing::upgrade_request("/ws?name=" + name));
        const std::string answer = testing::read_to_end(socket, answer_patience).value_or("nothing, still open");
        whom.expect(answer.substr(std::min<std::size_t>(9, answer.size()), 3), {"400"}, name);
        whom.check(answer.find("Set-Cookie") == std::string::npos, "a field was injected: " + printable(answer));
    }

    const ws_client first{whom.from(0), "/ws?name=mallory"};
    ws_client second{whom.from(0), "/ws?name=mallory"};
    second.send_text(scale::join("namesakes"));
    const auto joined = second.receive(answer_patience);
    whom.check(joined && joined->payload.find(R"("members":["mallory#)") != std::string::npos,
               "two of one name: " + printable(joined ? joined->payload : "nothing"));
}

// The site is a table of paths, made when it was built: nothing a path says is ever looked for in a file system.
void paths_out_of_the_site(target& whom)
{
    const std::string climbing = "/../../../../../../../../etc/passwd";
    const std::string paths[] = {climbing,
                                 "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                                 "/..%2f..%2f..%2f..%2fetc%2fpasswd",
                                 "/..%252f..%252f..%252fetc/passwd",
                                 "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
                                 "/..;/..;/etc/passwd",
                                 "/....//....//etc/passwd",
                                 "//etc/passwd",
                                 "///etc/passwd",
                                 "/\\..\\..\\etc\\passwd",
                                 "/..%5c..%5cetc%5cpasswd",
                                 "/index.html%00.png",
                                 "/%00",
                                 "/./index.html",
                                 "/ws/../index.html",
                                 "/.git/config",
                                 "/proc/self/environ",
                                 "/~root",
                                 "/chat.js/",
                                 "/INDEX.HTML",
                                 "/" + std::string(7000, 'a'),
                                 "/" + repeated("../", 1000)};
    for (const std::string& path : paths) {
        const std::string answer = testing::http_get(whom.port(), path);
        whom.expect(answer.substr(0, 12).substr(9), {"404", "400"}, path);
        whom.check(answer.find("root:") == std::string::npos, "a file was served for " + printable(path));
        whom.check(answer.find(R"({"error":)") != std::string::npos, "no refusal for " + printable(path));
    }
}

} // namespace chorus::attacks
