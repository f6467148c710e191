// session_deflate_test.cpp — A client that has agreed on permessage-deflate is understood, answered likewise, and
// bounded.
#include "support/conversation.hpp"
#include "support/handlers.hpp"

#include <chorus/wire/deflater.hpp>
#include <chorus/wire/inflater.hpp>

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(session_session_deflate)

namespace {

constexpr deflate_parameters no_contexts{.server_no_context_takeover = true, .client_no_context_takeover = true};
constexpr deflate_parameters both_contexts{};

const std::string words = "hello " + std::string(300, 'a');

// What a client compresses with.
struct deflating_client
{
    explicit deflating_client(context_takeover takeover = context_takeover::no) : deflater{memory, takeover} {}

    std::string frame(opcode op, std::string_view payload, bool fin = true)
    {
        std::string bytes;
        append_masked_frame(bytes, op, payload, 0x12345678, fin, op == opcode::continuation ? 0 : rsv1);
        return bytes;
    }
    std::string compress(std::string_view message) { return std::string{deflater.deflate(message).value()}; }
    std::string text(std::string_view message) { return frame(opcode::text, compress(message)); }

    scratch_buffer memory;
    chorus::deflater deflater;
};

struct compressed_conversation : conversation
{
    explicit compressed_conversation(const std::optional<deflate_parameters>& agreed) { deflate = agreed; }
};

std::string goodbye_to(std::string_view bytes, parser_limits limits = {})
{
    compressed_conversation here{no_contexts};
    here.limits.parsing = limits;
    here.begin(echo);
    here.say(bytes);
    const auto heard = here.heard();
    here.peer.connection().close();
    here.settle();
    return heard;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_comes_compressed_is_understood_and_answered_in_its_way)
{
    for (const auto& agreed : {no_contexts, both_contexts}) {
        compressed_conversation here{agreed};
        here.begin(echo);
        deflating_client client{agreed.client_takeover()};
        here.peer.expect_compressed(agreed.server_takeover());
        for (int round = 0; round < 3; ++round) {
            const auto first = client.text(words), second = client.text("short");
            here.say(first + second);
            BOOST_TEST(here.heard() == "text " + words + " | text short");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_client_may_go_on_saying_some_messages_as_they_are)
{
    compressed_conversation here{both_contexts};
    here.begin(echo);
    deflating_client client{context_takeover::yes};
    here.peer.expect_compressed(context_takeover::yes);
    const auto first = client.text(words), second = client.text(words);
    here.say(first + client_text("plain") + second);
    BOOST_TEST(here.heard() == "text " + words + " | text plain | text " + words);
}

BOOST_AUTO_TEST_CASE(fragments_of_a_compressed_message_come_with_pings_between)
{
    compressed_conversation here{no_contexts};
    here.begin(echo);
    deflating_client client;
    here.peer.expect_compressed(context_takeover::no);
    const auto bytes = client.compress(words);
    here.say(client.frame(opcode::text, bytes.substr(0, 5), false) + client_frame(opcode::ping, "p") +
             client.frame(opcode::continuation, "", false) + client.frame(opcode::continuation, bytes.substr(5)));
    BOOST_TEST(here.heard() == "pong p | text " + words);
}

BOOST_AUTO_TEST_CASE(without_an_agreement_a_compressed_message_breaks_the_protocol)
{
    compressed_conversation here{std::nullopt};
    here.begin(echo);
    here.say(deflating_client{}.text(words));
    BOOST_TEST(here.heard() == "close 1002 a reserved bit is set and no extension gives it a meaning | end");
}

BOOST_AUTO_TEST_CASE(a_compressed_control_frame_or_continuation_breaks_the_protocol)
{
    std::string ping, continuation = client_frame(opcode::text, "a", false);
    append_masked_frame(ping, opcode::ping, "p", 0x12345678, true, rsv1);
    append_masked_frame(continuation, opcode::continuation, "b", 0x12345678, true, rsv1);
    for (const auto& bytes : {ping, continuation})
        BOOST_TEST(goodbye_to(bytes) == "close 1002 a reserved bit is set and no extension gives it a meaning | end");
}

BOOST_AUTO_TEST_CASE(what_is_no_deflate_is_answered_with_1007_as_is_a_text_that_is_no_utf8)
{
    deflating_client client;
    BOOST_TEST(goodbye_to(client.frame(opcode::text, "\xff\xff\xff")) ==
               "close 1007 a compressed message is corrupt | end");
    BOOST_TEST(goodbye_to(client.text("caf\xe9")) == "close 1007 a text message is not valid UTF-8 | end");
}

// A megabyte of zeros from a few kilobytes.
BOOST_AUTO_TEST_CASE(a_message_that_becomes_too_large_is_answered_with_1009)
{
    deflating_client client;
    const auto bomb = client.text(std::string(1'000'000, '\0'));
    BOOST_TEST(bomb.size() < 5000u);
    BOOST_TEST(goodbye_to(bomb, {.max_message = 999'999}) == "close 1009 the message exceeds the size limit | end");
    BOOST_TEST(goodbye_to(client.text("just right"), {.max_message = 10}) == "text just right");
}

// A hundred of them fit into one read: nobody may have to wait for all.
BOOST_AUTO_TEST_CASE(after_what_inflates_to_half_a_megabyte_the_others_have_their_turn)
{
    compressed_conversation here{no_contexts};
    deflating_client client;
    std::size_t handled = 0;
    here.begin([&](session&, const message&) { return ++handled, work{}; });
    const auto large = client.text(std::string(512 * 1024, 'a'));
    here.peer.say(large + large + large);
    std::size_t handled_before_another = 0;
    asio::post(here.here.shard.get_executor(), [&] { handled_before_another = handled; });
    here.settle();
    BOOST_TEST(handled_before_another == 1u);
    BOOST_TEST(handled == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
