// router_test.cpp — how messages find their handlers, and what a client is told when one does not fit.
#include "support/conversation.hpp"

#include <chorus/session/router.hpp>
#include <chorus/wire/binary_envelope.hpp>

#include <boost/describe/class.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(session_router)

namespace {

struct words
{
    std::string text;
};
BOOST_DESCRIBE_STRUCT(words, (), (text))

struct sum
{
    int left = 0;
    int right = 0;
};
BOOST_DESCRIBE_STRUCT(sum, (), (left, right))

struct total
{
    static constexpr std::string_view type = "total";
    int value = 0;
};
BOOST_DESCRIBE_STRUCT(total, (), (value))

struct untyped
{
    int value = 0;
};
BOOST_DESCRIBE_STRUCT(untyped, (), (value))

void say_back(session& from, words message) { from.send_text("heard " + message.text); }

total add(session&, sum numbers) { return {numbers.left + numbers.right}; }

task<total> add_later(session&, sum numbers)
{
    co_await yield();
    co_return total{numbers.left + numbers.right};
}

task<> say_later(session& from, words message)
{
    co_await yield();
    from.send_text("later " + message.text);
}

std::string client_binary(int type, std::string_view payload)
{
    return client_frame(opcode::binary, make_binary_envelope(static_cast<binary_type>(type), payload));
}

std::string binary_error(std::string_view code, std::string_view message)
{
    std::string payload = R"({"code":)";
    append_json(payload, code);
    append_json(payload += R"(,"message":)", message);
    return make_binary_envelope(binary_type::error, payload + "}");
}

// A conversation whose messages go to these routes.
struct routed : conversation
{
    explicit routed(std::size_t capacity = 64 * 1024) : conversation(capacity)
    {
        limits.messages = limits.joins = {};
        routes.on<words>("say", say_back);
        routes.on<words>("say_later", say_later);
        routes.on<sum>("add", add);
        routes.on<sum>("add_later", add_later);
    }

    void begin()
    {
        conversation::begin([this](session& from, const message& what) { return routes.route(from, what); });
    }

    std::string answer_to(std::string_view text) { return say_and_hear(client_text(text)); }
    std::string say_and_hear(std::string_view bytes)
    {
        if (!talk) begin();
        say(bytes);
        return heard();
    }

    router routes;
};

std::string error(std::string_view code, std::string_view message, std::string_view id = {})
{
    std::string text = R"(text {"type":"error","payload":{"code":")";
    text.append(code).append(R"(","message":")").append(message).append("\"}");
    if (!id.empty()) text.append(R"(,"id":)").append(id);
    return text + "}";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_message_reaches_the_handler_of_its_type_as_its_struct)
{
    routed here;
    BOOST_TEST(here.answer_to(R"({"type":"say","payload":{"text":"hello"}})") == "text heard hello");
    BOOST_TEST(here.answer_to(R"({"type":"say_later","payload":{"text":"hello"}})") == "text later hello");
}

BOOST_AUTO_TEST_CASE(replies_and_refusals_are_never_dropped)
{
    routed here(200);
    here.limits.outbox = {.messages = 8, .slow = slow_policy::drop_oldest};
    here.begin();
    here.peer.reads = false;
    here.talk->send_text(std::string(200, 'x')); // from here on the client takes nothing
    here.say(client_text("nonsense") + client_text(R"({"type":"add","payload":{"left":2,"right":3}})"));
    for (int each = 0; each < 20; ++each)
        here.talk->send_text("of somebody else");
    here.peer.reads = true;
    const auto heard = here.heard();
    BOOST_TEST(heard.find("invalid_json") != heard.npos, heard);
    BOOST_TEST(heard.find(R"({"type":"total","payload":{"value":5}})") != heard.npos, heard);
}

BOOST_AUTO_TEST_CASE(what_a_handler_returns_is_the_reply_under_its_own_type)
{
    routed here;
    for (const std::string type : {"add", "add_later"})
        BOOST_TEST(here.answer_to(R"({"type":")" + type + R"(","payload":{"left":2,"right":3}})") ==
                   R"(text {"type":"total","payload":{"value":5}})");
}

BOOST_AUTO_TEST_CASE(a_reply_without_a_type_is_ok)
{
    routed here;
    here.routes.on<sum>("plain", [](session&, sum) { return untyped{7}; });
    BOOST_TEST(here.answer_to(R"({"type":"plain","payload":{"left":2,"right":3},"id":1})") ==
               R"(text {"type":"ok","payload":{"value":7},"id":1})");
}

