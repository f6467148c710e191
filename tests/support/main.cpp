// main.cpp — the entry point every test executable shares; what the test kit complains of is an error of the test.
#define BOOST_TEST_MODULE chorus
#include <boost/test/unit_test.hpp>

#include <chorus/test/complaint.hpp>

struct complaints
{
    complaints()
    {
        chorus::test::on_complaint([](std::string_view what) { BOOST_ERROR(what); });
    }
};
BOOST_TEST_GLOBAL_FIXTURE(complaints);
