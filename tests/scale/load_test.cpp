// load_test.cpp — The programs that are measured, under the load that measures them: every byte must be right.
#include "support/program.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

namespace chorus::scale {

namespace {

int load(const testing::program& server, const std::string& options)
{
    const std::string command = "'" CHORUS_LOAD_PROGRAM "' --warm-up 0 --seconds 0.5 --port ";
    return std::system((command + std::to_string(server.port()) + options).c_str());
}

} // namespace

BOOST_AUTO_TEST_SUITE(scale_load)

BOOST_AUTO_TEST_CASE(a_broadcast_reaches_everybody_once_and_in_order)
{
    for (const char* threads : {"1", "2"}) {
        const testing::program server{CHORUS_PROGRAM_DIR "/chorus-broadcast", {"--threads", threads}};
        for (const char* outstanding : {"1", "16", "128"})
            BOOST_TEST(load(server, std::string(" --connections 200 --outstanding ") + outstanding) == 0);
        BOOST_TEST(load(server, " --connections 50 --size 4096 --outstanding 16") == 0);
    }
}

BOOST_AUTO_TEST_CASE(an_echo_comes_back_once_and_in_order)
{
    for (const char* threads : {"1", "2"}) {
        const testing::program server{CHORUS_PROGRAM_DIR "/chorus-echo", {"--threads", threads}};
        for (const char* outstanding : {"1", "32"})
            BOOST_TEST(load(server, std::string(" --echo --connections 64 --outstanding ") + outstanding) == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus::scale
