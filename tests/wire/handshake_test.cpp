// handshake_test.cpp — the opening handshake of RFC 6455 from both sides, and every way to get it wrong.
#include <chorus/wire/handshake.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <ostream>

using namespace chorus;

BOOST_AUTO_TEST_SUITE(wire_handshake)

namespace {

const std::string sample_key = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455 section 1.3
const std::string sample_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

request good_request()
{
    request head;
    head.method = "GET";
    head.target = head.path = "/ws";
    head.fields = {{"Host", "chat.example"},
                   {"Upgrade", "websocket"},
                   {"Connection", "Upgrade"},
                   {"Sec-WebSocket-Key", sample_key},
                   {"Sec-WebSocket-Version", "13"}};
    return head;
}

response good_response()
{
    response head;
    head.status = 101;
    head.fields = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", sample_accept}};
    return head;
}

void erase(http_head& head, std::string_view name)
{
    std::erase_if(head.fields, [&](const auto& field) { return field.first == name; });
}

void set(http_head& head, std::string_view name, std::string value)
{
    erase(head, name);
    head.fields.emplace_back(name, std::move(value));
}

std::string field_of(const refusal& no, std::string_view name)
{
    const auto field = std::find_if(no.fields.begin(), no.fields.end(), [&](auto& each) { return each.first == name; });
    return field == no.fields.end() ? "" : field->second;
}

std::string chosen(std::vector<std::string> ours, std::vector<std::string> offered_fields)
{
    request head = good_request();
    for (std::string& offer : offered_fields)
        head.fields.emplace_back("Sec-WebSocket-Protocol", std::move(offer));
    const auto answer = check_upgrade(head, ours);
    BOOST_REQUIRE(std::holds_alternative<upgrade>(answer));
    return std::get<upgrade>(answer).subprotocol;
}

template <class Reader> auto read(std::string_view text)
{
    Reader reader;
    std::span<const char> in{text};
    BOOST_REQUIRE((reader.feed(in) == head_collector::state::complete));
    return reader.take();
}

} // namespace

BOOST_AUTO_TEST_CASE(the_accept_key_is_that_of_the_rfc) { BOOST_TEST(accept_key(sample_key) == sample_accept); }

BOOST_AUTO_TEST_CASE(a_good_request_is_accepted)
{
    const auto answer = check_upgrade(good_request());
    BOOST_REQUIRE(std::holds_alternative<upgrade>(answer));
    BOOST_TEST(std::get<upgrade>(answer).accept == sample_accept);
    BOOST_TEST(std::get<upgrade>(answer).subprotocol.empty());
}

BOOST_AUTO_TEST_CASE(tokens_may_be_in_any_case_and_in_a_list)
{
    request head = good_request();
    set(head, "Upgrade", "h2c, WebSocket");
    set(head, "Connection", "keep-alive, upgrade");
    BOOST_TEST(std::holds_alternative<upgrade>(check_upgrade(head)));
}

struct wrong_request
{
    std::string_view name;
    void (*spoil)(request&);
    unsigned status;
    std::string_view reason;
    friend std::ostream& operator<<(std::ostream& out, const wrong_request& each) { return out << each.name; }
};

