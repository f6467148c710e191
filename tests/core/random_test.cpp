// random_test.cpp — chance repeats only where a test has seeded it.
#include <chorus/core/random.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <thread>
#include <vector>

using namespace chorus;

namespace {

std::vector<std::uint64_t> draw(std::size_t count)
{
    std::vector<std::uint64_t> drawn(count);
    for (auto& each : drawn)
        each = random_bits();
    return drawn;
}

std::vector<std::uint64_t> draw_with_seed(std::uint64_t seed)
{
    const seeded_random chance(seed);
    return draw(5);
}

} // namespace

BOOST_AUTO_TEST_SUITE(core_random)

BOOST_AUTO_TEST_CASE(nothing_repeats_by_itself)
{
    const auto drawn = draw(1000);
    BOOST_TEST(std::set(drawn.begin(), drawn.end()).size() == drawn.size());
    std::vector<std::uint64_t> elsewhere;
    std::thread([&] { elsewhere = draw(1000); }).join();
    BOOST_TEST((drawn != elsewhere));
}

BOOST_AUTO_TEST_CASE(every_bit_changes)
{
    std::uint64_t ever_set = 0, ever_clear = 0;
    for (const auto each : draw(200))
        ever_set |= each, ever_clear |= ~each;
    BOOST_TEST((ever_set & ever_clear) == ~std::uint64_t{0});
}

BOOST_AUTO_TEST_CASE(what_is_seeded_repeats_and_another_seed_gives_another_story)
{
    BOOST_TEST(draw_with_seed(7) == draw_with_seed(7), boost::test_tools::per_element());
    BOOST_TEST((draw_with_seed(7) != draw_with_seed(8)));
}

BOOST_AUTO_TEST_CASE(a_seed_counts_until_it_ends_and_on_its_own_thread_only)
{
    const seeded_random outer(1);
    const auto first = random_bits();
    {
        const seeded_random inner(1);
        BOOST_TEST(random_bits() == first);
        std::thread([&] { BOOST_TEST(random_bits() != first); }).join();
    }
    BOOST_TEST(random_bits() != first); // the outer one goes on
}

BOOST_AUTO_TEST_CASE(between_reaches_both_ends_and_nothing_beyond)
{
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(random_between(3, 6));
    BOOST_TEST(*seen.begin() == 3U);
    BOOST_TEST(*seen.rbegin() == 6U);
    BOOST_TEST(seen.size() == 4U);
    BOOST_TEST(random_between(9, 9) == 9U);
}

BOOST_AUTO_TEST_SUITE_END()
