// deflate_offer_test.cpp — permessage-deflate in the opening handshake: what is offered, accepted, declined, answered.
#include <chorus/wire/handshake.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace chorus;

namespace {

constexpr std::string_view field_name = "Sec-WebSocket-Extensions";
const std::string none;

template <class Head> Head head_with(const std::vector<std::string>& fields)
{
    Head head;
    for (const auto& value : fields)
        head.fields.emplace_back(field_name, value);
    return head;
}

// The answer to these fields; empty: declined.
std::string answer_to(const std::vector<std::string>& fields, deflate_mode willing)
{
    const auto agreed = choose_deflate(head_with<request>(fields), willing);
    return agreed ? to_string(*agreed) : none;
}

// What a client that has offered `asked` makes of the answer.
std::string judged(const std::vector<std::string>& fields, std::vector<deflate_offer> asked = {{}})
{
    const auto result = check_deflate_answer(head_with<response>(fields), asked);
    if (const auto* why = std::get_if<std::string>(&result)) return *why;
    const auto& agreed = std::get<0>(result);
    return agreed ? to_string(*agreed) : "no compression";
}

deflate_offer offering(deflate_parameters parameters, bool limits_window = false)
{
    return {parameters, limits_window};
}

} // namespace

BOOST_AUTO_TEST_SUITE(wire_deflate_offer)

// The server.

struct offer_case
{
    std::string_view offer, with_contexts, shared;
    friend std::ostream& operator<<(std::ostream& out, const offer_case& each) { return out << each.offer; }
};

constexpr std::string_view both = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

