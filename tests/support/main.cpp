// main.cpp — the entry point every test executable shares.
#define BOOST_TEST_MODULE chorus
#include <boost/test/unit_test.hpp>
