// logs.cpp — Whatever a client can choose wants to be a line of log of its own.
#include "attacks/attacks.hpp"

namespace chorus::attacks {

namespace {

using namespace std::string_literals; // for texts that hold NUL

constexpr std::size_t longest_close_reason = 123;

const std::vector<std::string>& forgeries()
{
    static const std::vector<std::string> all = {
        "\n2026-11-24T00:00:00.000Z error session_ended user=forged",
        "\r\n{\"time\":\"\",\"level\":\"error\",\"event\":\"session_ended\",\"user\":\"forged\"}",
        "\r\nX-Forged: 1",
        "x\ny",
        "\x1b[2J\x1b[31m",
        "\u202edrawkcab",     // right-to-left override
        "a\u2066b\u2069",     // an isolate
        "a\u2028user=forged", // line separator
        "a\u0085b",           // next line
        "\" user=\"forged",
        "\\\" user=forged \\",
        "x user=forged",
        "\",\"user\":\"forged\",\"x\":\"",
        "\"}{\"event\":\"forged\"}",
        "%s%n%x",
        "${jndi:ldap://forged}",
        "a\0b"s,
        "\xff\xfe\xc0\xaf",
        std::string(10'000, 'x'),
        repeated("\u202e", 3'000)};
    return all;
}

void as_name(target& whom, const std::string& forgery)
{
    try {
        ws_client client{whom.from(0), "/ws?name=" + percent_encoded(forgery)};
        client.send_close(1000);
        whom.told(close_answer(client));
        whom.must_be_logged("user", forgery);
    } catch (const std::runtime_error&) { // a head that is refused
        whom.told("400 or 431");
    }
}

void as_field(target& whom, const std::string& forgery)
{
    for (const char* name : {"Origin", "Host", "User-Agent", "Sec-WebSocket-Protocol", "Cookie", "X-Forwarded-For"})
        whom.told(answer_to_request(whom, "GET /ws HTTP/1.1\r\nHost: localhost\r\n" + std::string(name) + ": " +
                                              forgery + "\r\n\r\n"));
    whom.told(answer_to_request(whom, "GET /" + forgery + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    whom.told(answer_to_request(whom, forgery + " / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
}

// Cut to what a Close can carry, between two characters.
void as_close_reason(target& whom, std::string reason)
{
    if (reason.size() > longest_close_reason) reason.resize(longest_close_reason); // divisible by the 1 or 3 of above
    ws_client client{whom.from(0)};
    client.send_close(4000, reason);
    const std::string answer = close_answer(client);
    whom.expect(answer, {"4000", "1007"}, reason);
    if (answer == "4000") whom.must_be_logged("reason", reason);
}

void as_message(target& whom, const std::string& forgery)
{
    const auto quoted = scale::json::serialize(scale::json::string(forgery));
    for (const std::string& message :
         {forgery, R"({"type":)" + quoted + "}", R"({"type":"join","payload":{"room":)" + quoted + "}}",
          R"({"type":"chat","payload":{"text":)" + quoted + "}}", R"({"type":"leave","id":)" + quoted + "}"}) {
        ws_client client{whom.from(0)};
        client.send_text(message);
        whom.told(next_answer(client));
    }
}

} // namespace

// The runner reads the log when the server has ended: each of its lines must be one event, as in every attack.
void forged_log_lines(target& whom)
{
    for (const std::string& forgery : forgeries()) {
        as_name(whom, forgery);
        as_field(whom, forgery);
        as_close_reason(whom, forgery);
        as_message(whom, forgery);
    }
}

} // namespace chorus::attacks
