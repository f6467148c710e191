// options_test.cpp — what a program runs with, given a command line, an environment and a file; and what it refuses.
#include "support/scratch_file.hpp"

#include <apps/option_value.hpp>
#include <apps/options.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace chorus::app;
using chorus::test::scratch_file;
using namespace std::chrono_literals;

namespace {

using words = std::vector<std::string>;

settings accepted(const program& who, words arguments, const environment& variables = {})
{
    const auto read = read_options(who, std::move(arguments), variables);
    if (const auto* goodbye = std::get_if<farewell>(&read)) BOOST_FAIL(goodbye->text);
    return std::get<settings>(read);
}

std::string goodbye(const program& who, int exit_code, words arguments, const environment& variables = {})
{
    const auto read = read_options(who, std::move(arguments), variables);
    BOOST_REQUIRE(std::holds_alternative<farewell>(read));
    BOOST_TEST(std::get<farewell>(read).exit_code == exit_code);
    return std::get<farewell>(read).text;
}

std::string refusal(words arguments, const environment& variables = {})
{
    return goodbye(chat_program(), 2, std::move(arguments), variables);
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

} // namespace

BOOST_AUTO_TEST_SUITE(apps_options)

BOOST_AUTO_TEST_CASE(a_chat_that_is_told_nothing_runs_with_the_defaults_of_the_library)
{
    const auto read = accepted(chat_program(), {});
    BOOST_TEST(read.server.listen == "127.0.0.1:8080");
    BOOST_TEST(read.server.max_per_ip == defaults::max_per_ip);
    BOOST_TEST(read.server.history.messages == config{}.history.messages);
    BOOST_TEST(read.server.history.bytes == config{}.history.bytes);
    BOOST_CHECK(read.server.outbox.slow == slow_policy::close);
    BOOST_CHECK(read.least_level == log_level::info);
}

BOOST_AUTO_TEST_CASE(every_flag_reaches_its_setting)
{
    const auto read = accepted(
        chat_program(), {"--listen", "[::1]:0",        "--threads=4", "--max-message",  "64KiB", "--max-per-ip",
                         "3",        "--rate",         "7",           "--burst",        "9",     "--max-connections",
                         "1000",     "--slow",         "drop_oldest", "--outbox-bytes", "2MiB",  "--outbox-messages",
                         "512",      "--log-level",    "debug",       "--log-format",   "json",  "--drain-timeout",
                         "1.5",      "--message-wait", "240",         "--deflate"});
    BOOST_TEST(read.server.listen == "[::1]:0");
    BOOST_TEST(read.server.threads == 4u);
    BOOST_TEST(read.server.max_message == 65'536u);
    BOOST_CHECK(read.server.deflate == deflate_mode::shared);
    BOOST_TEST(read.server.max_connections == 1000u);
    BOOST_TEST(read.server.max_per_ip == 3u);
    BOOST_TEST(read.server.rate == 7u);
    BOOST_TEST(read.server.burst == 9u);
    BOOST_TEST(read.server.outbox.messages == 512u);
    BOOST_TEST(read.server.outbox.bytes == 2'097'152u);
    BOOST_CHECK(read.server.outbox.slow == slow_policy::drop_oldest);
    BOOST_CHECK(read.server.drain_timeout == 1500ms);
    BOOST_CHECK(read.server.message_wait == 240s);
    BOOST_CHECK(read.least_level == log_level::debug);
    BOOST_CHECK(read.format == log_format::json_lines);
}

BOOST_AUTO_TEST_CASE(all_three_servers_speak_tls_when_they_are_told_to)
{
    for (const auto& program : {chat_program(), broadcast_program(), echo_program()}) {
        BOOST_TEST(accepted(program, {"--tls-self-signed"}).server.tls_self_signed);
        BOOST_TEST(goodbye(program, 2, {"--tls-cert", "/no/such/file", "--tls-key", "/no/such/file"}) ==
                   "tls: cannot read '/no/such/file': No such file or directory");
        BOOST_TEST(goodbye(program, 2, {"--tls-cert", "cert.pem"}) == "tls_cert and tls_key: one needs the other");
    }
}

BOOST_AUTO_TEST_CASE(a_text_is_written_so_that_a_file_of_options_says_the_same)
{
    for (const auto* const text : {"", "cert.pem", "/a b/c.pem", "it's.pem", "the \"one\".pem", "a=b", "[x]", "a#b c",
                                   "/tmp/a#b \"c\".txt", "https://x.example/#realm", "; x", "{x}", "a,b"}) {
        const scratch_file file{"tls-cert = " + write_text(text) + "\n"};
        std::vector<given> found;
        BOOST_TEST(!read_file(chat_program(), file.path(), found));
        BOOST_REQUIRE(found.size() == 1u);
        BOOST_TEST(found.front().value == text);
    }
}

BOOST_AUTO_TEST_CASE(a_flag_wins_over_the_environment_and_the_environment_over_the_file)
{
    const scratch_file file{"max-per-ip = 1\nrate = 1\nburst = 1\n"};
    const auto read = accepted(chat_program(), {"--config", file.path(), "--max-per-ip", "3"},
                               {{"CHORUS_MAX_PER_IP", "2"}, {"CHORUS_RATE", "2"}});
    BOOST_TEST(read.server.max_per_ip == 3u);
    BOOST_TEST(read.server.rate == 2u);
    BOOST_TEST(read.server.burst == 1u);
}

BOOST_AUTO_TEST_CASE(the_file_may_be_named_by_the_environment)
{
    const scratch_file file{"threads = 3\n"};
    BOOST_TEST(accepted(chat_program(), {}, {{"CHORUS_CONFIG", file.path()}}).server.threads == 3u);
}

BOOST_AUTO_TEST_CASE(the_last_of_a_repeated_flag_counts)
{
    BOOST_TEST(accepted(chat_program(), {"--threads", "2", "--threads", "3"}).server.threads == 3u);
}

BOOST_AUTO_TEST_CASE(a_variable_that_is_set_but_empty_counts_as_not_set)
{
    BOOST_TEST(accepted(chat_program(), {}, {{"CHORUS_THREADS", ""}}).server.threads == 1u);
}

BOOST_AUTO_TEST_CASE(a_file_has_comments_blanks_quotes_and_foreign_line_ends)
{
    const scratch_file file{"# for the office\n; and so on\n\n  listen=[::1]:8080  # both\r\nslow = \"drop_newest\"\n"
                            "threads = 2"};
    const auto read = accepted(chat_program(), {"--config", file.path()});
    BOOST_TEST(read.server.listen == "[::1]:8080");
    BOOST_CHECK(read.server.outbox.slow == slow_policy::drop_newest);
    BOOST_TEST(read.server.threads == 2u);
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_refused_with_its_name_and_line)
{
    const scratch_file file{"rate = 5\n\nmax-per-users = 3\n"};
    BOOST_TEST(contains(refusal({"--config", file.path()}), file.path() + ":3: unknown key 'max-per-users'"));
}

BOOST_AUTO_TEST_CASE(a_key_that_another_program_has_is_unknown)
{
    const scratch_file file{"rate = 5\n"};
    BOOST_TEST(contains(goodbye(echo_program(), 2, {"--config", file.path()}), "unknown key 'rate'"));
}

BOOST_AUTO_TEST_CASE(a_file_cannot_name_a_file_or_ask_for_a_check)
{
    for (const std::string line : {"config = other.conf", "check-config = true", "help = true"}) {
        const scratch_file file{line};
        BOOST_TEST(contains(refusal({"--config", file.path()}), "unknown key"));
    }
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_entry_is_refused)
{
    for (const std::string line : {"rate", "[server]", "x=", "= 5", "[server] = 1"}) {
        const scratch_file file{line + "\n"};
        BOOST_TEST(contains(refusal({"--config", file.path()}), file.path() + ":1: "), line);
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_value_is_refused_by_the_name_it_was_given_under)
{
    const scratch_file file{"\nthreads = many\n"};
    BOOST_TEST(refusal({"--threads", "many"}) == "--threads: expected a whole number from 1 to 1024, got 'many'");
    BOOST_TEST(contains(refusal({}, {{"CHORUS_THREADS", "0"}}), "CHORUS_THREADS: expected"));
    BOOST_TEST(contains(refusal({"--config", file.path()}), file.path() + ":2: threads: expected"));
}

BOOST_AUTO_TEST_CASE(a_wrong_value_is_refused_even_when_it_is_overridden)
{
    BOOST_TEST(contains(refusal({"--threads", "2"}, {{"CHORUS_THREADS", "many"}}), "CHORUS_THREADS"));
}

BOOST_AUTO_TEST_CASE(values_that_only_look_right_are_refused)
{
    const std::pair<std::string, words> wrong[] = {
        {"--threads", {"0", "-1", "1.5", "2x", " 2", "1025", "99999999999999999999"}},
        {"--max-per-ip", {"", "-1", "+1", "0x10", "18446744073709551616"}},
        {"--max-message", {"1.5MiB", "-5", "MiB", "5 MiB", "5MB", "99999999999999GiB", "18446744073709551616"}},
        {"--outbox-bytes", {"0", "0KiB"}},
        {"--outbox-messages", {"0"}},
        {"--slow", {"fast", "", "close|drop_newest", "Close"}},
        {"--drain-timeout", {"-1", "nan", "inf", "30s", "1e99", "86401"}},
        {"--log-level", {"warn", "5"}},
        {"--listen", {"", "8080", ":8080", "::1:8080", "[::1]", "localhost:", "localhost:65536", "unix:", "[]:80"}},
    };
    for (const auto& [flag, values] : wrong)
        for (const auto& value : values)
            BOOST_TEST(contains(refusal({flag + "=" + value}), flag), flag + "=" + value);
}

BOOST_AUTO_TEST_CASE(an_unknown_flag_is_refused_by_name)
{
    BOOST_TEST(contains(refusal({"--deflated"}), "unknown option '--deflated'"));
    BOOST_TEST(contains(refusal({"--thread", "5"}), "unknown option '--thread'"));
    BOOST_TEST(contains(refusal({"start"}), "unknown option 'start'"));
}

BOOST_AUTO_TEST_CASE(a_flag_without_its_value_is_refused) { BOOST_TEST(contains(refusal({"--rate"}), "--rate")); }

BOOST_AUTO_TEST_CASE(a_flag_is_on_when_it_is_there_and_may_say_so_or_the_opposite)
{
    const auto mode = [](words arguments, const environment& variables = {}) {
        return accepted(chat_program(), std::move(arguments), variables).server.deflate;
    };
    BOOST_CHECK(mode({}) == deflate_mode::off);
    BOOST_CHECK(mode({"--deflate", "--threads", "2"}) == deflate_mode::shared);
    BOOST_CHECK(mode({"--deflate=true"}) == deflate_mode::shared);
    BOOST_CHECK(mode({"--deflate", "--deflate=false"}) == deflate_mode::off);
    BOOST_CHECK(mode({}, {{"CHORUS_DEFLATE", "true"}}) == deflate_mode::shared);
    BOOST_CHECK(mode({"--deflate=false"}, {{"CHORUS_DEFLATE", "true"}}) == deflate_mode::off);
    const scratch_file file{"deflate = true\n"};
    BOOST_CHECK(mode({"--config", file.path()}) == deflate_mode::shared);
    BOOST_CHECK(accepted(echo_program(), {"--deflate"}).server.deflate == deflate_mode::per_connection);
    BOOST_TEST(contains(refusal({"--deflate=yes"}), "--deflate: expected true or false, got 'yes'"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_refused)
{
    BOOST_TEST(contains(refusal({"--config", "/nonexistent/chat.conf"}), "No such file"));
    BOOST_TEST(contains(refusal({"--config", "/"}), "Is a directory"));
}

BOOST_AUTO_TEST_CASE(a_burst_of_zero_turns_the_limit_off_like_a_rate_of_zero)
{
    BOOST_TEST(accepted(chat_program(), {"--burst", "0"}).server.rate == 0u);
    BOOST_TEST(accepted(chat_program(), {"--rate", "0", "--burst", "0"}).server.rate == 0u);
}

BOOST_AUTO_TEST_CASE(a_small_outbox_keeps_the_history_smaller_still)
{
    const auto read = accepted(chat_program(), {"--outbox-messages", "16", "--outbox-bytes", "64KiB"});
    BOOST_TEST(read.server.history.messages < 16u);
    BOOST_TEST(read.server.history.bytes < 65'536u);
}

BOOST_AUTO_TEST_CASE(a_check_prints_what_is_in_force_as_a_file_that_says_the_same)
{
    const auto text = goodbye(chat_program(), 0,
                              {"--check-config", "--max-message", "100KiB", "--outbox-bytes=1001", "--origin",
                               "https://a.example", "--origin", "https://b.example"},
                              {{"CHORUS_DRAIN_TIMEOUT", "0.25"}, {"CHORUS_SLOW", "drop_newest"}});
    BOOST_TEST(contains(text, "max-message = 100KiB\n"));
    BOOST_TEST(contains(text, "outbox-bytes = 1001\n"));
    BOOST_TEST(contains(text, "drain-timeout = 0.25\n"));
    BOOST_TEST(contains(text, "origin = https://a.example,https://b.example\n"));
    BOOST_TEST(contains(text, "tokens = \"\"\n"));
    const scratch_file file{text};
    BOOST_TEST(goodbye(chat_program(), 0, {"--check-config", "--config", file.path()}) == text);
}

BOOST_AUTO_TEST_CASE(a_check_finds_what_is_wrong)
{
    BOOST_TEST(contains(refusal({"--check-config", "--rate", "ten"}), "--rate"));
}

BOOST_AUTO_TEST_CASE(help_names_every_option_of_the_program_with_its_default_and_no_other)
{
    for (const auto& who : {chat_program(), broadcast_program(), echo_program()}) {
        const auto text = goodbye(who, 0, {"--help"});
        for (const auto name : who.options)
            BOOST_TEST(contains(text, "--" + std::string(name) + " "), who.name << " " << name);
        BOOST_TEST(contains(text, "[127.0.0.1:8080]"));
    }
    BOOST_TEST(!contains(goodbye(echo_program(), 0, {"--help"}), "--rate"));
}

BOOST_AUTO_TEST_CASE(the_instruments_run_without_limits)
{
    for (const auto& who : {broadcast_program(), echo_program()}) {
        const auto read = accepted(who, {});
        BOOST_TEST(read.server.max_message == 0u);
        BOOST_TEST(read.server.max_per_ip == 0u);
        BOOST_TEST(read.server.max_connections == 0u);
        BOOST_TEST(read.server.max_per_user == 0u);
        BOOST_TEST(read.server.rate == 0u);
        BOOST_TEST(read.server.control_rate == 0u);
        BOOST_CHECK(read.server.message_wait == 0s);
    }
    BOOST_TEST(accepted(echo_program(), {"--max-message", "100"}).server.max_message == 100u);
}

BOOST_AUTO_TEST_CASE(variables_that_mean_nothing_are_reported_not_refused)
{
    const environment variables{{"CHORUS_TRHEADS", "2"}, {"CHORUS_THREADS", "2"}, {"CHORUS_CONFIG", ""}, {"HOME", "/"}};
    BOOST_TEST(accepted(chat_program(), {}, variables).server.threads == 2u);
    BOOST_TEST(unknown_variables(chat_program(), variables) == words{"CHORUS_TRHEADS"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_may_enter_can_be_told)
{
    const scratch_file people{"secret ann\n"};
    const auto read = accepted(chat_program(), {"--max-per-user", "3", "--require-origin", "--tokens", people.path(),
                                                "--proxy-protocol", "--trusted-proxy", "unix"});
    BOOST_TEST(read.server.max_per_user == 3u);
    BOOST_TEST(read.server.require_origin);
    BOOST_TEST(read.server.tokens == people.path());
    BOOST_TEST(read.server.proxy_protocol);
    const scratch_file key{"-----BEGIN PUBLIC KEY-----\n"
                           "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEWtmPDMLE+2dGQlB4NqFpoeSkYH5Z\n"
                           "uIt+VCyARvBDggHvlwJWWGywjbXRwe/YcWozh+Q9L8GgC6RdJSkvvPF29w==\n"
                           "-----END PUBLIC KEY-----\n"};
    const auto jwt = accepted(chat_program(), {"--jwt-key", key.path(), "--jwt-alg", "ES256", "--jwt-issuer", "i",
                                               "--jwt-audience", "a"})
                         .server.jwt;
    BOOST_TEST(jwt.key_file == key.path());
    BOOST_CHECK(jwt.algorithm == jwt_algorithm::es256);
    BOOST_TEST(jwt.issuer == "i");
    BOOST_TEST(jwt.audience == "a");
}

BOOST_AUTO_TEST_CASE(a_list_grows_with_each_flag_line_and_comma)
{
    const auto origins = [](words arguments, const environment& variables = {}) {
        return accepted(chat_program(), std::move(arguments), variables).server.origins;
    };
    const words both{"https://a.example", "https://*.b.example"};
    const scratch_file file{"origin = https://a.example\norigin = https://*.b.example\n"};
    BOOST_TEST((origins({"--origin", both[0], "--origin", both[1]}) == both));
    BOOST_TEST((origins({"--origin=" + both[0] + ", " + both[1]}) == both));
    BOOST_TEST((origins({}, {{"CHORUS_ORIGIN", both[0] + "," + both[1]}}) == both));
    BOOST_TEST((origins({"--config", file.path()}) == both));
}

BOOST_AUTO_TEST_CASE(a_list_replaces_that_of_a_weaker_source)
{
    const scratch_file file{"origin = https://file.example\n"};
    const environment variables{{"CHORUS_ORIGIN", "https://environment.example"}};
    const auto read =
        accepted(chat_program(), {"--config", file.path(), "--origin", "https://flag.example"}, variables);
    BOOST_TEST((read.server.origins == words{"https://flag.example"}));
}

BOOST_AUTO_TEST_CASE(each_element_of_a_list_is_checked)
{
    BOOST_TEST(
        contains(refusal({"--origin", "https://a.example", "--origin", "*"}), "--origin: expected SCHEME://HOST"));
    BOOST_TEST(contains(refusal({"--origin", "https://a.example,"}), "--origin: expected"));
    BOOST_TEST(contains(refusal({"--trusted-proxy", "10.0.0.1/8"}), "got '10.0.0.1/8'"));
}

BOOST_AUTO_TEST_CASE(rules_that_contradict_each_other_are_refused)
{
    BOOST_TEST(contains(refusal({"--tokens", "people", "--jwt-key", "key"}), "only one"));
    BOOST_TEST(contains(refusal({"--jwt-issuer", "i"}), "key_file"));
    BOOST_TEST(contains(refusal({"--proxy-protocol"}), "trusted_proxies"));
}

BOOST_AUTO_TEST_CASE(what_a_client_may_send_can_be_told_by_type_and_by_byte)
{
    const auto read =
        accepted(chat_program(), {"--rate-of", "chat=5/10,join=0/1", "--byte-rate", "64KiB", "--byte-burst", "1MiB",
                                  "--strikes", "7", "--control-rate", "3", "--control-burst", "4", "--max-rooms", "5",
                                  "--max-room-name", "20", "--room-alphabet", "word"})
            .server;
    BOOST_TEST(read.rates.size() == 2U);
    BOOST_CHECK((read.rates.at("chat") == rate{.per_second = 5, .burst = 10}));
    BOOST_CHECK((read.rates.at("join") == rate{.per_second = 0, .burst = 1}));
    BOOST_TEST(read.byte_rate == 65'536U);
    BOOST_TEST(read.byte_burst == 1'048'576U);
    BOOST_TEST(read.strikes == 7U);
    BOOST_TEST(read.control_rate == 3U);
    BOOST_TEST(read.control_burst == 4U);
    BOOST_TEST(read.max_rooms_per_client == 5U);
    BOOST_TEST(read.room_names.longest == 20U);
    BOOST_CHECK(read.room_names.alphabet == room_alphabet::word);
    for (const auto* wrong : {"chat", "chat=5", "=5/10", "chat=5/0", "chat=-1/2", "chat=5/10/2", "chat=5/99999999999"})
        BOOST_TEST(contains(refusal({"--rate-of", wrong}), "--rate-of: expected TYPE=N/BURST"), wrong);
}

BOOST_AUTO_TEST_SUITE_END()
