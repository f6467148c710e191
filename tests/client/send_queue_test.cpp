// send_queue_test.cpp — the bound, each policy's answer, and what may be taken back.
#include <chorus/client/send_queue.hpp>

#include <boost/test/unit_test.hpp>

using namespace chorus;

namespace {

send_queue::entry entry(std::string payload, std::uint64_t tag = 0, bool kept = false)
{
    return {.payload = std::move(payload), .tag = tag, .kept = kept};
}

std::string all_of(send_queue& queue)
{
    std::string text;
    while (!queue.empty())
        text += queue.pop().payload;
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_send_queue)

BOOST_AUTO_TEST_CASE(what_is_put_comes_out_in_order_behind_what_goes_ahead)
{
    send_queue queue;
    queue.put(entry("a"));
    queue.put(entry("b"));
    queue.put_ahead(entry("1"));
    queue.put_ahead(entry("2"));
    BOOST_TEST(all_of(queue) == "12ab");
}

BOOST_AUTO_TEST_CASE(messages_and_bytes_are_bounded_but_an_empty_queue_takes_one_of_any_size)
{
    send_queue few{{.messages = 2}};
    BOOST_TEST((few.put(entry("a")) == send_answer::queued));
    BOOST_TEST((few.put(entry("b")) == send_answer::queued));
    BOOST_TEST((few.put(entry("c")) == send_answer::dropped));
    BOOST_TEST(all_of(few) == "ab");

    send_queue small{{.bytes = 4}};
    BOOST_TEST((small.put(entry("123456")) == send_answer::queued));
    BOOST_TEST((small.put(entry("7")) == send_answer::dropped));
    BOOST_TEST(all_of(small) == "123456");
    BOOST_TEST((small.put(entry("12")) == send_answer::queued));
    BOOST_TEST((small.put(entry("34")) == send_answer::queued));
    BOOST_TEST((small.put(entry("5")) == send_answer::dropped));
}

BOOST_AUTO_TEST_CASE(the_oldest_make_room_and_their_senders_are_told)
{
    send_queue queue{{.messages = 2, .when_full = overflow::drop_oldest}};
    std::string dropped;
    queue.on_drop([&](std::uint64_t tag) { dropped += std::to_string(tag) + " "; });
    for (int i = 1; i <= 4; ++i)
        BOOST_TEST((queue.put(entry(std::to_string(i), static_cast<std::uint64_t>(i))) == send_answer::queued));
    BOOST_TEST(dropped == "1 2 ");
    BOOST_TEST(all_of(queue) == "34");
}

BOOST_AUTO_TEST_CASE(the_latest_of_a_key_takes_the_place_of_the_one_that_waits)
{
    const auto latest = [](std::string key, std::string payload) {
        return send_queue::entry{.payload = std::move(payload), .key = std::move(key)};
    };
    send_queue queue{{.messages = 3, .bytes = 6}};
    queue.put(latest("x", "1"));
    queue.put(entry("a"));
    queue.put(latest("y", "2"));
    BOOST_TEST((queue.put(latest("x", "345")) == send_answer::queued), "it takes no further place");
    BOOST_TEST((queue.put(latest("", "6")) == send_answer::dropped), "an empty key is one, too");
    BOOST_TEST(all_of(queue) == "345a2");

    queue.put(latest("x", "1"));
    queue.put(entry("a"));
    BOOST_TEST((queue.put(latest("x", "123456")) == send_answer::dropped), "it has grown too large");
    BOOST_TEST(all_of(queue) == "a");
    queue.put(latest("x", "1"));
    BOOST_TEST((queue.put(latest("x", "1234567")) == send_answer::queued), "alone it may have any size");
    BOOST_TEST((queue.put(entry("a")) == send_answer::dropped));
    BOOST_TEST(all_of(queue) == "1234567");
}

BOOST_AUTO_TEST_CASE(what_is_kept_is_neither_refused_nor_dropped)
{
    send_queue queue{{.messages = 1, .when_full = overflow::drop_oldest}};
    queue.put(entry("k", 1, true));
    BOOST_TEST((queue.put(entry("a")) == send_answer::dropped), "nothing can make room");
    BOOST_TEST((queue.put(entry("l", 1, true)) == send_answer::queued));
    BOOST_TEST(all_of(queue) == "kl");
}

BOOST_AUTO_TEST_CASE(all_of_a_tag_can_be_taken_back)
{
    send_queue queue{{.bytes = 4}};
    queue.put(entry("a", 7));
    queue.put(entry("b", 8));
    queue.put(entry("c", 7));
    BOOST_TEST(queue.has(7));
    queue.take_back(7);
    BOOST_TEST(!queue.has(7));
    BOOST_TEST((queue.put(entry("def")) == send_answer::queued), "their bytes do not count any more");
    BOOST_TEST(all_of(queue) == "bdef");
}

BOOST_AUTO_TEST_SUITE_END()