const wrong_request wrong_requests[] = {
    {"POST", [](request& r) { r.method = "POST"; }, 405, "method_not_allowed"},
    {"HEAD", [](request& r) { r.method = "HEAD"; }, 405, "method_not_allowed"},
    {"get in lower case", [](request& r) { r.method = "get"; }, 405, "method_not_allowed"},
    {"a plain GET", [](request& r) { r.fields = {{"Host", "h"}}; }, 426, "upgrade_required"},
    {"no Upgrade", [](request& r) { erase(r, "Upgrade"); }, 426, "upgrade_required"},
    {"another Upgrade", [](request& r) { set(r, "Upgrade", "h2c"); }, 426, "upgrade_required"},
    {"an Upgrade that only begins like it", [](request& r) { set(r, "Upgrade", "websocket2"); }, 426,
     "upgrade_required"},
    {"no Connection", [](request& r) { erase(r, "Connection"); }, 426, "upgrade_required"},
    {"Connection without Upgrade", [](request& r) { set(r, "Connection", "keep-alive"); }, 426, "upgrade_required"},
    {"HTTP/1.0", [](request& r) { r.version = 10; }, 400, "http_too_old"},
    {"no version", [](request& r) { erase(r, "Sec-WebSocket-Version"); }, 426, "unsupported_version"},
    {"version 8", [](request& r) { set(r, "Sec-WebSocket-Version", "8"); }, 426, "unsupported_version"},
    {"version 013", [](request& r) { set(r, "Sec-WebSocket-Version", "013"); }, 426, "unsupported_version"},
    {"versions 13 and 8", [](request& r) { set(r, "Sec-WebSocket-Version", "13, 8"); }, 426, "unsupported_version"},
    {"two versions", [](request& r) { r.fields.emplace_back("Sec-WebSocket-Version", "13"); }, 426,
     "unsupported_version"},
    {"no key", [](request& r) { erase(r, "Sec-WebSocket-Key"); }, 400, "missing_key"},
    {"an empty key", [](request& r) { set(r, "Sec-WebSocket-Key", ""); }, 400, "malformed_key"},
    {"a key of 15 bytes", [](request& r) { set(r, "Sec-WebSocket-Key", std::string(20, 'A')); }, 400, "malformed_key"},
    {"a key of 18 bytes", [](request& r) { set(r, "Sec-WebSocket-Key", std::string(24, 'A')); }, 400, "malformed_key"},
    {"a key of 17 bytes", [](request& r) { set(r, "Sec-WebSocket-Key", std::string(23, 'A') + "="); }, 400,
     "malformed_key"},
    {"a key that is not base64", [](request& r) { set(r, "Sec-WebSocket-Key", "dGhlIHNhbXBs!SBub25jZQ=="); }, 400,
     "malformed_key"},
    {"a key in URL base64", [](request& r) { set(r, "Sec-WebSocket-Key", "dGhlIHNhbXBs-_Bub25jZQ=="); }, 400,
     "malformed_key"},
    {"two keys", [](request& r) { r.fields.emplace_back("Sec-WebSocket-Key", sample_key); }, 400, "duplicate_key"},
};

BOOST_DATA_TEST_CASE(a_wrong_request_is_refused_by_name, boost::unit_test::data::make(wrong_requests), wrong)
{
    request head = good_request();
    wrong.spoil(head);
    const auto answer = check_upgrade(head);
    BOOST_REQUIRE(std::holds_alternative<refusal>(answer));
    const auto& no = std::get<refusal>(answer);
    BOOST_TEST(no.status == wrong.status);
    BOOST_TEST(no.reason == wrong.reason);
    BOOST_TEST(field_of(no, "Allow") == (wrong.status == 405 ? "GET" : ""));
    BOOST_TEST(field_of(no, "Upgrade") == (wrong.status == 426 ? "websocket" : ""));
    BOOST_TEST(field_of(no, "Sec-WebSocket-Version") == (wrong.status == 426 ? "13" : ""));
}

BOOST_AUTO_TEST_CASE(a_426_names_upgrade_in_connection_too)
{
    request head = good_request();
    erase(head, "Upgrade");
    const std::string text = refuse(std::get<refusal>(check_upgrade(head)), true);
    const auto answer = read<response_reader>(text);
    BOOST_TEST(answer.status == 426U);
    BOOST_TEST(answer.has_token("Connection", "Upgrade"));
    BOOST_TEST(answer.keep_alive);
}

BOOST_AUTO_TEST_CASE(the_server_chooses_the_first_of_its_subprotocols_that_is_offered)
{
    BOOST_TEST(chosen({"json.v1", "binary.v1"}, {"binary.v1, json.v1"}) == "json.v1");
    BOOST_TEST(chosen({"json.v1", "binary.v1"}, {"other", "binary.v1"}) == "binary.v1");
    BOOST_TEST(chosen({"json.v1"}, {"other"}) == "");
    BOOST_TEST(chosen({"json.v1"}, {"JSON.v1, json.v10"}) == ""); // case counts, and so does every letter
    BOOST_TEST(chosen({"json.v1"}, {}) == "");
    BOOST_TEST(chosen({}, {"json.v1"}) == "");
}

BOOST_AUTO_TEST_CASE(what_one_side_writes_the_other_accepts)
{
    const std::vector<std::string> subprotocols{"json.v1", "binary.v1"};
    const std::string key = make_key();
    const std::string asked =
        upgrade_request("chat.example:8080", "/ws?name=Ada", key, subprotocols, {{"Origin", "http://o"}});
    const auto head = read<request_reader>(asked);
    BOOST_TEST(head.field("Host").value() == "chat.example:8080");
    BOOST_TEST(head.field("Origin").value() == "http://o");
    BOOST_TEST(head.query_value("name").value() == "Ada");

    const auto agreed = check_upgrade(head, std::span{subprotocols}.last(1));
    BOOST_REQUIRE(std::holds_alternative<upgrade>(agreed));
    const auto answer = read<response_reader>(upgrade_response(std::get<upgrade>(agreed)));
    BOOST_TEST(answer.status == 101U);
    BOOST_TEST(answer.count("Content-Length") == 0U);

    const auto seen = check_upgrade_response(answer, key, subprotocols);
    BOOST_REQUIRE(std::holds_alternative<upgrade>(seen));
    BOOST_TEST(std::get<upgrade>(seen).subprotocol == "binary.v1");
}

