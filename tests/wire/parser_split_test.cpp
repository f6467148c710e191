// parser_split_test.cpp — However bytes are split on their way, a parser tells the same story.
#include "parsing.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace chorus;
using namespace chorus::test;

namespace {

constexpr parser_limits small_limits{.max_message = 600, .max_fragments = 4};

std::vector<std::string> stories()
{
    const auto fragments = from_client(opcode::text, "na\xc3", false) + from_client(opcode::ping, "here?") +
                           from_client(opcode::continuation, "\xafve \xf0\x9f", false) +
                           from_client(opcode::continuation, "\x98\x80");
    const auto close = close_from_client(1000, "thank you");
    return {
        from_client(opcode::text, "one") + from_client(opcode::binary, "two") + from_client(opcode::text, ""),
        fragments + fragments + close,
        from_client(opcode::binary, std::string(300, '\xff')) + from_client(opcode::pong, "") + close + "what follows",
        from_client(opcode::ping, "") + from_client(opcode::ping, std::string(125, 'p')) + hex("89 01 61"),
        from_client(opcode::text, "good") + from_client(opcode::text, "ba\xed\xa0\x80"),
        from_client(opcode::text, "cut short \xe2\x82"),
        from_client(opcode::binary, std::string(400, 'x'), false) +
            from_client(opcode::continuation, std::string(201, 'x')),
        from_client(opcode::text, "", false) + from_client(opcode::continuation, "", false) +
            from_client(opcode::continuation, "", false) + from_client(opcode::continuation, "", false) + fragments,
        fragments + hex("82 fe 00 05 00 00 00 00"),
        fragments + close_from_client(1005),
    };
}

std::string told_split_at(const std::string& bytes, std::size_t first, std::size_t second)
{
    parser server{role::server, small_limits};
    std::size_t piece = 0;
    return told_in_pieces(server, bytes, [&] {
        ++piece;
        return piece == 1 ? first : piece == 2 ? second : bytes.size();
    });
}

std::string told_at_random(const std::string& bytes, std::mt19937& random)
{
    parser server{role::server, small_limits};
    return told_in_pieces(server, bytes, [&] { return 1 + random() % 9; });
}

// A story with a few bytes of it replaced: mostly still frames, and mostly broken ones.
std::string damaged(std::string story, std::mt19937& random)
{
    for (auto hits = 1 + random() % 3; hits > 0; --hits)
        story[random() % std::min<std::size_t>(story.size(), 40)] = static_cast<char>(random());
    return story;
}

} // namespace

BOOST_AUTO_TEST_SUITE(wire_parser_split)

BOOST_AUTO_TEST_CASE(byte_by_byte_is_the_same_story)
{
    for (const auto& story : stories()) {
        parser server{role::server, small_limits};
        BOOST_TEST(told_in_pieces(server, story, [] { return 1; }) == server_is_told(story, small_limits));
    }
}

BOOST_AUTO_TEST_CASE(two_cuts_anywhere_are_the_same_story)
{
    for (const auto& story : stories()) {
        const auto whole = server_is_told(story, small_limits);
        for (std::size_t first = 1; first < story.size(); ++first)
            for (std::size_t second = 1; second < std::min<std::size_t>(story.size() - first, 20); ++second)
                if (const auto split = told_split_at(story, first, second); split != whole)
                    BOOST_ERROR("cut at " << first << " and " << second << " bytes later: " << split << ", not "
                                          << whole);
    }
}

BOOST_AUTO_TEST_CASE(the_stories_are_told_as_they_were_meant)
{
    const auto all = stories();
    BOOST_TEST(server_is_told(all[0]) == "text one; binary two; text");
    BOOST_TEST(server_is_told(all[1]) == "ping here?; text na\xc3\xafve \xf0\x9f\x98\x80; "
                                         "ping here?; text na\xc3\xafve \xf0\x9f\x98\x80; close 1000 thank you");
}

BOOST_AUTO_TEST_CASE(damaged_bytes_tell_the_same_however_they_are_split)
{
    std::mt19937 random{6455};
    const auto all = stories();
    for (int round = 0; round < 20'000; ++round) {
        const auto story = damaged(all[random() % all.size()], random);
        const auto whole = server_is_told(story, small_limits);
        if (const auto split = told_at_random(story, random); split != whole)
            BOOST_ERROR("round " << round << ": " << split << ", not " << whole);
    }
}

BOOST_AUTO_TEST_CASE(what_one_side_writes_the_other_reads)
{
    std::mt19937 random{10};
    for (const auto sender : {role::server, role::client})
        for (const std::size_t size :
             {0u, 1u, 7u, 8u, 9u, 125u, 126u, 127u, 128u, 4095u, 4096u, 4097u, 65535u, 65536u, 70001u}) {
            std::string payload(size, '\0');
            std::ranges::generate(payload, [&] { return static_cast<char>(random()); });
            parser receiver{sender == role::client ? role::server : role::client};
            const auto bytes = frame_from(sender, opcode::binary, payload);
            const auto read = told_in_pieces(receiver, bytes, [&] { return 1 + random() % (size + 14); });
            BOOST_TEST((read == (payload.empty() ? "binary" : "binary " + payload)), "of " << size << " bytes");
        }
}

BOOST_AUTO_TEST_SUITE_END()
