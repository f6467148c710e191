// compressed_frame_test.cpp — A message is compressed once for all, where that makes it smaller.
#include "parsing.hpp"

#include <chorus/wire/compressed_frame.hpp>
#include <chorus/wire/inflater.hpp>

#include <boost/test/unit_test.hpp>

#include <random>
#include <thread>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(wire_compressed_frame)

namespace {

const std::string long_text = std::string(500, 'a') + "and an end";

struct writer
{
    explicit writer(context_takeover takeover = context_takeover::no) : deflater{memory, takeover} {}
    shared_frame compress(const shared_frame& message) { return compressed(message, deflater); }

    scratch_buffer memory;
    chorus::deflater deflater;
};

std::string heard(std::string_view bytes, context_takeover takeover = context_takeover::no)
{
    scratch_buffer memory;
    inflater with{memory, takeover};
    parser client{role::client, {}, &with};
    return told(client, std::string{bytes});
}

shared_frame text(std::string_view payload) { return make_frame(opcode::text, payload); }

} // namespace

BOOST_AUTO_TEST_CASE(what_shrinks_is_heard_as_it_was_said)
{
    writer one;
    for (const auto op : {opcode::text, opcode::binary}) {
        const auto message = make_frame(op, long_text);
        const auto smaller = one.compress(message);
        BOOST_TEST(smaller->is_compressed());
        BOOST_TEST(!message->is_compressed());
        BOOST_TEST(smaller->size() < 40u);
        BOOST_TEST(heard(smaller->bytes()) == (op == opcode::text ? "text " : "binary ") + long_text);
    }
}

BOOST_AUTO_TEST_CASE(it_is_made_once_whoever_asks)
{
    writer one, other;
    const auto message = text(long_text);
    const auto first = one.compress(message);
    BOOST_TEST(one.compress(message) == first);
    BOOST_TEST(other.compress(message) == first);
    BOOST_TEST(one.compress(first) == first, "what is compressed stays as it is");
}

BOOST_AUTO_TEST_CASE(it_lives_longer_than_the_message_if_somebody_keeps_it)
{
    writer one;
    auto message = text(long_text);
    const auto smaller = one.compress(message);
    message = nullptr;
    BOOST_TEST(heard(smaller->bytes()) == "text " + long_text);
}

BOOST_AUTO_TEST_CASE(what_is_small_or_does_not_shrink_goes_as_it_is)
{
    writer one;
    std::mt19937 random{1};
    std::string noise(1000, ' ');
    for (char& each : noise)
        each = static_cast<char>(random());
    for (const auto& payload : {std::string{}, std::string(smallest_compressed - 1, 'a'), noise}) {
        const auto message = make_frame(opcode::binary, payload);
        BOOST_TEST(one.compress(message) == message);
        BOOST_TEST(one.compress(message) == message, "also when it is asked again");
    }
    BOOST_TEST(one.compress(text(std::string(smallest_compressed, 'a')))->is_compressed());
}

BOOST_AUTO_TEST_CASE(control_frames_are_never_compressed)
{
    writer alone, in_context{context_takeover::yes};
    for (const auto op : {opcode::ping, opcode::pong, opcode::close})
        for (auto* const each : {&alone, &in_context}) {
            const auto message = make_frame(op, std::string(125, 'a'));
            BOOST_TEST(each->compress(message) == message);
        }
}

BOOST_AUTO_TEST_CASE(in_a_context_each_form_is_for_one_connection)
{
    writer one{context_takeover::yes}, other{context_takeover::yes};
    const auto message = text(long_text);
    const auto first = one.compress(message), again = one.compress(message), others = other.compress(message);
    BOOST_TEST((first != again && first != others));
    BOOST_TEST(again->size() < first->size(), "the second time it refers to the first");
    const auto expected = "text " + long_text + "; text " + long_text;
    BOOST_TEST(heard(std::string{first->bytes()}.append(again->bytes()), context_takeover::yes) == expected);
    BOOST_TEST(writer{}.compress(message)->size() > again->size(), "nobody else is given it");
}

BOOST_AUTO_TEST_CASE(in_a_context_what_does_not_shrink_is_still_said_in_it)
{
    writer one{context_takeover::yes};
    std::mt19937 random{1};
    std::string noise(100, ' ');
    for (char& each : noise)
        each = static_cast<char>(random());
    const auto message = make_frame(opcode::binary, noise);
    const auto first = one.compress(message), again = one.compress(message);
    BOOST_TEST(first->size() > message->size());
    BOOST_TEST(heard(std::string{first->bytes()}.append(again->bytes()), context_takeover::yes) ==
               "binary " + noise + "; binary " + noise);
    const auto small = text(std::string(smallest_in_context - 1, 'x'));
    BOOST_TEST(one.compress(small) == small);
}

BOOST_AUTO_TEST_CASE(two_threads_that_ask_at_the_same_time_get_the_same)
{
    for (int round = 0; round < 200; ++round) {
        const auto message = text(long_text + std::to_string(round));
        shared_frame theirs;
        std::jthread other{[&] { theirs = writer{}.compress(message); }};
        const auto ours = writer{}.compress(message);
        other.join();
        BOOST_TEST(ours == theirs);
        BOOST_TEST(heard(ours->bytes()) == "text " + std::string{message->payload()});
    }
}

BOOST_AUTO_TEST_SUITE_END()
