// complaint.cpp — hands a complaint to the test framework, or ends the process.
#include <chorus/test/complaint.hpp>

#include <cstdlib>
#include <iostream>
#include <utility>

namespace chorus::test {
namespace {

void print_and_abort(std::string_view what)
{
    std::cerr << "chorus::test: " << what << '\n' << std::flush;
    std::abort();
}

complaint_handler& current()
{
    static complaint_handler handler;
    return handler;
}

} // namespace

complaint_handler on_complaint(complaint_handler handler) { return std::exchange(current(), std::move(handler)); }

void complain(std::string_view what)
{
    if (const auto& handler = current())
        handler(what);
    else
        print_and_abort(what);
}

void expect(bool holds, std::string_view otherwise)
{
    if (!holds) complain(otherwise);
}

} // namespace chorus::test
