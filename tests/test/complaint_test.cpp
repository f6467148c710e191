// complaint_test.cpp — who hears of what the kit complains of, and what happens when nobody does.
#include <chorus/test/complaint.hpp>

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <string>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(test_complaint)

BOOST_AUTO_TEST_CASE(only_what_does_not_hold_is_complained_of)
{
    std::string heard;
    const auto before = on_complaint([&](std::string_view what) { heard += what; });
    expect(true, "right");
    expect(false, "wrong");
    on_complaint(before);
    BOOST_TEST(heard == "wrong");
}

BOOST_AUTO_TEST_CASE(without_a_test_framework_a_complaint_ends_the_process)
{
    const auto child = ::fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        const auto nowhere = ::open("/dev/null", O_WRONLY);
        for (const auto each : {STDOUT_FILENO, STDERR_FILENO})
            ::dup2(nowhere, each);
        on_complaint({});
        complain("nobody listens");
        ::_exit(0);
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(WIFSIGNALED(status));
    BOOST_TEST(WTERMSIG(status) == SIGABRT);
}

BOOST_AUTO_TEST_SUITE_END()
