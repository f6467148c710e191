// run_test.cpp — What a program does before its server runs.
#include <apps/run.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/resource.h>

BOOST_AUTO_TEST_SUITE(apps_run)

BOOST_AUTO_TEST_CASE(a_program_takes_as_many_descriptors_as_the_system_allows)
{
    rlimit usual{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &usual) == 0);
    const rlimit few{usual.rlim_max / 2, usual.rlim_max};
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    chorus::app::raise_descriptor_limit();
    rlimit raised{};
    ::getrlimit(RLIMIT_NOFILE, &raised);
    BOOST_TEST(raised.rlim_cur == usual.rlim_max);
    BOOST_TEST(raised.rlim_max == usual.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &usual);
}

BOOST_AUTO_TEST_SUITE_END()