BOOST_AUTO_TEST_CASE(keys_differ_and_are_well_formed)
{
    BOOST_TEST(make_key() != make_key());
    request head = good_request();
    set(head, "Sec-WebSocket-Key", make_key());
    BOOST_TEST(std::holds_alternative<upgrade>(check_upgrade(head)));
}

BOOST_AUTO_TEST_CASE(nothing_a_caller_passes_can_end_a_line_of_the_request)
{
    const std::string text =
        upgrade_request("h\r\nX: 1", "/ws\r\nX: 2", sample_key, {}, {{"Origin\r\nX", "a\r\nX: 3"}});
    BOOST_TEST(read<request_reader>(upgrade_request("h\r\nX: 1", "/ws", sample_key)).count("X") == 0U);
    BOOST_TEST(text.find("\r\nX") == std::string::npos);
}

struct wrong_response
{
    std::string_view name;
    void (*spoil)(response&);
    std::string_view reason;
    friend std::ostream& operator<<(std::ostream& out, const wrong_response& each) { return out << each.name; }
};

const wrong_response wrong_responses[] = {
    {"200", [](response& r) { r.status = 200; }, "not_upgraded"},
    {"503", [](response& r) { r.status = 503; }, "not_upgraded"},
    {"HTTP/1.0", [](response& r) { r.version = 10; }, "http_too_old"},
    {"no Upgrade", [](response& r) { erase(r, "Upgrade"); }, "not_upgraded"},
    {"another Upgrade", [](response& r) { set(r, "Upgrade", "h2c"); }, "not_upgraded"},
    {"no Connection", [](response& r) { erase(r, "Connection"); }, "not_upgraded"},
    {"no accept", [](response& r) { erase(r, "Sec-WebSocket-Accept"); }, "wrong_accept"},
    {"another key's accept", [](response& r) { set(r, "Sec-WebSocket-Accept", accept_key("x")); }, "wrong_accept"},
    {"accept in another case", [](response& r) { set(r, "Sec-WebSocket-Accept", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo="); },
     "wrong_accept"},
    {"two accepts", [](response& r) { r.fields.emplace_back("Sec-WebSocket-Accept", sample_accept); }, "wrong_accept"},
    {"an extension", [](response& r) { set(r, "Sec-WebSocket-Extensions", "permessage-deflate"); },
     "unexpected_extension"},
    {"a subprotocol nobody offered", [](response& r) { set(r, "Sec-WebSocket-Protocol", "x"); },
     "unexpected_subprotocol"},
    {"two subprotocols at once", [](response& r) { set(r, "Sec-WebSocket-Protocol", "a, b"); },
     "unexpected_subprotocol"},
    {"an empty subprotocol", [](response& r) { set(r, "Sec-WebSocket-Protocol", ""); }, "unexpected_subprotocol"},
};

BOOST_DATA_TEST_CASE(a_wrong_response_is_refused_by_name, boost::unit_test::data::make(wrong_responses), wrong)
{
    const std::vector<std::string> offered{"a", "b"};
    response head = good_response();
    BOOST_REQUIRE(std::holds_alternative<upgrade>(check_upgrade_response(head, sample_key, offered)));
    wrong.spoil(head);
    const auto answer = check_upgrade_response(head, sample_key, offered);
    BOOST_REQUIRE(std::holds_alternative<refusal>(answer));
    BOOST_TEST(std::get<refusal>(answer).status == head.status);
    BOOST_TEST(std::get<refusal>(answer).reason == wrong.reason);
}

BOOST_AUTO_TEST_CASE(frames_right_behind_the_response_stay_in_the_input)
{
    const std::string text = upgrade_response({sample_accept, ""}) + "\x81\x02hi";
    response_reader reader;
    std::span<const char> in{text};
    BOOST_REQUIRE((reader.feed(in) == head_collector::state::complete));
    BOOST_TEST((std::string_view{in.data(), in.size()} == "\x81\x02hi"));
}

BOOST_AUTO_TEST_CASE(a_response_that_is_not_http_is_refused)
{
    response_reader reader;
    const std::string_view text = "SSH-2.0-OpenSSH_9.2\r\n\r\n";
    std::span<const char> in{text};
    BOOST_REQUIRE((reader.feed(in) == head_collector::state::refused));
    BOOST_TEST(reader.why().reason == "bad_version");
}

BOOST_AUTO_TEST_SUITE_END()
