// parser_deflate_test.cpp — Compressed messages in frames: where RSV1 may stand, fragments, text, limits, sharing.
#include "parsing.hpp"

#include <chorus/wire/deflater.hpp>
#include <chorus/wire/inflater.hpp>

#include <boost/test/unit_test.hpp>

#include <random>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(wire_parser_deflate)

namespace {

constexpr auto reserved = "error 1002 a reserved bit is set and no extension gives it a meaning";
constexpr auto too_big = "error 1009 the message exceeds the size limit";

const auto hello = hex("f2 48 cd c9 c9 07 00");

// A side that has agreed on permessage-deflate.
struct side
{
    explicit side(role own, parser_limits limits = {}, context_takeover takeover = context_takeover::no)
        : with{memory, takeover}, reader{own, limits, &with}
    {
    }

    scratch_buffer memory;
    inflater with;
    parser reader;
};

std::string server_hears(const std::string& bytes, parser_limits limits = {})
{
    side server{role::server, limits};
    return told(server.reader, bytes);
}

std::string client_hears(const std::string& bytes)
{
    side client{role::client};
    return told(client.reader, bytes);
}

std::string compressed(std::string_view message)
{
    scratch_buffer memory;
    deflater with{memory};
    return std::string(with.deflate(message).value());
}

std::string says(opcode op, std::string_view message) { return compressed_from(role::client, op, compressed(message)); }

} // namespace

// The frames of RFC 7692, 7.2.3.

BOOST_AUTO_TEST_CASE(the_examples_of_the_rfc_are_read)
{
    BOOST_TEST(client_hears(hex("c1 07 f2 48 cd c9 c9 07 00")) == "text Hello");
    BOOST_TEST(client_hears(hex("41 03 f2 48 cd 80 04 c9 c9 07 00")) == "text Hello");
    BOOST_TEST(client_hears(hex("c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00")) == "text Hello");
    BOOST_TEST(client_hears(hex("c1 08 f3 48 cd c9 c9 07 00 00")) == "text Hello");
    BOOST_TEST(client_hears(hex("c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00")) == "text Hello");
    side client{role::client, {}, context_takeover::yes};
    BOOST_TEST(told(client.reader, hex("c1 07 f2 48 cd c9 c9 07 00 c1 05 f2 00 11 00 00")) == "text Hello; text Hello");
}

BOOST_AUTO_TEST_CASE(both_sides_read_compressed_and_plain_messages_in_turn)
{
    for (const auto sender : {role::client, role::server}) {
        side receiver{sender == role::client ? role::server : role::client};
        const auto bytes = compressed_from(sender, opcode::text, hello) + frame_from(sender, opcode::text, "as it is") +
                           compressed_from(sender, opcode::binary, hello);
        BOOST_TEST(told(receiver.reader, bytes) == "text Hello; text as it is; binary Hello");
    }
}

BOOST_AUTO_TEST_CASE(an_empty_message_may_be_compressed)
{
    for (const auto& nothing : {hex("00"), std::string()})
        BOOST_TEST(server_hears(compressed_from(role::client, opcode::text, nothing)) == "text");
}

// Where the bits may stand, RFC 7692, 6.

BOOST_AUTO_TEST_CASE(rsv1_without_an_agreement_is_refused)
{
    BOOST_TEST(server_is_told(compressed_from(role::client, opcode::text, hello)) == reserved);
}

BOOST_AUTO_TEST_CASE(rsv1_on_a_control_frame_is_refused)
{
    for (const auto op : {opcode::ping, opcode::pong, opcode::close})
        BOOST_TEST(server_hears(compressed_from(role::client, op, "")) == reserved);
}

BOOST_AUTO_TEST_CASE(rsv1_on_a_continuation_is_refused)
{
    const auto more = compressed_from(role::client, opcode::continuation, hello.substr(3));
    BOOST_TEST(server_hears(compressed_from(role::client, opcode::text, hello.substr(0, 3), false) + more) == reserved);
    BOOST_TEST(server_hears(from_client(opcode::text, "a", false) + more) == reserved);
    BOOST_TEST(server_hears(more) == reserved);
}

BOOST_AUTO_TEST_CASE(rsv2_and_rsv3_are_refused_all_the_same)
{
    for (const auto* first : {"a1", "91", "b1", "e1", "d1", "f1"})
        BOOST_TEST(client_hears(hex(first) + hex("00")) == reserved);
}

// Fragments.

BOOST_AUTO_TEST_CASE(a_message_in_fragments_is_compressed_as_a_whole)
{
    const auto bytes = compressed("Hello Hello Hello \xf0\x9f\x98\x80");
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        const auto frames = compressed_from(role::client, opcode::text, bytes.substr(0, cut), false) +
                            from_client(opcode::ping, "still there?") + from_client(opcode::continuation, "", false) +
                            from_client(opcode::continuation, bytes.substr(cut));
        BOOST_TEST(server_hears(frames) == "ping still there?; text Hello Hello Hello \xf0\x9f\x98\x80");
    }
}

