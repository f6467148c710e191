// resume_test.cpp — Five hundred people come, go, lose their connection and resume at random while others speak.
#include "scale/restless_crowd.hpp"

#include <boost/test/unit_test.hpp>

namespace chorus::scale {

namespace {

constexpr std::size_t people = sanitized ? 150 : 500;
constexpr std::size_t steps = sanitized ? 6'000 : 25'000;

void nobody_misses_anything(const std::string& threads, unsigned seed)
{
    const testing::program server = start_chat({"--threads", threads});
    restless_crowd crowd{server.port(), seed, people, "room"};
    crowd.live(steps);
    BOOST_TEST(crowd.settles(), crowd.stragglers());
    BOOST_TEST(crowd.knows_every_message());
    const tally& counted = crowd.counted();
    BOOST_TEST_MESSAGE(counted.messages << " deliveries, " << counted.recovered << " joins recovered, "
                                        << counted.not_recovered << " could not");
    BOOST_TEST(counted.recovered > 100U);
    BOOST_TEST(counted.not_recovered > 0U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(scale_resume)

BOOST_AUTO_TEST_CASE(nobody_misses_anything_on_one_thread) { nobody_misses_anything("1", 1); }
BOOST_AUTO_TEST_CASE(nobody_misses_anything_on_two_threads) { nobody_misses_anything("2", 2); }
BOOST_AUTO_TEST_CASE(nobody_misses_anything_on_four_threads) { nobody_misses_anything("4", 3); }

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus::scale
