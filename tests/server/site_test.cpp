// site_test.cpp — what plain HTTP is answered, and which requests may become sessions.
#include <chorus/server/site.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;

BOOST_AUTO_TEST_SUITE(server_site)

namespace {

const asset page{"/", "text/html; charset=utf-8", "<p>hello</p>"};

request get(std::string target, http_fields fields = {})
{
    fields.emplace_back("Host", "chat.example");
    std::string text = "GET " + target + " HTTP/1.1\r\n";
    for (const auto& [name, value] : fields)
        text += name + ": " + value + "\r\n";
    text += "\r\n";
    request_reader reader;
    std::span<const char> bytes = text;
    BOOST_REQUIRE(reader.feed(bytes) == request_reader::state::complete);
    return reader.take();
}

request with_method(std::string method, std::string target)
{
    auto asked = get(std::move(target));
    asked.method = std::move(method);
    return asked;
}

http_fields upgrade_fields()
{
    return {{"Upgrade", "websocket"},
            {"Connection", "Upgrade"},
            {"Sec-WebSocket-Version", "13"},
            {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
}

struct served
{
    explicit served(gate_options options = {}) : gate(options) { site.add(page); }

    std::variant<http_answer, upgrade> answer(const request& asked)
    {
        if (!place) place.emplace(std::move(*gate.admit("192.0.2.1")));
        auto answer = site.answer(asked, *place);
        if (auto* const said = std::get_if<http_answer>(&answer)) return std::move(*said);
        auto agreed = site.agree(asked);
        if (auto* const no = std::get_if<refusal>(&agreed)) return refused(asked, *no);
        return std::get<upgrade>(std::move(agreed));
    }
    // What the answer to an upgrade says of extensions.
    std::string extensions_for(const std::string& offer)
    {
        auto fields = upgrade_fields();
        fields.emplace_back("Sec-WebSocket-Extensions", offer);
        const auto agreed = std::get<upgrade>(answer(get("/ws", fields)));
        return agreed.deflate ? to_string(*agreed.deflate) : "";
    }

    http_answer http(const request& asked) { return std::get<http_answer>(answer(asked)); }

    chorus::gate gate;
    chorus::site site{gate};
    std::optional<admission> place;
};

std::string head_of(const http_answer& answer) { return answer.bytes.substr(0, answer.bytes.find("\r\n\r\n") + 2); }
std::string body_of(const http_answer& answer) { return answer.bytes.substr(answer.bytes.find("\r\n\r\n") + 4); }

bool has(const http_answer& answer, std::string_view field)
{
    return head_of(answer).find("\r\n" + std::string(field) + "\r\n") != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(it_is_alive_and_ready)
{
    served here;
    for (const auto& [path, body] : {std::pair{"/healthz", "ok\n"}, std::pair{"/readyz", "ready\n"}}) {
        const auto answer = here.http(get(path));
        BOOST_TEST(answer.status == 200U);
        BOOST_TEST(answer.keep_alive);
        BOOST_TEST(body_of(answer) == body);
        BOOST_TEST(has(answer, "Cache-Control: no-store"));
    }
}

BOOST_AUTO_TEST_CASE(while_it_drains_it_is_alive_but_not_ready)
{
    served here;
    here.gate.drain();
    BOOST_TEST(here.http(get("/healthz")).status == 200U);
    const auto answer = here.http(get("/readyz"));
    BOOST_TEST(answer.status == 503U);
    BOOST_TEST(has(answer, "Retry-After: 5"));
}

BOOST_AUTO_TEST_CASE(a_file_is_served_with_its_type_and_a_strict_policy)
{
    served here;
    const auto answer = here.http(get("/"));
    BOOST_TEST(answer.status == 200U);
    BOOST_TEST(body_of(answer) == page.body);
    BOOST_TEST(has(answer, "Content-Type: text/html; charset=utf-8"));
    BOOST_TEST(has(answer, "Content-Length: 12"));
    BOOST_TEST(has(answer, "X-Content-Type-Options: nosniff"));
    BOOST_TEST(head_of(answer).find("Content-Security-Policy: default-src 'none'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_query_does_not_matter_to_a_file)
{
    served here;
    BOOST_TEST(here.http(get("/?room=one")).status == 200U);
}

BOOST_AUTO_TEST_CASE(head_is_get_without_the_body)
{
    served here;
    const auto answer = here.http(with_method("HEAD", "/"));
    BOOST_TEST(answer.status == 200U);
    BOOST_TEST(has(answer, "Content-Length: 12"));
    BOOST_TEST(body_of(answer) == "");
    BOOST_TEST(body_of(here.http(with_method("HEAD", "/nowhere"))) == "");
}

BOOST_AUTO_TEST_CASE(another_path_is_404_and_the_body_names_the_reason)
{
    served here;
    const auto answer = here.http(get("/nowhere"));
    BOOST_TEST(answer.status == 404U);
    BOOST_TEST(has(answer, "Content-Type: application/json"));
    BOOST_TEST(body_of(answer).starts_with(R"({"error":"not_found","message":")"));
}

BOOST_AUTO_TEST_CASE(another_method_is_405_and_told_which_are_allowed)
{
    served here;
    for (const auto* path : {"/", "/healthz", "/readyz"}) {
        const auto answer = here.http(with_method("POST", path));
        BOOST_TEST(answer.status == 405U);
        BOOST_TEST(has(answer, "Allow: GET, HEAD"));
        BOOST_TEST(body_of(answer).starts_with(R"({"error":"method_not_allowed")"));
    }
    const auto answer = here.http(with_method("POST", "/ws"));
    BOOST_TEST(answer.status == 405U);
    BOOST_TEST(has(answer, "Allow: GET"));
}

BOOST_AUTO_TEST_CASE(a_plain_get_of_ws_is_426_and_told_how_to_ask)
{
    served here;
    const auto answer = here.http(get("/ws"));
    BOOST_TEST(answer.status == 426U);
    BOOST_TEST(has(answer, "Sec-WebSocket-Version: 13"));
    BOOST_TEST(has(answer, "Upgrade: websocket"));
    BOOST_TEST(!answer.keep_alive);
}

BOOST_AUTO_TEST_CASE(an_upgrade_is_agreed_on)
{
    served here;
    const auto agreed = std::get<upgrade>(here.answer(get("/ws", upgrade_fields())));
    BOOST_TEST(agreed.accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

BOOST_AUTO_TEST_CASE(a_page_of_another_host_is_403_with_or_without_an_upgrade)
{
    served here;
    auto fields = upgrade_fields();
    fields.emplace_back("Origin", "http://evil.example");
    BOOST_TEST(here.http(get("/ws", fields)).status == 403U);
    BOOST_TEST(here.http(get("/ws", {{"Origin", "http://evil.example"}})).status == 403U);
}

BOOST_AUTO_TEST_CASE(while_it_drains_an_upgrade_is_503_but_the_page_is_served)
{
    served here;
    here.gate.drain();
    const auto answer = here.http(get("/ws", upgrade_fields()));
    BOOST_TEST(answer.status == 503U);
    BOOST_TEST(has(answer, "Retry-After: 5"));
    BOOST_TEST(here.http(get("/")).status == 200U);
}

BOOST_AUTO_TEST_CASE(over_a_limit_only_the_question_whether_it_lives_is_answered)
{
    served here{{.max_per_ip = 1}};
    const auto inside = here.gate.admit("192.0.2.1");
    for (const auto& asked : {get("/ws", upgrade_fields()), get("/"), get("/readyz"), get("/nowhere")}) {
        const auto answer = here.http(asked);
        BOOST_TEST(answer.status == 429U);
        BOOST_TEST(!answer.keep_alive);
        BOOST_TEST(has(answer, "Retry-After: 5"));
        BOOST_TEST(body_of(answer).starts_with(R"({"error":"too_many_from_ip")"));
    }
    BOOST_TEST(here.http(get("/healthz")).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_client_that_wants_no_keep_alive_gets_none)
{
    served here;
    BOOST_TEST(!here.http(get("/healthz", {{"Connection", "close"}})).keep_alive);
}

BOOST_AUTO_TEST_CASE(compression_is_agreed_on_where_it_is_on_and_offered)
{
    served here;
    BOOST_TEST(here.extensions_for("permessage-deflate") == "", "it is off");
    here.site.compress(deflate_mode::shared);
    BOOST_TEST(here.extensions_for("permessage-deflate; client_max_window_bits") ==
               "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    BOOST_TEST(here.extensions_for("x-webkit-deflate-frame") == "");
    here.site.compress(deflate_mode::per_connection);
    BOOST_TEST(here.extensions_for("permessage-deflate; client_max_window_bits=10") ==
               "permessage-deflate; client_max_window_bits=10");
}

BOOST_AUTO_TEST_SUITE_END()
