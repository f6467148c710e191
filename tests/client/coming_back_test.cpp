// coming_back_test.cpp — which refusals a client may answer by trying again, and what Retry-After may ask for.
#include <chorus/client/coming_back.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;
using namespace std::chrono_literals;

namespace {

reconnect after(unsigned status, std::string reason = "not_upgraded")
{
    return reconnect_rule(refusal{status, std::move(reason), {}, {}});
}

std::optional<std::chrono::seconds> asked(std::string value)
{
    return retry_after(refusal{503, {}, {}, {{"retry-after", std::move(value)}}});
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_coming_back)

BOOST_AUTO_TEST_CASE(only_a_passing_refusal_is_worth_another_attempt)
{
    for (const auto status : {408U, 425U, 429U, 500U, 502U, 503U, 504U})
        BOOST_TEST((after(status) == reconnect::with_backoff), status);
    for (const auto status : {101U, 200U, 301U, 400U, 403U, 404U, 405U, 407U, 426U, 431U})
        BOOST_TEST((after(status) == reconnect::never), status);
    BOOST_TEST((after(401) == reconnect::with_a_new_token));
    BOOST_TEST((after(401, "proxy_refused") == reconnect::never), "our token is not for the proxy");
}

BOOST_AUTO_TEST_CASE(where_no_answer_came_it_depends_on_why)
{
    for (const auto* const why : {"no_such_host", "cannot_connect", "too_late", "no_answer"})
        BOOST_TEST((after(0, why) == reconnect::with_backoff), why);
    for (const auto* const why : {"bad_url", "bad_proxy", "no_tls", "certificate_refused"})
        BOOST_TEST((after(0, why) == reconnect::never), why);
}

BOOST_AUTO_TEST_CASE(retry_after_is_read_in_seconds_and_bounded)
{
    BOOST_TEST((asked("0") == 0s));
    BOOST_TEST((asked("5") == 5s));
    BOOST_TEST((asked("31536000") == 5min));
    BOOST_TEST((asked("99999999999999999999") == 5min));
    for (const auto* const wrong : {"", "soon", "-1", "1.5", "Fri, 31 Dec 1999 23:59:59 GMT"})
        BOOST_TEST(!asked(wrong), wrong);
    BOOST_TEST(!retry_after(refusal{503, {}, {}, {}}));
}

BOOST_AUTO_TEST_SUITE_END()
