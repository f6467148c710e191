// burst_test.cpp — Frames back to back, and how what is left of them is taken apart.
#include <chorus/wire/burst.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;

namespace {

shared_burst three_frames()
{
    burst_builder builder;
    builder.add(make_frame(opcode::text, "one"), 7);
    builder.add(make_frame(opcode::binary, std::string(200, 'x')), 8);
    builder.add(make_frame(opcode::text, ""), 9);
    return builder.take();
}

} // namespace

BOOST_AUTO_TEST_SUITE(wire_burst)

BOOST_AUTO_TEST_CASE(a_burst_is_its_frames_back_to_back)
{
    const auto burst = three_frames();
    std::string expected;
    for (const auto& entry : burst->entries()) {
        expected += entry.frame->bytes();
        BOOST_TEST(entry.end == expected.size());
    }
    BOOST_TEST(burst->count() == 3u);
    BOOST_TEST(burst->bytes() == expected);
    BOOST_TEST(burst->size() == 5u + 204u + 2u);
}

BOOST_AUTO_TEST_CASE(a_burst_remembers_each_frame_and_its_tag)
{
    const auto burst = three_frames();
    BOOST_TEST(burst->entries()[0].frame->payload() == "one");
    BOOST_TEST(burst->entries()[0].tag == 7u);
    BOOST_TEST(burst->entries()[2].frame->payload() == "");
    BOOST_TEST(burst->entries()[2].tag == 9u);
}

BOOST_AUTO_TEST_CASE(a_burst_keeps_its_frames_alive_and_lets_them_go)
{
    const auto frame = make_frame(opcode::text, "shared");
    burst_builder builder;
    builder.add(frame);
    builder.add(frame);
    auto burst = builder.take();
    BOOST_TEST(frame->use_count() == 3u);
    burst.reset();
    BOOST_TEST(frame->use_count() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_left_begins_with_the_first_frame_that_was_not_begun)
{
    const auto burst = three_frames(); // frames at 0, 5 and 209, the end at 211
    BOOST_TEST(burst->first_frame_after(0) == 0u);
    BOOST_TEST(burst->first_frame_after(1) == 1u);
    BOOST_TEST(burst->first_frame_after(5) == 1u); // exactly at a boundary nothing is begun
    BOOST_TEST(burst->first_frame_after(6) == 2u);
    BOOST_TEST(burst->first_frame_after(209) == 2u);
    BOOST_TEST(burst->first_frame_after(210) == 3u);
    BOOST_TEST(burst->first_frame_after(211) == 3u);
}

BOOST_AUTO_TEST_CASE(a_partly_sent_burst_is_finished_from_its_frames_without_a_gap)
{
    const auto burst = three_frames();
    for (std::size_t sent = 0; sent <= burst->size(); ++sent) {
        const auto next = burst->first_frame_after(sent);
        std::string rest{burst->bytes().substr(sent, burst->frame_start(next) - sent)}; // of the frame that was begun
        for (const auto& entry : burst->entries().subspan(next))
            rest += entry.frame->bytes();
        BOOST_TEST(rest == burst->bytes().substr(sent));
    }
}

BOOST_AUTO_TEST_CASE(a_round_is_full_at_128_messages)
{
    burst_builder builder;
    const auto frame = make_frame(opcode::text, "x");
    for (std::size_t i = 0; i < burst_limits::messages; ++i) {
        BOOST_TEST(!builder.full());
        builder.add(frame);
    }
    BOOST_TEST(builder.full());
    BOOST_TEST(builder.take()->count() == burst_limits::messages);
}

BOOST_AUTO_TEST_CASE(a_round_is_full_at_64_kib)
{
    burst_builder builder;
    builder.add(make_frame(opcode::binary, std::string(burst_limits::bytes - 4 - 1, 'x')));
    BOOST_TEST(!builder.full());
    builder.add(make_frame(opcode::text, ""));
    BOOST_TEST(builder.full());
}

BOOST_AUTO_TEST_CASE(a_builder_is_empty_after_a_burst_was_taken_or_dropped)
{
    burst_builder builder;
    builder.add(make_frame(opcode::text, "one"));
    builder.take();
    BOOST_TEST(builder.empty());
    builder.add(make_frame(opcode::text, "two"));
    BOOST_TEST(builder.size() == 5u);
    builder.clear();
    BOOST_TEST(builder.empty());
    BOOST_TEST(builder.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_burst_of_nothing_is_empty)
{
    const auto burst = make_burst({});
    BOOST_TEST(burst->bytes().empty());
    BOOST_TEST(burst->first_frame_after(0) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
