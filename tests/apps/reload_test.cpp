// reload_test.cpp — which options change while a server runs, and which are named because they cannot.
#include <apps/option_value.hpp>
#include <apps/reload.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace chorus;
using namespace chorus::app;

namespace {

using names_of_options = std::vector<std::string_view>;

// The settings with another value of one option, whatever it is.
settings with_other(const settings& from, std::string_view name)
{
    const auto& option = *find_option(name);
    for (const std::string value : {"7", "7.5", "7KiB", "true", "word", "drop_oldest", "ES256", "trace", "json",
                                    "https://chat.example", "10.0.0.0/8", "chat=5/10", "127.0.0.1:7", "elsewhere"}) {
        auto other = from;
        if (!option.set(other, value) || option.get(other) == option.get(from)) continue;
        for (const auto& each : other.rates)
            other.server.rates.insert(*read_rate_of(each));
        return other;
    }
    BOOST_FAIL("no other value for " << name);
    return from;
}

} // namespace

BOOST_AUTO_TEST_SUITE(apps_reload)

BOOST_AUTO_TEST_CASE(every_option_that_differs_is_either_taken_or_named)
{
    const auto chat = chat_program();
    names_of_options live;
    for (const auto name : chat.options) {
        const auto wished = with_other(chat.defaults, name);
        const auto found = compare(chat, chat.defaults, wished);
        const auto& get = find_option(name)->get;
        const auto is_taken = get(found.result) == get(wished);
        BOOST_TEST((found.taken == (is_taken ? names_of_options{name} : names_of_options{})), name);
        BOOST_TEST((found.need_restart == (is_taken ? names_of_options{} : names_of_options{name})), name);
        if (is_taken) live.push_back(name);
    }
    const names_of_options expected{"max-message",   "max-connections",  "max-per-ip",   "max-per-user",
                                    "origin",        "require-origin",   "token-grace",  "rate",
                                    "burst",         "byte-rate",        "byte-burst",   "strikes",
                                    "control-rate",  "control-burst",    "max-rooms",    "max-room-name",
                                    "room-alphabet", "max-queued-bytes", "message-wait", "drain-timeout",
                                    "log-level",     "log-format"};
    BOOST_TEST(live == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_that_is_the_same_is_told)
{
    const auto chat = chat_program();
    const auto found = compare(chat, chat.defaults, chat.defaults);
    BOOST_TEST(found.taken.empty());
    BOOST_TEST(found.need_restart.empty());
}

BOOST_AUTO_TEST_CASE(the_rate_of_a_type_changes_but_no_type_is_added)
{
    const auto chat = chat_program();
    const auto slow = with_other(chat.defaults, "rate-of");
    auto fast = slow;
    fast.rates = {"chat=50/100"};
    fast.server.rates = {{"chat", {.per_second = 50, .burst = 100}}};
    BOOST_TEST((compare(chat, slow, fast).taken == names_of_options{"rate-of"}));
    BOOST_TEST((compare(chat, chat.defaults, slow).need_restart == names_of_options{"rate-of"}));
}

BOOST_AUTO_TEST_SUITE_END()
