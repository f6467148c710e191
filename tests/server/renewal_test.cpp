// renewal_test.cpp — a fresh token within the session: who judges it, for how long, and what becomes of the old one.
#include "support/conversation.hpp"

#include <chorus/server/renewal.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chorus;
using namespace chorus::test;

namespace {

constexpr auto goodbye = "close 4001 token expired";

bool has(const std::string& heard, std::string_view what) { return heard.find(what) != heard.npos; }

// A guest whose token expires after 100 seconds, and whoever decides about the next one: at once, or when asked to.
class renewing
{
public:
    explicit renewing(bool at_once = true)
    {
        if (at_once) decided_.ring();
        shared_.authenticate = [this](credentials) { return decide(*this); };
        teach_renewal(routes_, shared_);
        talk.handlers.on_expiry = shared_.handlers.on_expiry;
        talk.expires = seconds_from_now(100);
        talk.peer.answers_pings = true;
        talk.begin([this](session& from, const message& what) { return routes_.route(from, what); });
    }

    std::string show(const std::string& token = "x")
    {
        talk.say(client_text(R"({"type":"token","payload":{"token":")" + token + R"("}})"));
        return talk.heard();
    }
    void decide() { decided_.ring(), talk.settle(); }
    std::int64_t seconds_from_now(int seconds) const { return talk.here.clock.unix_ms() / 1000 + seconds; }

    verdict answer = token_refused("a bad one");
    bool is_cancelled = false;
    conversation talk;

private:
    static task<verdict> decide(renewing& here)
    {
        const auto reason = co_await here.decided_.wait();
        here.is_cancelled = reason == wake::cancelled;
        here.decided_.ring(); // the next is decided as soon
        co_return here.answer;
    }

    bell decided_;
    chorus::service shared_{{}};
    router routes_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(server_renewal)

BOOST_AUTO_TEST_CASE(bad_tokens_put_nothing_off)
{
    renewing here;
    std::string heard;
    for (int tries = 0; tries < 7; ++tries) {
        heard += here.show();
        here.talk.pass(20s);
    }
    heard += here.talk.heard();
    BOOST_TEST(has(heard, "token_refused"), heard);
    BOOST_TEST(has(heard, "token_expired"), heard);
    BOOST_TEST(has(heard, goodbye), heard);
}

BOOST_AUTO_TEST_CASE(a_token_does_not_expire_while_a_fresh_one_is_judged)
{
    renewing here(false);
    here.talk.pass(95s);
    here.show();
    here.answer = identity{"", here.seconds_from_now(1000)};
    here.talk.pass(9s);
    BOOST_TEST(!has(here.talk.heard(), "token_expired"));
    here.decide();
    here.talk.pass(900s);
    const auto heard = here.talk.heard();
    BOOST_TEST(has(heard, R"("type":"ok")"), heard);
    BOOST_TEST(!has(heard, "token_expired"), heard);
}

BOOST_AUTO_TEST_CASE(one_that_is_refused_late_leaves_the_old_one_as_it_was)
{
    renewing here(false);
    here.talk.pass(95s);
    here.show();
    here.talk.pass(9s);
    here.decide();
    here.talk.pass(25s);
    const auto heard = here.talk.heard();
    BOOST_TEST(has(heard, "token_refused"), heard);
    BOOST_TEST(has(heard, "token_expired"), heard);
    BOOST_TEST(has(heard, goodbye), heard);
}

BOOST_AUTO_TEST_CASE(one_after_the_other_judged_slowly_does_not_put_off_the_end)
{
    renewing here(false);
    for (int each = 0; each < 40; ++each) {
        here.talk.peer.say(client_text(R"({"type":"token","payload":{"token":"x"}})"));
        here.talk.pass(5s);
        here.decide();
    }
    BOOST_TEST(has(here.talk.heard(), goodbye));
}

BOOST_AUTO_TEST_CASE(judging_that_takes_too_long_is_cancelled_and_the_client_told)
{
    renewing here(false);
    here.show();
    here.talk.pass(10s);
    const auto heard = here.talk.heard();
    BOOST_TEST(here.is_cancelled);
    BOOST_TEST(has(heard, "too_slow"), heard);
    BOOST_TEST(here.talk.outcome() == "runs");
}

BOOST_AUTO_TEST_CASE(judging_is_cancelled_when_the_session_is_cut)
{
    renewing here(false);
    here.show();
    here.talk.talk->cut();
    here.talk.settle();
    BOOST_TEST(here.is_cancelled);
    BOOST_TEST(here.talk.outcome() == "closed_by_us 1006 cut (cut)");
}

BOOST_AUTO_TEST_SUITE_END()
