// compression_test.cpp — A connection owns what keeps a context and borrows the rest.
#include <chorus/wire/compression.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;

namespace {

constexpr deflate_parameters no_contexts{.server_no_context_takeover = true, .client_no_context_takeover = true};

deflate_parameters with_server_window(deflate_parameters agreed, int bits)
{
    agreed.server_max_window_bits = bits;
    return agreed;
}

} // namespace

BOOST_AUTO_TEST_SUITE(wire_compression)

BOOST_AUTO_TEST_CASE(without_an_agreement_nothing_is_compressed)
{
    shared_compression lent;
    const compression none{std::nullopt, lent};
    BOOST_TEST(none.incoming() == nullptr);
    BOOST_TEST(none.outgoing() == nullptr);
}

BOOST_AUTO_TEST_CASE(without_contexts_everything_is_borrowed)
{
    shared_compression lent;
    const compression one{no_contexts, lent}, other{no_contexts, lent};
    for (const auto* const each : {&one, &other}) {
        BOOST_TEST(each->incoming() == &lent.inflater);
        BOOST_TEST(each->outgoing() == &lent.deflater);
    }
}

BOOST_AUTO_TEST_CASE(each_side_that_keeps_its_context_has_its_own)
{
    shared_compression lent;
    const compression both{deflate_parameters{}, lent}, others{deflate_parameters{}, lent};
    BOOST_TEST(both.incoming() != &lent.inflater);
    BOOST_TEST(both.outgoing() != &lent.deflater);
    BOOST_TEST(both.incoming() != others.incoming());
    BOOST_TEST(both.outgoing()->keeps_context());

    const compression theirs{deflate_parameters{.server_no_context_takeover = true}, lent};
    BOOST_TEST(theirs.incoming() != &lent.inflater);
    BOOST_TEST(theirs.outgoing() == &lent.deflater);

    const compression ours{deflate_parameters{.client_no_context_takeover = true}, lent};
    BOOST_TEST(ours.incoming() == &lent.inflater);
    BOOST_TEST(ours.outgoing() != &lent.deflater);
}

BOOST_AUTO_TEST_CASE(a_client_with_a_smaller_window_hears_messages_as_they_are_or_has_a_deflater_of_its_own)
{
    shared_compression lent;
    for (int bits = smallest_window; bits < largest_window; ++bits) {
        BOOST_TEST((compression{with_server_window(no_contexts, bits), lent}.outgoing() == nullptr));
        BOOST_TEST((compression{with_server_window({}, bits), lent}.outgoing() != nullptr));
    }
    BOOST_TEST((compression{with_server_window(no_contexts, largest_window), lent}.outgoing() == &lent.deflater));
}

BOOST_AUTO_TEST_CASE(a_small_window_of_its_own_is_kept_to)
{
    shared_compression lent;
    const compression narrow{with_server_window({}, smallest_window), lent};
    scratch_buffer memory;
    inflater client{memory, context_takeover::yes, smallest_window};
    for (int round = 0; round < 20; ++round) {
        const std::string message(static_cast<std::size_t>(100 * round), static_cast<char>('a' + round));
        const auto said = message + "what came long before" + message;
        BOOST_TEST((client.inflate(*narrow.outgoing()->deflate(said), 0) == inflate_result::whole));
        BOOST_TEST(client.message() == said);
    }
}

BOOST_AUTO_TEST_SUITE_END()