BOOST_AUTO_TEST_CASE(however_the_bytes_are_split_the_story_is_the_same)
{
    const auto bytes = compressed("a text with some some some text in it");
    const auto story = compressed_from(role::client, opcode::text, bytes.substr(0, 9), false) +
                       from_client(opcode::ping, "p") + from_client(opcode::continuation, bytes.substr(9)) +
                       from_client(opcode::text, "plain") + says(opcode::binary, std::string(400, 'x')) +
                       close_from_client(1000);
    const auto whole = server_hears(story);
    BOOST_TEST(whole == "ping p; text a text with some some some text in it; text plain; binary " +
                            std::string(400, 'x') + "; close 1000");
    for (std::size_t first = 1; first < story.size(); ++first) {
        side server{role::server};
        bool is_first = true;
        const auto split =
            told_in_pieces(server.reader, story, [&] { return std::exchange(is_first, false) ? first : 3; });
        BOOST_TEST(split == whole, "cut at " << first);
    }
}

BOOST_AUTO_TEST_CASE(damaged_bytes_tell_the_same_however_they_are_split)
{
    std::mt19937 random{7692};
    const auto bytes = compressed("some text that is some text");
    const auto story = compressed_from(role::client, opcode::text, bytes.substr(0, 4), false) +
                       from_client(opcode::continuation, bytes.substr(4)) + says(opcode::text, "more") +
                       from_client(opcode::text, "plain");
    for (int round = 0; round < 5000; ++round) {
        auto damaged = story;
        for (auto hits = 1 + random() % 3; hits > 0; --hits)
            damaged[random() % damaged.size()] = static_cast<char>(random());
        side server{role::server, {.max_message = 300}};
        const auto split = told_in_pieces(server.reader, damaged, [&] { return 1 + random() % 9; });
        BOOST_TEST(split == server_hears(damaged, {.max_message = 300}), "round " << round);
    }
}

// Text.

BOOST_AUTO_TEST_CASE(the_text_is_checked_after_inflating)
{
    BOOST_TEST(server_hears(says(opcode::text, "caf\xc3\xa9")) == "text caf\xc3\xa9");
    BOOST_TEST(server_hears(says(opcode::binary, "caf\xe9")) == "binary caf\xe9");
    for (const auto* wrong : {"caf\xe9 noir", "caf\xc3"})
        BOOST_TEST(server_hears(says(opcode::text, wrong)) == "error 1007 a text message is not valid UTF-8");
}

BOOST_AUTO_TEST_CASE(a_plain_text_is_still_refused_at_its_first_wrong_byte)
{
    auto frame = from_client(opcode::text, "ab\xff" + std::string(1000, 'c'));
    frame.resize(header_size(1003, true) + 3);
    BOOST_TEST(server_hears(says(opcode::text, "fine") + frame) ==
               "text fine; error 1007 a text message is not valid UTF-8");
}

BOOST_AUTO_TEST_CASE(corrupt_data_is_refused_with_1007)
{
    BOOST_TEST(server_hears(compressed_from(role::client, opcode::binary, "\xff\xff")) ==
               "error 1007 a compressed message is corrupt");
}

// Limits.

BOOST_AUTO_TEST_CASE(the_limit_is_judged_by_the_inflated_size)
{
    const parser_limits limits{.max_message = 1000};
    BOOST_TEST(server_hears(says(opcode::binary, std::string(1000, 'x')), limits) ==
               "binary " + std::string(1000, 'x'));
    BOOST_TEST(server_hears(says(opcode::binary, std::string(1001, 'x')), limits) == too_big);
}

BOOST_AUTO_TEST_CASE(a_message_that_compression_has_made_larger_is_taken)
{
    std::mt19937 random{2};
    std::string noise(1000, '\0');
    std::ranges::generate(noise, [&] { return static_cast<char>(random()); });
    BOOST_TEST(compressed(noise).size() > 1000u);
    BOOST_TEST((server_hears(says(opcode::binary, noise), {.max_message = 1000}) == "binary " + noise));
}

BOOST_AUTO_TEST_CASE(compressed_bytes_beyond_any_reason_are_refused_by_the_header_alone)
{
    const auto header = compressed_from(role::client, opcode::binary, std::string(1200, 'x')).substr(0, 8);
    BOOST_TEST(server_hears(header, {.max_message = 1000}) ==
               "error 1009 the message is longer than any that is within the size limit once inflated");
    BOOST_TEST(server_hears(header, {.max_message = 1100}) == "");
}

BOOST_AUTO_TEST_CASE(fragments_are_counted_as_ever)
{
    const auto more = from_client(opcode::continuation, "", false);
    BOOST_TEST(server_hears(compressed_from(role::client, opcode::text, "", false) + more + more + more,
                            {.max_fragments = 3}) == "error 1008 the message has too many fragments");
}

// Borrowed.

BOOST_AUTO_TEST_CASE(connections_in_the_midst_of_a_message_borrow_one_inflater)
{
    scratch_buffer memory;
    inflater shared{memory};
    parser ada{role::server, {}, &shared}, bo{role::server, {}, &shared};
    const auto first = says(opcode::text, "from ada, who is from ada"), second = says(opcode::text, "from bo");
    std::string heard;
    for (std::size_t at = 0; at < std::max(first.size(), second.size()); ++at) {
        heard += told(ada, first.substr(std::min(at, first.size()), 1));
        heard += told(bo, second.substr(std::min(at, second.size()), 1));
    }
    BOOST_TEST(heard == "text from botext from ada, who is from ada");
    BOOST_TEST(ada.held_bytes() < 2 * first.size());
}

BOOST_AUTO_TEST_CASE(an_idle_parser_owns_no_heap_after_a_compressed_message)
{
    side server{role::server};
    told_in_pieces(server.reader, says(opcode::text, std::string(5000, 'x')) + from_client(opcode::ping, ""),
                   [] { return 5; });
    BOOST_TEST(server.reader.held_bytes() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
