// testing.cpp — The tests that docs/testing.md shows, one region each; ctest runs them.
#define BOOST_TEST_MODULE chorus_docs_testing
#include <boost/test/unit_test.hpp>

// [service]
#include <chorus/chorus.hpp>
#include <chorus/test.hpp>

struct say
{
    std::string room;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(say, (), (room, text))

struct join
{
    std::string room;
};
BOOST_DESCRIBE_STRUCT(join, (), (room))

void on_say(chorus::session& from, say message, chorus::message_id id)
{
    const chorus::json said{{"user", from.user()}, {"text", message.text}};
    const auto result = from.hub().publish(message.room, "say", said, id);
    if (result != chorus::accepted::yes) chorus::refuse(from, {"refused", "join the room first"}, id);
}

void on_join(chorus::session& from, join message, chorus::message_id id) { from.hub().join(message.room, {}, id); }

// A chorus::server, or a chorus::test::service.
void teach(auto& service)
{
    service.template on<say>("say", on_say);
    service.template on<join>("join", on_join);
    service.counts_as_join("join");
}
// [/service]

using namespace std::chrono_literals;

// [complaints]
struct complaints
{
    complaints()
    {
        chorus::test::on_complaint([](std::string_view what) { BOOST_ERROR(what); });
    }
};
BOOST_TEST_GLOBAL_FIXTURE(complaints);
// [/complaints]

// [handler]
BOOST_AUTO_TEST_CASE(what_is_said_in_a_room_is_heard_there)
{
    chorus::test::service here;
    teach(here);
    auto& ann = here.enter("ann");
    auto& bo = here.enter("bo");

    ann.says("join", {{"room", "tea"}});
    ann.says("say", {{"room", "tea"}, {"text", "Milk?"}});
    bo.says("say", {{"room", "tea"}, {"text", "Me too!"}}, 7);

    BOOST_TEST(ann.heard() == R"(joined tea at 0; say {"room":"tea","offset":1,"user":"ann","text":"Milk?"})");
    BOOST_TEST(bo.heard() == R"(error {"code":"refused","message":"join the room first"} #7)");
}
// [/handler]

// [raw]
BOOST_AUTO_TEST_CASE(a_message_without_text_never_reaches_the_handler)
{
    chorus::test::service here;
    teach(here);
    auto& ann = here.enter("ann");
    ann.says(R"({"type":"say","payload":{"room":"tea"}})");
    BOOST_TEST(ann.last("error").at("message") == "malformed message: payload.text: missing");
}
// [/raw]

// [limit]
BOOST_AUTO_TEST_CASE(who_says_too_much_is_told_so_and_may_go_on_later)
{
    chorus::test::service here;
    teach(here);
    here.limits.messages = {.per_second = 1, .burst = 2};
    auto& ann = here.enter("ann");
    ann.says("join", {{"room", "tea"}});

    for (int i = 0; i < 3; ++i)
        ann.says("say", {{"room", "tea"}, {"text", "spam"}});
    BOOST_TEST(ann.last("error").at("code") == "rate_limited");

    here.pass(1s);
    ann.says("say", {{"room", "tea"}, {"text", "sorry"}});
    BOOST_TEST(ann.last("say").at("text") == "sorry");
}
// [/limit]

// [ping]
BOOST_AUTO_TEST_CASE(a_client_that_answers_no_ping_is_cut_after_a_minute)
{
    chorus::test::service here;
    teach(here);
    auto& ann = here.enter("ann");
    here.pass(54s);
    BOOST_TEST(ann.heard() == "ping");
    here.pass(24h); // it answers all of them
    BOOST_TEST(ann.outcome() == "runs");

    ann.falls_silent();
    here.pass(60s);
    BOOST_TEST(ann.outcome() == "silent 1006 no sign of life (cut)");
}
// [/ping]

// [slow]
BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_is_closed_and_the_others_miss_nothing)
{
    chorus::test::service here;
    teach(here);
    auto& slow = here.enter("slow");
    auto& ann = here.enter("ann");
    slow.stops_reading();
    for (int i = 0; i < 257; ++i) // one more than an outbox holds
        here.publish("everyone", "news", {{"number", i}});
    BOOST_TEST(ann.heard().size() == 257U);

    slow.reads_on();
    BOOST_TEST(slow.heard() == "close 1013 too slow; end");
}
// [/slow]

// [cut]
BOOST_AUTO_TEST_CASE(whose_connection_breaks_leaves_its_rooms)
{
    chorus::test::service here;
    teach(here);
    auto& ann = here.enter("ann");
    auto& bo = here.enter("bo");
    ann.says("join", {{"room", "tea"}});
    bo.says("join", {{"room", "tea"}});
    bo.is_cut();
    BOOST_TEST(bo.outcome() == "cut_by_peer 1006");
    BOOST_TEST(ann.heard() == "joined tea at 0; presence tea bo join; presence tea bo leave");
}
// [/cut]

// [dribble]
BOOST_AUTO_TEST_CASE(a_message_may_come_byte_by_byte_but_not_for_ever)
{
    chorus::test::service here;
    teach(here);
    auto& ann = here.enter("ann");
    const auto frame = chorus::test::client_text(R"({"type":"join","payload":{"room":"tea"}})");
    for (const char each : frame) {
        ann.says_bytes({&each, 1});
        here.pass(1s);
    }
    BOOST_TEST(ann.last("joined").at("offset") == 0);

    for (const char each : frame) {
        ann.says_bytes({&each, 1});
        here.pass(2s);
    }
    BOOST_TEST(ann.outcome() == "refused 1008 message took too long");
}
// [/dribble]

// [hub]
BOOST_AUTO_TEST_CASE(members_on_two_shards_hear_a_room_in_one_order)
{
    chorus::test::hub_world world{2};
    auto& ann = world.come_to(0, "ann", "tea");
    auto& bo = world.come_to(1, "bo", "tea");
    ann.heard(); // that bo has come

    ann.say("tea", "Milk?");
    bo.say("tea", "Sugar?");
    world.settle();

    const auto heard = ann.heard();
    BOOST_TEST(heard.size() == 2U);
    BOOST_TEST(joined(bo.heard()) == joined(heard));
}
// [/hub]

// [member]
BOOST_AUTO_TEST_CASE(a_member_that_drops_the_oldest_is_told_of_the_gap)
{
    chorus::test::hub_world world{1};
    auto& ann = world.come_to(0, "ann", "tea");
    auto& slow = world.come_to(0, "slow", "tea", {.messages = 2, .slow = chorus::slow_policy::drop_oldest});
    slow.stall();
    for (const auto* const words : {"one", "two", "three", "four"}) {
        ann.say("tea", words);
        world.settle();
    }
    BOOST_TEST(slow.heard() == "gap tea 1 2; tea 3 three; tea 4 four");
}
// [/member]

// [coroutine]
chorus::task<> relay(chorus::channel<int>& in, chorus::channel<int>& out)
{
    for (;;) {
        const auto value = co_await in.receive();
        if (!value) break;
        co_await out.send(*value * 2);
    }
}

BOOST_AUTO_TEST_CASE(a_relay_ends_with_the_channel_it_reads)
{
    chorus::test::test_shard here;
    chorus::channel<int> in{4}, out{4};
    in.try_send(21);
    in.close();
    BOOST_TEST(here.run(relay(in, out))); // false: it still waits
    BOOST_TEST(out.try_receive().value() == 42);
}
// [/coroutine]
