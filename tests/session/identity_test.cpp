// identity_test.cpp — where the token of a request may stand, and which of several decides.
#include <chorus/session/identity.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;

namespace {

request with(std::string query, http_fields fields = {})
{
    return {{std::move(fields)}, "GET", "/ws?" + query, "/ws", std::move(query)};
}

std::string token(const request& head) { return token_of(head).value_or("(none)"); }

} // namespace

BOOST_AUTO_TEST_SUITE(session_identity)

BOOST_AUTO_TEST_CASE(a_token_may_stand_in_four_places)
{
    BOOST_TEST(token(with("name=ann&token=a%2Bb")) == "a+b");
    BOOST_TEST(token(with("", {{"Authorization", "Bearer abc.def"}})) == "abc.def");
    BOOST_TEST(token(with("", {{"authorization", "bearer  abc"}})) == "abc");
    BOOST_TEST(token(with("", {{"Cookie", "theme=dark; token=abc=="}})) == "abc==");
    BOOST_TEST(token(with("", {{"Cookie", "theme=dark"}, {"cookie", "token=abc"}})) == "abc");
    BOOST_TEST(token(with("", {{"Sec-WebSocket-Protocol", "chorus.json.v1, chorus.token.abc.def"}})) == "abc.def");
}

BOOST_AUTO_TEST_CASE(the_first_that_is_there_decides_even_when_it_is_empty)
{
    const http_fields all{{"Sec-WebSocket-Protocol", "chorus.token.protocol"},
                          {"Cookie", "token=cookie"},
                          {"Authorization", "Bearer header"}};
    BOOST_TEST(token(with("token=query", all)) == "query");
    BOOST_TEST(token(with("token=", all)) == "");
    BOOST_TEST(token(with("token", all)) == "");
    BOOST_TEST(token(with("", all)) == "header");
    BOOST_TEST(token(with("", {all[0], all[1], {"Authorization", "Bearer"}})) == "");
    BOOST_TEST(token(with("", {all[0], all[1]})) == "cookie");
    BOOST_TEST(token(with("", {all[0]})) == "protocol");
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_one_is_none)
{
    BOOST_TEST(token(with("")) == "(none)");
    BOOST_TEST(token(with("my_token=x&tokens=y")) == "(none)");
    BOOST_TEST(token(with("", {{"Authorization", "Basic dXNlcjpwYXNz"}})) == "(none)");
    BOOST_TEST(token(with("", {{"Authorization", "Bearerabc"}})) == "(none)");
    BOOST_TEST(token(with("", {{"Cookie", "mytoken=x; Token=y; tokenz"}})) == "(none)");
    BOOST_TEST(token(with("", {{"Sec-WebSocket-Protocol", "chorus.json.v1, token.abc"}})) == "(none)");
}

BOOST_AUTO_TEST_CASE(a_refusal_says_how_to_ask_and_whether_there_was_a_token)
{
    BOOST_TEST(token_missing().status == 401U);
    BOOST_TEST((token_missing().fields == http_fields{{"WWW-Authenticate", R"(Bearer realm="chorus")"}}));
    const auto challenge = token_refused("it has expired").fields.at(0).second;
    BOOST_TEST(challenge == R"(Bearer realm="chorus", error="invalid_token")");
}

BOOST_AUTO_TEST_CASE(a_token_may_give_a_longer_name_than_a_guest_may_wish_for)
{
    BOOST_TEST(is_identified_name("auth0|5f7c8ec7c33c6c004bbafe82@a-long-company-name.example"));
    BOOST_TEST(is_identified_name(std::string(128, 'x')));
    BOOST_TEST(!is_identified_name(std::string(129, 'x')));
    BOOST_TEST(!is_identified_name(""));
    BOOST_TEST(!is_identified_name("a\nb"));
    BOOST_TEST(!is_identified_name("\xff"));
}

BOOST_AUTO_TEST_SUITE_END()
