// request_test.cpp — what a request head says, and every head that is refused, by name.
#include <chorus/wire/request.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace chorus;
using state = request_reader::state;

BOOST_AUTO_TEST_SUITE(wire_request)

namespace {

struct reading
{
    request_reader reader;
    state ended;
    std::string rest; // what the reader left to the next one
};

reading read(std::string_view text)
{
    reading out{};
    std::span<const char> in{text};
    out.ended = out.reader.feed(in);
    out.rest.assign(in.begin(), in.end());
    return out;
}

request accepted(std::string_view text)
{
    reading out = read(text);
    BOOST_REQUIRE(out.ended == state::complete);
    return out.reader.take();
}

refusal refused(std::string_view text)
{
    const reading out = read(text);
    BOOST_REQUIRE(out.ended == state::refused);
    return out.reader.why();
}

std::string get(std::string_view target) { return "GET " + std::string{target} + " HTTP/1.1\r\nHost: h\r\n\r\n"; }

std::string with(std::string_view fields) { return "GET / HTTP/1.1\r\nHost: h\r\n" + std::string{fields} + "\r\n\r\n"; }

} // namespace

BOOST_AUTO_TEST_CASE(a_head_gives_method_target_path_query_and_fields)
{
    const request head = accepted("GET /ws?name=Ada&x=1 HTTP/1.1\r\nHost: chat.example\r\nX-One:  two \r\n\r\n");
    BOOST_TEST(head.method == "GET");
    BOOST_TEST(head.target == "/ws?name=Ada&x=1");
    BOOST_TEST(head.path == "/ws");
    BOOST_TEST(head.query == "name=Ada&x=1");
    BOOST_TEST(head.field("x-one").value() == "two");
    BOOST_TEST(!head.field("x-two").has_value());
}

BOOST_AUTO_TEST_CASE(bytes_after_the_head_stay_in_the_input)
{
    const reading out = read(get("/ws") + "\x81\x05hello");
    BOOST_TEST((out.ended == state::complete));
    BOOST_TEST(out.rest == "\x81\x05hello");
}

BOOST_AUTO_TEST_CASE(a_head_in_single_bytes_reads_the_same)
{
    request_reader reader;
    const std::string text = get("/ws?a=b");
    for (std::size_t index = 0; index < text.size(); ++index) {
        std::span<const char> in{text.data() + index, 1};
        BOOST_TEST((reader.feed(in) == (index + 1 == text.size() ? state::complete : state::need_more)));
        BOOST_TEST(in.empty());
    }
    BOOST_TEST(reader.take().path == "/ws");
}

BOOST_AUTO_TEST_CASE(a_reader_starts_over_for_the_next_request_of_the_connection)
{
    request_reader reader;
    const std::string text = get("/one") + get("/two");
    std::span<const char> in{text};
    BOOST_REQUIRE((reader.feed(in) == state::complete));
    BOOST_TEST(reader.take().path == "/one");
    reader.reset();
    BOOST_TEST(!reader.started());
    BOOST_REQUIRE((reader.feed(in) == state::complete));
    BOOST_TEST(reader.take().path == "/two");
}

BOOST_AUTO_TEST_CASE(a_refused_reader_stays_refused_and_takes_nothing_more)
{
    request_reader reader;
    const std::string text = "\n" + get("/");
    std::span<const char> in{text};
    BOOST_TEST((reader.feed(in) == state::refused));
    const std::size_t left = in.size();
    BOOST_TEST((reader.feed(in) == state::refused));
    BOOST_TEST(in.size() == left);
}

BOOST_AUTO_TEST_CASE(empty_lines_before_the_request_mean_nothing)
{
    BOOST_TEST(accepted("\r\n\r\n" + get("/a")).path == "/a");
}

