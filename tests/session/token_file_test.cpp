// token_file_test.cpp — lines TOKEN USER: whom they let in, and what is said of those that are wrong.
#include "support/scratch_file.hpp"

#include <chorus/session/token_file.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(session_token_file)

namespace {

// The user of a token, or the reason why it is refused.
std::string outcome(const token_file& from, std::optional<std::string> token)
{
    const auto found = from.judge(token);
    if (const auto* who = std::get_if<identity>(&found)) return who->user;
    return std::get<refusal>(found).reason;
}

std::string complaint_about(std::string_view content)
{
    const scratch_file file(content);
    try {
        token_file{file.path()};
    } catch (const std::runtime_error& wrong) {
        return std::string(wrong.what()).substr(file.path().size());
    }
    return "none";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_token_stands_for_the_user_behind_it)
{
    const scratch_file file(
        "# who may enter\n\nsecret-a  ann\r\n\tsecret-b\tBob the Builder  \nsecret-c ann\nlast zo\xC3\xAB");
    const token_file tokens(file.path());
    BOOST_TEST(outcome(tokens, "secret-a") == "ann");
    BOOST_TEST(outcome(tokens, "secret-b") == "Bob the Builder");
    BOOST_TEST(outcome(tokens, "secret-c") == "ann");
    BOOST_TEST(outcome(tokens, "last") == "zo\xC3\xAB");
}

BOOST_AUTO_TEST_CASE(any_other_token_is_refused_and_so_is_none)
{
    const scratch_file file("secret-a ann\n");
    const token_file tokens(file.path());
    for (const auto* wrong : {"", "secret-", "secret-aa", "SECRET-A", "ann", "#"})
        BOOST_TEST(outcome(tokens, wrong) == "token_refused");
    BOOST_TEST(outcome(tokens, {}) == "token_missing");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_as_it_should_be_is_refused_by_line_and_without_the_token)
{
    BOOST_TEST(complaint_about("secret-a ann\nsecret-b\n") == ":2: expected TOKEN USER, got one word");
    BOOST_TEST(complaint_about("secret-a ann\nsecret-a bob\n") == ":2: this token stands in the file already");
    BOOST_TEST(complaint_about("secret-a \x01\n") ==
               ":1: user: expected 1 to 128 bytes of UTF-8 without control characters");
    BOOST_CHECK_THROW(token_file("/nowhere/tokens"), std::runtime_error);
    BOOST_CHECK_THROW(token_file("/"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_read_anew_counts_at_once_and_a_wrong_one_changes_nothing)
{
    scratch_file file("old ann\n");
    token_file tokens(file.path());
    file.write("new ann\n");
    tokens.reload();
    BOOST_TEST(outcome(tokens, "old") == "token_refused");
    BOOST_TEST(outcome(tokens, "new") == "ann");
    file.write("broken\n");
    BOOST_CHECK_THROW(tokens.reload(), std::runtime_error);
    BOOST_TEST(outcome(tokens, "new") == "ann");
}

BOOST_AUTO_TEST_SUITE_END()
