// peak_watch_test.cpp — when a crowd has gone, and when those who went are not one.
#include <chorus/server/peak_watch.hpp>

#include <boost/test/unit_test.hpp>

#include <utility>

using namespace chorus;

namespace {

// A place where people come and go.
struct plaza
{
    void come(std::size_t people)
    {
        for (; people > 0; --people)
            ++here, watch.somebody_came();
    }
    // How often a crowd was seen to have gone, since this was asked last.
    int crowds_gone_after(int looks)
    {
        clock.advance(looks * peak_watch::period);
        return std::exchange(crowds, 0);
    }

    manual_clock clock;
    std::size_t here = 0;
    int crowds = 0;
    peak_watch watch{clock, [this] { return here; }, [this] { ++crowds; }};
};

} // namespace

BOOST_AUTO_TEST_SUITE(server_peak_watch)

BOOST_AUTO_TEST_CASE(a_crowd_that_has_gone_is_seen_once_however_long_it_was_here)
{
    plaza here;
    here.come(peak_watch::crowd + 5);
    BOOST_TEST(here.crowds_gone_after(100) == 0);
    here.here = 5;
    BOOST_TEST(here.crowds_gone_after(2) == 0);
    BOOST_TEST(here.crowds_gone_after(1) == 1);
    BOOST_TEST(here.crowds_gone_after(100) == 0);
    here.come(peak_watch::crowd);
    here.here = 0;
    BOOST_TEST(here.crowds_gone_after(3) == 1);
    BOOST_TEST(!here.clock.earliest(), "where nobody is, nobody looks");
}

BOOST_AUTO_TEST_CASE(a_crowd_that_comes_and_goes_between_two_looks_is_seen_too)
{
    plaza here;
    here.come(1);
    here.clock.advance(peak_watch::period / 2);
    here.come(peak_watch::crowd);
    here.here = 1;
    BOOST_TEST(here.crowds_gone_after(3) == 1);
}

BOOST_AUTO_TEST_CASE(a_crowd_that_is_back_soon_has_not_gone)
{
    plaza here;
    here.come(peak_watch::crowd);
    for (int round = 0; round < 5; ++round) {
        here.here = 0;
        BOOST_TEST(here.crowds_gone_after(2) == 0);
        here.come(peak_watch::crowd);
        BOOST_TEST(here.crowds_gone_after(1) == 0);
    }
    here.here = 0;
    BOOST_TEST(here.crowds_gone_after(3) == 1);
}

BOOST_AUTO_TEST_CASE(a_crowd_that_goes_little_by_little_is_one_in_the_end)
{
    plaza here;
    here.come(2 * peak_watch::crowd);
    int seen = 0;
    for (; here.here > 0; --here.here)
        seen += here.crowds_gone_after(1);
    BOOST_TEST(seen == 1);
    BOOST_TEST(here.crowds_gone_after(3) == 0, "what is left of it is none");
}

BOOST_AUTO_TEST_CASE(a_few_who_come_and_go_are_no_crowd)
{
    plaza here;
    for (int round = 0; round < 100; ++round) {
        here.come(peak_watch::crowd - 1);
        here.here = 0;
        BOOST_TEST(here.crowds_gone_after(3) == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()