BOOST_AUTO_TEST_CASE(a_url_for_a_target_gives_its_path_and_its_host)
{
    const request head = accepted("GET http://real.example:81/ws?q HTTP/1.1\r\nHost: other\r\n\r\n");
    BOOST_TEST(head.path == "/ws");
    BOOST_TEST(head.query == "q");
    BOOST_TEST(head.field("Host").value() == "real.example:81");
    BOOST_TEST(head.count("Host") == 1U);
    BOOST_TEST(accepted("GET http://real.example HTTP/1.1\r\nHost: h\r\n\r\n").path == "/");
    BOOST_TEST(accepted("GET http://real.example?q HTTP/1.1\r\nHost: h\r\n\r\n").query == "q");
}

BOOST_AUTO_TEST_CASE(a_query_value_is_percent_decoded)
{
    const request head = accepted(get("/ws?name=Ada+L%C3%B6ve%20%2B&empty=&flag&bad=%zz%4&name=second&%6bey=v"));
    BOOST_TEST(head.query_value("name").value() == "Ada L\xC3\xB6ve +");
    BOOST_TEST(head.query_value("empty").value().empty());
    BOOST_TEST(head.query_value("flag").value().empty());
    BOOST_TEST(head.query_value("bad").value() == "%zz%4");
    BOOST_TEST(head.query_value("key").value() == "v");
    BOOST_TEST(!head.query_value("absent"));
}

BOOST_AUTO_TEST_CASE(tokens_are_found_in_every_field_of_the_name_whatever_their_case)
{
    const request head = accepted(with("Connection: keep-alive, , UPGRADE\r\nconnection: x"));
    BOOST_TEST(head.has_token("Connection", "upgrade"));
    BOOST_TEST(head.has_token("CONNECTION", "x"));
    BOOST_TEST(!head.has_token("Connection", "up"));
    BOOST_TEST(head.tokens("Connection").size() == 3U);
}

BOOST_AUTO_TEST_CASE(http_1_1_keeps_the_connection_unless_told_to_close)
{
    BOOST_TEST(accepted(get("/")).keep_alive);
    BOOST_TEST(!accepted(with("Connection: close")).keep_alive);
}

