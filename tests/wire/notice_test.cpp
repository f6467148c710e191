// notice_test.cpp — the exact text of each notice.
#include <chorus/wire/notice.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;

namespace {

template <class Notice> std::string said(const Notice& notice, const json* id = nullptr)
{
    return std::string(notice::in_frame(notice, id)->payload());
}

} // namespace

BOOST_AUTO_TEST_SUITE(wire_notice)

BOOST_AUTO_TEST_CASE(joined_splices_the_history_as_it_is)
{
    const notice::joined joined{.room = "lobby",
                                .epoch = "e1",
                                .offset = 2,
                                .recovered = true,
                                .members = {"Ada", "Bob"},
                                .member_count = 2,
                                .messages = {{R"({"text":"a"})"}, {R"({ "text" : "b" })"}}};
    BOOST_TEST(said(joined) ==
               R"({"type":"joined","payload":{"room":"lobby","epoch":"e1","offset":2,"recovered":true,)"
               R"("members":["Ada","Bob"],"member_count":2,"messages":[{"text":"a"},{ "text" : "b" }]}})");
}

BOOST_AUTO_TEST_CASE(an_answer_carries_the_id_it_answers)
{
    const json id = "a1";
    BOOST_TEST(said(notice::left{"lobby"}, &id) == R"({"type":"left","payload":{"room":"lobby"},"id":"a1"})");
    BOOST_TEST(said(notice::ok{"lobby", 9007199254740991}, &id) ==
               R"({"type":"ok","payload":{"room":"lobby","offset":9007199254740991},"id":"a1"})");
}

BOOST_AUTO_TEST_CASE(presence_says_who_came_or_went)
{
    BOOST_TEST(said(notice::presence{"lobby", "Ada", "join"}) ==
               R"({"type":"presence","payload":{"room":"lobby","user":"Ada","event":"join"}})");
}

BOOST_AUTO_TEST_CASE(gap_says_what_will_never_come)
{
    BOOST_TEST(said(notice::gap{"lobby", 3, 5}) == R"({"type":"gap","payload":{"room":"lobby","from":3,"to":5}})");
}

BOOST_AUTO_TEST_CASE(a_fault_becomes_an_error)
{
    const json id = 7;
    BOOST_TEST(said(unknown_type("x\"y"), &id) ==
               R"({"type":"error","payload":{"code":"unknown_type","message":"unknown message type: x\"y"},"id":7})");
}

BOOST_AUTO_TEST_SUITE_END()