const offer_case offers[] = {
    {"permessage-deflate", "permessage-deflate", both},
    {"Permessage-Deflate", "permessage-deflate", both},
    {"permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover", both},
    {"permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover", both},
    {"permessage-deflate;client_no_context_takeover  ;\tserver_no_context_takeover", both, both},
    {"permessage-deflate; client_max_window_bits", "permessage-deflate", both},
    {"permessage-deflate; client_max_window_bits=10", "permessage-deflate; client_max_window_bits=10", both},
    {"permessage-deflate; client_max_window_bits=\"10\"", "permessage-deflate; client_max_window_bits=10", both},
    {"permessage-deflate; client_max_window_bits=8", "permessage-deflate", both},
    {"permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15",
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15"},
    {"permessage-deflate; server_max_window_bits = 9", "permessage-deflate; server_max_window_bits=9",
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9"},
    {"permessage-deflate; server_max_window_bits=\"1\\0\"", "permessage-deflate; server_max_window_bits=10",
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10"},
    {"x-webkit-deflate-frame, permessage-deflate", "permessage-deflate", both},
    {"foo; bar=\"permessage-deflate, x\", permessage-deflate", "permessage-deflate", both},
    {"permessage-deflate; unknown, permessage-deflate", "permessage-deflate", both},
    {",, permessage-deflate ,", "permessage-deflate", both},
    {"permessage-deflate; server_max_window_bits=8, permessage-deflate; client_max_window_bits", "permessage-deflate",
     both},
    {"permessage-deflate; server_max_window_bits=10, permessage-deflate",
     "permessage-deflate; server_max_window_bits=10",
     "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10"},
    // None of these can be accepted.
    {"", "", ""},
    {"permessage-bzip2", "", ""},
    {"permessage-deflate2", "", ""},
    {"permessage-deflate; unknown", "", ""},
    {"permessage-deflate; server_no_context_takeover; server_no_context_takeover", "", ""},
    {"permessage-deflate; server_no_context_takeover=1", "", ""},
    {"permessage-deflate; client_no_context_takeover=\"\"", "", ""},
    {"permessage-deflate; client_no_context_takeover=true", "", ""},
    {"permessage-deflate; server_max_window_bits", "", ""},
    {"permessage-deflate; server_max_window_bits=8", "", ""},
    {"permessage-deflate; server_max_window_bits=7", "", ""},
    {"permessage-deflate; server_max_window_bits=16", "", ""},
    {"permessage-deflate; server_max_window_bits=010", "", ""},
    {"permessage-deflate; server_max_window_bits=+10", "", ""},
    {"permessage-deflate; server_max_window_bits=10x", "", ""},
    {"permessage-deflate; server_max_window_bits=4294967306", "", ""},
    {"permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", "", ""},
    {"permessage-deflate; client_max_window_bits=0", "", ""},
    {"permessage-deflate; client_max_window_bits=16", "", ""},
    {"permessage-deflate; client_max_window_bits; client_max_window_bits", "", ""},
    {"permessage-deflate; client_max_window_bits; client_max_window_bits=10", "", ""},
    {"permessage-deflate; client_max_window_bits=10; client_max_window_bits", "", ""},
    // Nor are these written as they should be.
    {"permessage-deflate;", "", ""},
    {"permessage-deflate; =10", "", ""},
    {"permessage-deflate; client_max_window_bits=", "", ""},
    {"permessage-deflate; client_max_window_bits=\"\"", "", ""},
    {"permessage-deflate; client_max_window_bits=\"10", "", ""},
    {"permessage-deflate; client_max_window_bits=\"10, permessage-deflate", "", ""},
    {"permessage-deflate client_max_window_bits", "", ""},
    {"permessage-deflate; server_max_window_bits=1 0", "", ""},
};

BOOST_DATA_TEST_CASE(each_offer_has_its_answer, boost::unit_test::data::make(offers), each)
{
    BOOST_TEST(answer_to({std::string(each.offer)}, deflate_mode::per_connection) == each.with_contexts);
    BOOST_TEST(answer_to({std::string(each.offer)}, deflate_mode::shared) == each.shared);
    BOOST_TEST(answer_to({std::string(each.offer)}, deflate_mode::off) == none);
}

BOOST_AUTO_TEST_CASE(offers_may_be_spread_over_fields)
{
    const auto accepted = "permessage-deflate; server_max_window_bits=12";
    BOOST_TEST(answer_to({"permessage-deflate; x", accepted, "permessage-deflate"}, deflate_mode::per_connection) ==
               accepted);
}

BOOST_AUTO_TEST_CASE(a_request_without_extensions_gets_none)
{
    BOOST_TEST(answer_to({}, deflate_mode::per_connection) == none);
}

BOOST_AUTO_TEST_CASE(a_window_that_is_not_mentioned_is_the_largest)
{
    BOOST_TEST(deflate_parameters{}.server_window() == 15);
    BOOST_TEST((deflate_parameters{.client_max_window_bits = 9}.client_window() == 9));
}

// The client.

BOOST_AUTO_TEST_CASE(a_client_writes_its_offers_in_order_of_preference)
{
    const std::vector<deflate_offer> asked{
        {},
        offering({}),
        offering({.server_no_context_takeover = true, .client_no_context_takeover = true}),
        offering({.server_max_window_bits = 10, .client_max_window_bits = 9}, true)};
    BOOST_TEST(to_string(asked) == "permessage-deflate; client_max_window_bits, permessage-deflate, "
                                   "permessage-deflate; server_no_context_takeover; client_no_context_takeover, "
                                   "permessage-deflate; server_max_window_bits=10; client_max_window_bits=9");
}

BOOST_AUTO_TEST_CASE(an_answer_that_fits_is_agreed_on)
{
    for (const std::string answer :
         {"permessage-deflate", "permessage-deflate; server_no_context_takeover",
          "permessage-deflate; client_no_context_takeover", "permessage-deflate; server_max_window_bits=8",
          "permessage-deflate; client_max_window_bits=15", "permessage-deflate; client_max_window_bits=9"})
        BOOST_TEST(judged({answer}) == answer);
    BOOST_TEST(judged({"permessage-deflate; client_max_window_bits=\"11\""}) ==
               "permessage-deflate; client_max_window_bits=11");
    BOOST_TEST(judged({}) == "no compression");
}

BOOST_AUTO_TEST_CASE(an_answer_need_not_repeat_that_the_window_may_be_the_largest)
{
    const auto largest = offering({.server_max_window_bits = 15});
    for (const std::string answer : {"permessage-deflate", "permessage-deflate; server_max_window_bits=15"})
        BOOST_TEST(judged({answer}, {largest}) == answer);
    BOOST_TEST(judged({"permessage-deflate"}, {offering({.server_max_window_bits = 14})}) ==
               "the server's permessage-deflate fits none of the offers");
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_not_asked_for_is_refused)
{
    constexpr auto not_offered = "the server chose an extension that was not offered";
    BOOST_TEST(judged({"permessage-deflate"}, {}) == not_offered);
    BOOST_TEST(judged({"permessage-bzip2"}) == not_offered);
    for (const auto& two : {std::vector<std::string>{"permessage-deflate, permessage-deflate"},
                            {"permessage-deflate", "permessage-deflate"},
                            {"permessage-deflate, foo"}})
        BOOST_TEST(judged(two) == "the server chose more than one extension");
    BOOST_TEST(judged({""}) == "the server's Sec-WebSocket-Extensions is empty");
}

BOOST_AUTO_TEST_CASE(an_answer_with_a_wrong_parameter_is_refused)
{
    for (const std::string wrong :
         {"unknown", "server_no_context_takeover=1", "client_no_context_takeover; client_no_context_takeover",
          "server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=16",
          "server_max_window_bits=09", "client_max_window_bits=10; client_max_window_bits=10", "", "=", "a b"})
        BOOST_TEST(judged({"permessage-deflate; " + wrong}) ==
                   "the server's permessage-deflate has a parameter that it cannot have");
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_fit_the_offer_is_refused)
{
    constexpr auto unfit = "the server's permessage-deflate fits none of the offers";
    const auto plain = offering({});
    const auto strict = offering({.server_no_context_takeover = true, .server_max_window_bits = 10});
    const auto narrow = offering({.client_max_window_bits = 10});
    BOOST_TEST(judged({"permessage-deflate; client_max_window_bits=12"}, {plain}) == unfit);
    BOOST_TEST(judged({"permessage-deflate; client_max_window_bits"}) == unfit);
    BOOST_TEST(judged({"permessage-deflate; client_max_window_bits=8"}) == unfit); // zlib could not keep to it
    BOOST_TEST(judged({"permessage-deflate; client_max_window_bits=11"}, {narrow}) == unfit);
    BOOST_TEST(judged({"permessage-deflate; client_max_window_bits=10"}, {narrow}) != unfit);
    BOOST_TEST(judged({"permessage-deflate; server_max_window_bits=10"}, {strict}) == unfit);
    BOOST_TEST(judged({"permessage-deflate; server_no_context_takeover"}, {strict}) == unfit);
    BOOST_TEST(judged({"permessage-deflate; server_no_context_takeover; server_max_window_bits=11"}, {strict}) ==
               unfit);
    BOOST_TEST(judged({"permessage-deflate; server_no_context_takeover; server_max_window_bits=9"}, {strict}) != unfit);
    BOOST_TEST(judged({"permessage-deflate"}, {strict, plain}) == "permessage-deflate");
}

BOOST_AUTO_TEST_CASE(what_a_client_has_said_of_itself_it_keeps_to_unasked)
{
    const auto modest = offering({.client_no_context_takeover = true, .client_max_window_bits = 10});
    const auto strict = offering({.server_no_context_takeover = true, .client_max_window_bits = 9});
    const std::string all = "permessage-deflate; client_no_context_takeover; client_max_window_bits=10";
    BOOST_TEST(judged({"permessage-deflate"}, {modest}) == all);
    BOOST_TEST(judged({"permessage-deflate; client_max_window_bits=10"}, {modest}) == all);
    BOOST_TEST(judged({"permessage-deflate; client_max_window_bits=9"}, {modest}) ==
               "permessage-deflate; client_no_context_takeover; client_max_window_bits=9");
    BOOST_TEST(judged({"permessage-deflate"}, {offering({}), modest, strict}) == all); // the server may have meant it
}

// Both, through the whole handshake.

BOOST_AUTO_TEST_CASE(what_one_side_offers_and_the_other_accepts_both_know)
{
    const std::vector<deflate_offer> asked{
        offering({.server_no_context_takeover = true, .server_max_window_bits = 11})};
    const auto key = make_key();
    request_reader server;
    const auto question = upgrade_request("h", "/ws", key, {}, {}, asked);
    std::span<const char> in{question};
    BOOST_REQUIRE(server.feed(in) == request_reader::state::complete);
    const auto agreed = check_upgrade(server.take(), {}, deflate_mode::per_connection);

    response_reader client;
    const auto answer = upgrade_response(std::get<upgrade>(agreed));
    in = answer;
    BOOST_REQUIRE(client.feed(in) == response_reader::state::complete);
    const auto seen = check_upgrade_response(client.take(), key, {}, asked);
    BOOST_TEST((std::get<upgrade>(seen).deflate == std::get<upgrade>(agreed).deflate));
    BOOST_TEST(std::get<upgrade>(seen).deflate.value().server_window() == 11);
}

BOOST_AUTO_TEST_SUITE_END()