BOOST_AUTO_TEST_CASE(http_1_0_closes_the_connection_unless_told_to_keep_it_and_needs_no_host)
{
    const request head = accepted("GET / HTTP/1.0\r\n\r\n");
    BOOST_TEST(head.version == 10);
    BOOST_TEST(!head.keep_alive);
    BOOST_TEST(accepted("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

BOOST_AUTO_TEST_CASE(a_content_length_of_zero_is_no_body)
{
    BOOST_TEST(accepted(with("Content-Length: 0")).keep_alive);
}

BOOST_AUTO_TEST_CASE(another_method_may_come_with_a_body_but_the_connection_ends_there)
{
    const request head = accepted("POST /ws HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
    BOOST_TEST(head.method == "POST");
    BOOST_TEST(!head.keep_alive);
    BOOST_TEST(!accepted("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n").keep_alive);
    BOOST_TEST(!accepted("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n").keep_alive);
}

BOOST_AUTO_TEST_CASE(a_head_of_exactly_the_limit_is_read_and_one_byte_more_is_431)
{
    const std::string rest = "\r\n\r\n";
    std::string text = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    text.append(head_collector::max_bytes - text.size() - rest.size(), 'x');
    BOOST_TEST(accepted(text + rest).field("X").has_value());
    const refusal no = refused(text + "x" + rest);
    BOOST_TEST(no.status == 431U);
    BOOST_TEST(no.reason == "head_too_large");
}

struct wrong_head
{
    std::string_view name;
    std::string text;
    std::string_view reason;
    friend std::ostream& operator<<(std::ostream& out, const wrong_head& each) { return out << each.name; }
};

const wrong_head wrong_heads[] = {
    {"bare LF at a line's end", "GET / HTTP/1.1\nHost: h\n\n", "bare_line_feed"},
    {"bare LF in a value", with("X: a\nY: b"), "bare_line_feed"},
    {"bare CR in a value", with("X: a\rb"), "bare_carriage_return"},
    {"NUL in a value", with(std::string_view{"X: a\0b", 6}), "control_character"},
    {"NUL in the target", get(std::string_view{"/a\0b", 4}), "control_character"},
    {"escape character in a value", with("X: \x1b[31m"), "control_character"},
    {"DEL in a value", with("X: \x7f"), "control_character"},
    {"folded field", with("X: a\r\n b"), "folded_field"},
    {"folded field with a tab", with("X: a\r\n\tb"), "folded_field"},
    {"blank before the request", " " + get("/"), "folded_field"},
    {"blank before the colon", with("X : a"), "bad_field_name"},
    {"field without a colon", with("nonsense"), "bad_field_name"},
    {"field without a name", with(": a"), "bad_field_name"},
    {"no method", "/ HTTP/1.1\r\nHost: h\r\n\r\n", "bad_method"},
    {"no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n", "bad_target"},
    {"two blanks", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "bad_target"},
    {"target without a slash", get("ws"), "bad_target"},
    {"HTTP/2's greeting", "PRI * HTTP/2.0\r\n\r\n", "bad_version"},
    {"HTTP/0.9", "GET /\r\n\r\n", "bad_target"},
    {"lower-case protocol", "GET / http/1.1\r\nHost: h\r\n\r\n", "bad_version"},
    {"TLS on a plain port", std::string{"\x16\x03\x01\x02", 4}, "control_character"},
    {"no Host", "GET / HTTP/1.1\r\n\r\n", "missing_host"},
    {"two Hosts", with("host: h"), "duplicate_host"},
    {"Content-Length then Transfer-Encoding", with("Content-Length: 5\r\nTransfer-Encoding: chunked"),
     "bad_body_length"},
    {"Transfer-Encoding then Content-Length", with("Transfer-Encoding: chunked\r\nContent-Length: 5"),
     "bad_body_length"},
    {"unknown Transfer-Encoding and Content-Length", with("Transfer-Encoding: x\r\nContent-Length: 5"),
     "bad_body_length"},
    {"Content-Length zero and Transfer-Encoding", with("Content-Length: 0\r\nTransfer-Encoding: x"), "bad_body_length"},
    {"two equal Content-Lengths", with("Content-Length: 0\r\nContent-Length: 0"), "bad_body_length"},
    {"two different Content-Lengths", with("Content-Length: 0\r\nContent-Length: 5"), "bad_body_length"},
    {"a list of Content-Lengths", with("Content-Length: 0, 0"), "bad_body_length"},
    {"Content-Length with a sign", with("Content-Length: +5"), "bad_body_length"},
    {"Content-Length in hex", with("Content-Length: 0x5"), "bad_body_length"},
    {"empty Content-Length", with("Content-Length:"), "bad_body_length"},
    {"Content-Length over 64 bits", with("Content-Length: 99999999999999999999"), "bad_body_length"},
    {"GET with a body", with("Content-Length: 5"), "unexpected_body"},
    {"GET with a chunked body", with("Transfer-Encoding: chunked"), "unexpected_body"},
    {"upgrade with a body", with("Upgrade: websocket\r\nConnection: upgrade\r\nContent-Length: 1"), "unexpected_body"},
};

BOOST_DATA_TEST_CASE(a_wrong_head_is_400_with_a_named_reason, boost::unit_test::data::make(wrong_heads), wrong)
{
    const refusal no = refused(wrong.text);
    BOOST_TEST(no.status == 400U);
    BOOST_TEST(no.reason == wrong.reason);
    BOOST_TEST(!no.detail.empty());
}

BOOST_AUTO_TEST_CASE(a_refusal_is_told_as_json_with_its_length)
{
    const std::string text = refuse({503, "draining", "say \"later\"", {{"Retry-After", "5"}}}, false);
    BOOST_TEST(text == "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Type: application/json\r\n"
                       "Connection: close\r\nContent-Length: 47\r\n\r\n"
                       "{\"error\":\"draining\",\"message\":\"say \\\"later\\\"\"}\n");
}

BOOST_AUTO_TEST_CASE(a_response_to_head_says_the_length_and_sends_no_body)
{
    const std::string text = make_response(200, {}, "hello", true, true);
    BOOST_TEST(text == "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(no_value_can_end_its_line)
{
    const std::string text = make_response(200, {{"X", "a\r\nSet-Cookie: b"}}, "", true);
    BOOST_TEST(text.find("X: aSet-Cookie: b\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