BOOST_AUTO_TEST_CASE(the_reply_carries_the_id_of_its_message_string_or_integer)
{
    routed here;
    for (const std::string type : {"add", "add_later"})
        for (const std::string id : {R"("a\"b")", "42", "-1", "18446744073709551615", R"("")"})
            BOOST_TEST(
                here.answer_to(R"({"id":)" + id + R"(,"type":")" + type + R"(","payload":{"left":2,"right":3}})") ==
                R"(text {"type":"total","payload":{"value":5},"id":)" + id + "}");
}

BOOST_AUTO_TEST_CASE(a_handler_that_asks_for_the_id_gets_it)
{
    routed here;
    here.routes.on<words>("echo", [](session& from, words message, message_id id) {
        std::string text = message.text + " ";
        if (id) append_json(text, *id);
        from.send_text(text);
    });
    BOOST_TEST(here.answer_to(R"({"type":"echo","payload":{"text":"x"},"id":"seven"})") == R"(text x "seven")");
    BOOST_TEST(here.answer_to(R"({"type":"echo","payload":{"text":"x"}})") == "text x ");
}

BOOST_AUTO_TEST_CASE(a_payload_that_does_not_fit_is_refused_with_the_path_and_never_reaches_its_handler)
{
    routed here;
    BOOST_TEST(here.answer_to(R"({"type":"say","payload":{"text":5},"id":7})") ==
               error("malformed", "malformed message: payload.text: expected string, got number", "7"));
    BOOST_TEST(here.answer_to(R"({"type":"add","payload":{"left":2147483648,"right":0}})")
                   .starts_with(R"(text {"type":"error","payload":{"code":"malformed","message":"malformed message: )"
                                "payload.left: "));
    const auto missing = here.answer_to(R"({"type":"add_later","payload":{"left":1}})");
    BOOST_TEST(missing.find("malformed message: payload.right: ") != missing.npos, missing);
}

BOOST_AUTO_TEST_CASE(an_unknown_type_is_named)
{
    routed here;
    BOOST_TEST(here.answer_to(R"({"type":"dance","payload":{},"id":"x"})") ==
               error("unknown_type", "unknown message type: dance", R"("x")"));
    BOOST_TEST(here.answer_to(R"({"type":""})") == error("unknown_type", "unknown message type: "));
}

