// descriptor_reserve_test.cpp — how many descriptors are taken for a moment, and how many are left to others.
#include "support/descriptor_limit.hpp"

#include <chorus/net/descriptor_reserve.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

#include <unistd.h>

namespace chorus {

namespace {

std::size_t still_to_be_had()
{
    std::vector<int> all;
    for (int next = ::dup(0); next >= 0; next = ::dup(0))
        all.push_back(next);
    for (const int each : all)
        ::close(each);
    return all.size();
}

} // namespace

BOOST_AUTO_TEST_SUITE(net_descriptor_reserve)

BOOST_AUTO_TEST_CASE(where_there_are_enough_all_are_had)
{
    shard here(0);
    const test::descriptor_limit many(400);
    BOOST_TEST(spare_descriptors(here, 100).size() == 100U);
}

BOOST_AUTO_TEST_CASE(a_quarter_of_the_limit_is_left_to_whoever_opens_something_meanwhile)
{
    shard here(0);
    const test::descriptor_limit few(400);
    const auto before = still_to_be_had();
    {
        const auto spare = spare_descriptors(here, 1000);
        BOOST_TEST(spare.size() == before - 101, "the one that they are copies of is gone");
        BOOST_TEST(still_to_be_had() == 101U);
        BOOST_TEST(spare_descriptors(here, 1000).size() == 0U);
    }
    BOOST_TEST(still_to_be_had() == before);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
