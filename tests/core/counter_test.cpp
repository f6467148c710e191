// counter_test.cpp — one thread counts while others read; what is not known by number is counted together.
#include <chorus/core/tally.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <thread>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_counter)

namespace {

constexpr std::array known{200u, 404u};

} // namespace

BOOST_AUTO_TEST_CASE(it_goes_up_and_down)
{
    counter level;
    level += 5;
    ++level;
    level -= 2;
    --level;
    BOOST_TEST(level == 3u);
    const counter then = level;
    ++level;
    BOOST_TEST(then == 3u);
}

BOOST_AUTO_TEST_CASE(another_thread_reads_it_while_it_is_counted_and_never_sees_it_go_back)
{
    constexpr std::uint64_t last = 100'000;
    counter count;
    std::jthread writer([&] {
        while (count < last)
            ++count;
    });
    std::uint64_t seen = 0;
    bool ever_went_back = false;
    while (seen < last) {
        const auto now = count.value();
        ever_went_back |= now < seen;
        seen = now;
    }
    BOOST_TEST(!ever_went_back);
}

BOOST_AUTO_TEST_CASE(a_tally_counts_what_it_knows_apart_and_the_rest_together)
{
    tally<known> answers;
    for (const unsigned status : {404u, 200u, 418u, 404u, 599u, 0u})
        answers.add(status);
    const auto counts = answers.read();
    BOOST_TEST(counts[0] == 1u);
    BOOST_TEST(counts[1] == 2u);
    BOOST_TEST(counts[2] == 3u);
}

BOOST_AUTO_TEST_CASE(readings_of_tallies_add_up)
{
    tally<known> here, there;
    here.add(200);
    there.add(200);
    there.add(7);
    auto all = here.read();
    all += there.read();
    BOOST_TEST(all[0] == 2u);
    BOOST_TEST(all[1] == 0u);
    BOOST_TEST(all[2] == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