BOOST_AUTO_TEST_CASE(what_is_no_json_or_no_envelope_is_refused)
{
    routed here;
    BOOST_TEST(here.answer_to("{").starts_with(
        R"(text {"type":"error","payload":{"code":"invalid_json","message":"invalid JSON)"));
    BOOST_TEST(here.answer_to("").starts_with(R"(text {"type":"error","payload":{"code":"invalid_json")"));
    BOOST_TEST(here.answer_to("[]").starts_with(R"(text {"type":"error","payload":{"code":"malformed")"));
    BOOST_TEST(
        here.answer_to(R"({"payload":{}})").starts_with(R"(text {"type":"error","payload":{"code":"malformed")"));
}

BOOST_AUTO_TEST_CASE(a_binary_message_under_json_is_malformed)
{
    routed here;
    const auto heard = here.say_and_hear(client_frame(opcode::binary, R"({"type":"say","payload":{"text":"x"}})"));
    BOOST_TEST(heard.starts_with(R"(text {"type":"error","payload":{"code":"malformed","message":"malformed message)"),
               heard);
}

BOOST_AUTO_TEST_CASE(past_its_rate_a_client_is_told_so_with_the_id_of_its_message_and_lives)
{
    routed here;
    here.limits.messages = {.per_second = 10, .burst = 2};
    const auto message = R"({"type":"add","payload":{"left":1,"right":1},"id":9})";
    for (int each = 0; each < 2; ++each)
        BOOST_TEST(here.answer_to(message) == R"(text {"type":"total","payload":{"value":2},"id":9})");
    BOOST_TEST(here.answer_to(message) == error("rate_limited", "rate limit exceeded", "9"));
    here.pass(100ms);
    BOOST_TEST(here.answer_to(message) == R"(text {"type":"total","payload":{"value":2},"id":9})");
    BOOST_TEST(here.answer_to(message) == error("rate_limited", "rate limit exceeded", "9"));
}

BOOST_AUTO_TEST_CASE(whatever_a_client_sends_counts_against_its_rate)
{
    const auto limited = error("rate_limited", "rate limit exceeded");
    for (const auto& bytes : {client_text("no JSON"), client_text(R"({"type":"dance"})"), client_text(R"({"type":""})"),
                              client_frame(opcode::binary, "x")}) {
        routed here;
        here.limits.messages = {.per_second = 1, .burst = 1};
        BOOST_TEST(here.say_and_hear(bytes) != limited);
        BOOST_TEST(here.say_and_hear(bytes) == limited);
    }
}

BOOST_AUTO_TEST_CASE(joins_have_a_bucket_of_their_own)
{
    routed here;
    here.limits.messages = {.per_second = 1, .burst = 1};
    here.limits.joins = {.per_second = 1, .burst = 2};
    here.routes.on<words>("join", say_back);
    here.routes.counts_as_join("join");
    const auto join = R"({"type":"join","payload":{"text":"in"}})", other = R"({"type":"say","payload":{"text":"x"}})";
    const auto limited = error("rate_limited", "rate limit exceeded");
    BOOST_TEST(here.answer_to(other) == "text heard x");
    BOOST_TEST(here.answer_to(other) == limited);
    BOOST_TEST(here.answer_to(join) == "text heard in");
    BOOST_TEST(here.answer_to(join) == "text heard in");
    BOOST_TEST(here.answer_to(join) == limited);
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_answers_with_an_error_and_the_conversation_goes_on)
{
    struct failing
    {
        static void plain(session&, words) { throw std::runtime_error("secret"); }
        static void odd(session&, words) { throw 42; }
        static total replying(session&, words) { throw std::runtime_error("secret"); }
        static task<> later(session&, words)
        {
            co_await yield();
            throw std::runtime_error("secret");
        }
        static task<total> oddly_later(session&, words)
        {
            co_await yield();
            throw 42;
        }
    };
    routed here;
    here.routes.on<words>("plain", failing::plain);
    here.routes.on<words>("odd", failing::odd);
    here.routes.on<words>("replying", failing::replying);
    here.routes.on<words>("later", failing::later);
    here.routes.on<words>("oddly_later", failing::oddly_later);
    for (const std::string type : {"plain", "odd", "replying", "later", "oddly_later"})
        BOOST_TEST(here.answer_to(R"({"id":1,"type":")" + type + R"(","payload":{"text":"x"}})") ==
                   error("internal", "internal error", "1"));
    BOOST_TEST(here.answer_to(R"({"type":"say","payload":{"text":"still here"}})") == "text heard still here");
}

BOOST_AUTO_TEST_CASE(the_later_handler_of_a_type_replaces_the_earlier)
{
    routed here;
    here.routes.on<words>("say", [](session& from, words) { from.send_text("replaced"); });
    BOOST_TEST(here.answer_to(R"({"type":"say","payload":{"text":"x"}})") == "text replaced");
}

BOOST_AUTO_TEST_CASE(a_type_may_have_a_bucket_of_its_own)
{
    routed here;
    here.limits.messages = {.per_second = 1, .burst = 1};
    here.limits.by_type = {{.per_second = 1, .burst = 2}};
    here.routes.limit("say", 0);
    const auto own = R"({"type":"say","payload":{"text":"x"}})",
               other = R"({"type":"say_later","payload":{"text":"x"}})";
    const auto limited = error("rate_limited", "rate limit exceeded");
    BOOST_TEST(here.answer_to(own) == "text heard x");
    BOOST_TEST(here.answer_to(own) == "text heard x");
    BOOST_TEST(here.answer_to(own) == limited);
    BOOST_TEST(here.answer_to(other) == "text later x");
    BOOST_TEST(here.answer_to(other) == limited);
}

BOOST_AUTO_TEST_CASE(bytes_are_rationed_whatever_the_messages_are)
{
    routed here;
    here.limits.bytes = {.per_second = 1000, .burst = 1000};
    const auto message = R"({"type":"say","payload":{"text":")" + std::string(560, 'x') + R"("}})";
    BOOST_TEST(here.answer_to(message).starts_with("text heard"));
    BOOST_TEST(here.answer_to(message) == error("rate_limited", "rate limit exceeded"));
    here.pass(1s);
    BOOST_TEST(here.answer_to(message).starts_with("text heard"));
}

BOOST_AUTO_TEST_CASE(who_goes_on_over_a_limit_is_closed_after_so_many_refusals)
{
    routed here;
    here.limits.messages = {.per_second = 1, .burst = 1};
    here.limits.strikes = 5;
    const auto message = R"({"type":"say","payload":{"text":"x"}})";
    BOOST_TEST(here.answer_to(message) == "text heard x");
    for (int each = 0; each < 4; ++each)
        BOOST_TEST(here.answer_to(message) == error("rate_limited", "rate limit exceeded"));
    BOOST_TEST(here.answer_to(message).starts_with("close 1008 too often over the rate limit"));
    here.peer.connection().close();
    here.settle();
    BOOST_TEST(here.outcome() == "refused 1008 too often over the rate limit");
}

BOOST_AUTO_TEST_CASE(who_has_more_refusals_than_a_limit_that_became_lower_is_closed_at_the_next)
{
    routed here;
    here.limits.messages = {.per_second = 1, .burst = 1};
    here.limits.strikes = 50;
    const auto message = R"({"type":"say","payload":{"text":"x"}})";
    BOOST_TEST(here.answer_to(message) == "text heard x");
    for (int each = 0; each < 9; ++each)
        BOOST_TEST(here.answer_to(message) == error("rate_limited", "rate limit exceeded"));
    here.limits.strikes = 5;
    BOOST_TEST(here.answer_to(message).starts_with("close 1008 too often over the rate limit"));
    BOOST_TEST(here.answer_to(message) == "");
}

BOOST_AUTO_TEST_CASE(refusals_are_forgiven_after_a_rest)
{
    routed here;
    here.limits.messages = {.per_second = 1, .burst = 1};
    here.limits.strikes = 5;
    const auto message = R"({"type":"say","payload":{"text":"x"}})";
    for (int round = 0; round < 3; ++round) {
        BOOST_TEST(here.answer_to(message) == "text heard x");
        for (int each = 0; each < 4; ++each)
            BOOST_TEST(here.answer_to(message) == error("rate_limited", "rate limit exceeded"));
        here.pass(10s);
    }
}

BOOST_AUTO_TEST_CASE(without_a_number_of_strikes_nobody_is_closed)
{
    routed here;
    here.limits.messages = {.per_second = 1, .burst = 1};
    here.limits.strikes = 0;
    here.answer_to(R"({"type":"say","payload":{"text":"x"}})");
    for (int each = 0; each < 1000; ++each)
        BOOST_TEST(here.answer_to("{}") == error("rate_limited", "rate limit exceeded"));
}

BOOST_AUTO_TEST_CASE(a_handler_serves_both_protocols_and_the_answer_comes_in_that_of_the_client)
{
    routed here;
    here.speaks_binary = true;
    here.routes.on<sum>("chat", add); // the type with number 1
    here.begin();
    const auto heard = here.say_and_hear(client_binary(1, R"({"left":2,"right":3,"id":9})"));
    BOOST_TEST(heard == R"(text {"type":"total","payload":{"value":5},"id":9})"); // a type without a number
    BOOST_TEST(here.say_and_hear(client_binary(1, R"({"left":2})")) ==
               "binary " + binary_error("malformed", "malformed message: payload.right: missing"));
    BOOST_TEST(here.say_and_hear(client_text(R"({"type":"chat","payload":{"left":2,"right":3},"id":9})")) ==
               R"(text {"type":"total","payload":{"value":5},"id":9})");
}

BOOST_AUTO_TEST_CASE(every_malformed_binary_message_is_refused_with_its_reason)
{
    const std::pair<std::string, std::string> cases[] = {
        {"", "message too short: got 0 bytes, a header has 5"},
        {std::string("\x01\0\0\0", 4), "message too short: got 4 bytes, a header has 5"},
        {std::string("\x01\0\0\0\x03{}", 7), "malformed message: payload: expected 3 bytes, got 2"},
        {std::string("\x01\0\0\0\x01{}", 7), "malformed message: payload: expected 1 bytes, got 2"},
        {std::string("\x01\xFF\xFF\xFF\xFF{}", 7), "malformed message: payload: expected 4294967295 bytes, got 2"},
        {std::string("\x01\0\0\0\x02[]", 7), "malformed message: payload: expected object, got array"},
        {std::string("\x01\0\0\0\x0A{\"id\":[7]}", 15), "malformed message: id: expected string or integer, got array"},
    };
    for (const auto& [bytes, why] : cases) {
        routed here;
        here.speaks_binary = true;
        here.begin();
        BOOST_TEST(here.say_and_hear(client_frame(opcode::binary, bytes)) ==
                   "binary " + binary_error("malformed", why));
    }
    routed here;
    here.speaks_binary = true;
    here.begin();
    BOOST_TEST(here.say_and_hear(client_binary(99, "{}")) ==
               "binary " + binary_error("unknown_type", "unknown message type: 99"));
    const auto heard = here.say_and_hear(client_binary(1, "{"));
    BOOST_TEST((heard.find("\"code\":\"invalid_json\"") != heard.npos), heard);
}

BOOST_AUTO_TEST_SUITE_END()
