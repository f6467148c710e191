// block_pool_test.cpp — blocks come back to whoever asks next, no more of them than may be kept, and no longer than
// needed.
#include <chorus/core/block_pool.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <stdexcept>
#include <vector>

using namespace chorus;

BOOST_AUTO_TEST_SUITE(core_block_pool)

namespace {

std::vector<void*> take(block_pool& from, std::size_t count)
{
    std::vector<void*> blocks;
    while (blocks.size() < count)
        blocks.push_back(from.take());
    return blocks;
}

void give(block_pool& to, const std::vector<void*>& blocks)
{
    for (auto* const each : blocks)
        to.give(each);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_block_that_was_used_last_is_used_next)
{
    block_pool pool(100, 10);
    const auto blocks = take(pool, 3);
    BOOST_TEST(std::set<void*>(blocks.begin(), blocks.end()).size() == 3u);
    give(pool, blocks);
    BOOST_TEST(pool.kept() == 3u);
    BOOST_TEST(pool.take() == blocks[2]);
    BOOST_TEST(pool.take() == blocks[1]);
    give(pool, {blocks[1], blocks[2]});
}

BOOST_AUTO_TEST_CASE(no_more_are_kept_than_may_be)
{
    block_pool pool(100, 2);
    give(pool, take(pool, 5));
    BOOST_TEST(pool.kept() == 2u);
    block_pool none(100, 0);
    give(none, take(none, 5));
    BOOST_TEST(none.kept() == 0u);
}

BOOST_AUTO_TEST_CASE(what_nobody_needed_in_between_is_given_back)
{
    block_pool pool(1, 100);
    give(pool, take(pool, 10));
    pool.release_surplus();
    BOOST_TEST(pool.kept() == 10u, "they have just been in use");
    give(pool, take(pool, 4));
    pool.release_surplus();
    BOOST_TEST(pool.kept() == 4u, "six were never needed");
    pool.release_surplus();
    BOOST_TEST(pool.kept() == 0u);
}

BOOST_AUTO_TEST_CASE(an_object_that_cannot_be_made_leaves_its_block)
{
    struct stubborn
    {
        explicit stubborn(bool fails)
        {
            if (fails) throw std::runtime_error("no");
        }
    };
    object_pool<stubborn> pool(10);
    {
        const auto one = pool.make(false);
        BOOST_CHECK_THROW(pool.make(true), std::runtime_error);
        BOOST_TEST(pool.kept() == 1u);
    }
    BOOST_TEST(pool.kept() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
