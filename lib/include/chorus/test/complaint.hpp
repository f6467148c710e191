// complaint.hpp — what is said when a test ends and something of it still runs; no test framework is assumed.
#pragma once

#include <functional>
#include <string_view>

namespace chorus::test {

using complaint_handler = std::function<void(std::string_view what)>;

// Unless told otherwise a complaint goes to stderr and ends the process: what is left running is a bug, and without a
// test framework there is no other way to fail. Give it your framework's, once, before the first test: `BOOST_ERROR`,
// `ADD_FAILURE`, `FAIL_CHECK`; an empty one is the process's end again. Returns the one before. Belongs to the thread
// of the tests.
complaint_handler on_complaint(complaint_handler handler);

void complain(std::string_view what);

// Complains unless it holds.
void expect(bool holds, std::string_view otherwise);

} // namespace chorus::test
