// service_test.cpp — the service under test of the kit: handlers, several clients, rooms, time and bad connections.
#include <chorus/test/complaint.hpp>
#include <chorus/test/service.hpp>

#include <boost/describe/class.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace chorus;
using chorus::test::fake_client;

BOOST_AUTO_TEST_SUITE(test_service)

namespace {

struct say
{
    std::string room;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(say, (), (room, text))

struct join
{
    std::string room;
    std::optional<std::uint64_t> offset;
    std::optional<std::string> epoch;
};
BOOST_DESCRIBE_STRUCT(join, (), (room, offset, epoch))

struct nothing
{
};
BOOST_DESCRIBE_STRUCT(nothing, (), ())

struct self
{
    static constexpr std::string_view type = "you";
    std::string name, address;
};
BOOST_DESCRIBE_STRUCT(self, (), (name, address))

void on_say(session& from, say message, message_id id)
{
    from.hub().publish(message.room, "chat", json{{"user", from.user()}, {"text", message.text}}, id);
}

void on_join(session& from, join message, message_id id)
{
    std::optional<stream_position> since;
    if (message.epoch) since = {*message.epoch, message.offset.value_or(0)};
    from.hub().join(message.room, since, id);
}

self on_who(session& from, nothing) { return {from.user(), from.peer()}; }

void on_kick(session& from, nothing) { from.close(close_code::closed_by_operator, "kicked"); }

task<> on_later(session& from, nothing)
{
    bell never;
    co_await never.wait_until(from.clock(), from.clock().now() + 5s);
    from.send_text("later");
}

task<> wait_for_ever(bell& never) { co_await never.wait(); }

struct chat : test::service
{
    chat()
    {
        on<say>("chat", on_say).on<join>("join", on_join).on<nothing>("who", on_who);
        on<nothing>("kick", on_kick).on<nothing>("later", on_later);
    }
};

json to_room(const std::string& room, const std::string& text) { return {{"room", room}, {"text", text}}; }

// What the kit complains of meanwhile.
struct complaints_heard
{
    complaints_heard()
    {
        before = test::on_complaint([this](std::string_view what) { all.emplace_back(what); });
    }
    ~complaints_heard() { test::on_complaint(before); }

    std::vector<std::string> all;
    test::complaint_handler before;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_handler_answers_its_client_and_no_other)
{
    chat here;
    auto& ann = here.enter("ann");
    auto& bo = here.enter("bo");
    ann.says("who", {}, 7);
    BOOST_TEST(ann.heard() == R"(you {"name":"ann","address":"192.0.2.1"} #7)");
    BOOST_TEST(bo.heard() == "");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_in_words)
{
    chat here;
    auto& ann = here.enter("ann");
    ann.says(R"({"type":"chat","payload":{"room":"tea"}})");
    BOOST_TEST(ann.heard() == R"(error {"code":"malformed","message":"malformed message: payload.text: missing"})");
    ann.says("hello");
    BOOST_TEST(ann.last("error").at("code") == "invalid_json");
}

BOOST_AUTO_TEST_CASE(rooms_tell_their_members_in_order)
{
    chat here;
    auto& ann = here.enter("ann");
    auto& bo = here.enter("bo");
    ann.says("join", {{"room", "tea"}});
    bo.says("join", {{"room", "tea"}}, 1);
    ann.says("chat", to_room("tea", "milk?"), 2);
    BOOST_TEST(ann.heard() == "joined tea at 0; presence tea bo join; "
                              R"(ok tea 1 #2; chat {"room":"tea","offset":1,"user":"ann","text":"milk?"})");
    BOOST_TEST(bo.heard() == R"(joined tea at 0 #1; chat {"room":"tea","offset":1,"user":"ann","text":"milk?"})");
}

BOOST_AUTO_TEST_CASE(who_comes_back_is_given_what_was_missed)
{
    chat here;
    auto& ann = here.enter("ann");
    auto& bo = here.enter("bo");
    ann.says("join", {{"room", "tea"}});
    bo.says("join", {{"room", "tea"}});
    const auto epoch = bo.last("joined").at("epoch");
    bo.is_cut();
    BOOST_TEST(bo.outcome() == "cut_by_peer 1006");
    ann.says("chat", to_room("tea", "one"));
    ann.says("chat", to_room("tea", "two"));

    auto& again = here.enter("bo");
    again.says("join", {{"room", "tea"}, {"epoch", epoch}, {"offset", 1}});
    BOOST_TEST(again.heard() == "joined tea at 2 recovered 2");
}

BOOST_AUTO_TEST_CASE(two_clients_of_one_name_are_one_user)
{
    chat here;
    here.limits.messages = {.per_second = 1, .burst = 2};
    auto& desk = here.enter("ann");
    auto& phone = here.enter("ann");
    auto& bo = here.enter("bo");
    desk.says("who", {}), phone.says("who", {});
    desk.heard(), phone.heard();
    phone.says("who", {});
    BOOST_TEST(phone.last("error").at("code") == "rate_limited");
    bo.says("who", {});
    BOOST_TEST(bo.heard() == R"(you {"name":"bo","address":"192.0.2.1"})");
}

BOOST_AUTO_TEST_CASE(a_rate_is_earned_by_the_clock_of_the_test)
{
    chat here;
    here.limits.messages = {.per_second = 2, .burst = 1};
    auto& ann = here.enter("ann");
    const auto may = [&] {
        ann.heard();
        ann.says("who", {});
        return ann.heard() == R"(you {"name":"ann","address":"192.0.2.1"})";
    };
    BOOST_TEST(may());
    BOOST_TEST(!may());
    here.pass(499ms);
    BOOST_TEST(!may());
    here.pass(1ms);
    BOOST_TEST(may());
}

BOOST_AUTO_TEST_CASE(a_client_answers_pings_until_it_falls_silent)
{
    chat here;
    auto& ann = here.enter("ann");
    here.pass(54s);
    BOOST_TEST(ann.heard() == "ping");
    here.pass(10min);
    BOOST_TEST(ann.outcome() == "runs");
    ann.heard();
    ann.falls_silent();
    here.pass(60s);
    BOOST_TEST(ann.outcome() == "silent 1006 no sign of life (cut)");
    BOOST_TEST(joined(ann.heard()).ends_with("cut"));
}

BOOST_AUTO_TEST_CASE(what_a_handler_waits_for_comes_at_its_time)
{
    chat here;
    auto& ann = here.enter("ann");
    const auto began = here.clock().now();
    ann.says("later", {});
    here.pass(5s - 1ms);
    BOOST_TEST(ann.heard() == "");
    here.pass(1ms);
    BOOST_TEST(ann.heard() == "later");
    BOOST_TEST((here.clock().now() - began == 5s));
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_nothing_is_closed_and_the_others_hear_all)
{
    chat here;
    here.limits.outbox.messages = 8;
    here.rooms.history.messages = 4;
    auto& ann = here.enter("ann");
    auto& bo = here.enter("bo");
    ann.stops_reading();
    for (int each = 0; each < 9; ++each)
        BOOST_TEST(here.publish("everyone", "news", {{"number", each}}));
    BOOST_TEST(bo.heard().size() == 9U);
    ann.reads_on();
    BOOST_TEST(ann.heard() == "close 1013 too slow; end");
    BOOST_TEST(ann.outcome() == "closed_by_us 1013 too slow");
}

BOOST_AUTO_TEST_CASE(who_reads_on_in_time_has_missed_nothing)
{
    chat here;
    auto& ann = here.enter("ann");
    ann.stops_reading();
    here.publish("everyone", "news", {{"number", 1}});
    here.pass(9s);
    BOOST_TEST(ann.heard() == "");
    ann.reads_on();
    BOOST_TEST(ann.heard() == R"(news {"number":1})");
}

BOOST_AUTO_TEST_CASE(a_message_may_come_byte_by_byte)
{
    chat here;
    auto& ann = here.enter("ann");
    for (const char each : test::client_text(R"({"type":"who"})"))
        ann.says_bytes({&each, 1});
    BOOST_TEST(ann.heard() == R"(you {"name":"ann","address":"192.0.2.1"})");
}

BOOST_AUTO_TEST_CASE(a_pong_never_lands_in_the_middle_of_a_frame)
{
    chat here;
    auto& ann = here.enter("ann");
    const auto frame = test::client_text(R"({"type":"who"})");
    here.pass(20s);
    ann.says_bytes(frame.substr(0, 5));
    here.pass(55s);
    BOOST_TEST(ann.heard() == "ping");
    ann.says_bytes(frame.substr(5));
    here.pass(20s);
    BOOST_TEST(ann.last("you").at("name") == "ann");
    BOOST_TEST(ann.outcome() == "runs");
}

BOOST_AUTO_TEST_CASE(pings_are_answered_between_two_fragments)
{
    chat here;
    here.limits.message_wait = 0s;
    auto& ann = here.enter("ann");
    ann.says_bytes(test::client_frame(opcode::text, R"({"type":)", false));
    here.pass(10min);
    BOOST_TEST(ann.outcome() == "runs");
    BOOST_TEST(joined(ann.heard()).starts_with("ping; ping"));
    ann.says_bytes(test::client_frame(opcode::continuation, R"("who"})"));
    BOOST_TEST(ann.last("you").at("name") == "ann");
}

BOOST_AUTO_TEST_CASE(a_close_is_answered_between_two_fragments)
{
    chat here;
    auto& ann = here.enter("ann");
    ann.says_bytes(test::client_frame(opcode::text, "half of", false));
    ann.session()->close(close_code::closed_by_operator, "kicked");
    here.settle();
    BOOST_TEST(ann.heard() == "close 4002 kicked; end");
    BOOST_TEST(ann.outcome() == "closed_by_us 4002 kicked");
}

BOOST_AUTO_TEST_CASE(a_batch_comes_at_its_time_and_is_told_line_by_line)
{
    chat here;
    here.limits.outbox.batch = {.messages = 8, .interval = 100ms};
    auto& ann = here.enter("ann");
    ann.says("join", {{"room", "tea"}});
    ann.says("chat", to_room("tea", "one"));
    BOOST_TEST(ann.heard() == "");
    here.pass(100ms);
    BOOST_TEST(ann.heard() == R"(joined tea at 0; chat {"room":"tea","offset":1,"user":"ann","text":"one"})");
    BOOST_TEST(ann.last("joined").at("room") == "tea");
}

BOOST_AUTO_TEST_CASE(without_batches_a_newline_parts_nothing)
{
    test::service here;
    here.on_open([](session& who) { who.send_text("one\ntwo"); });
    BOOST_TEST(here.enter("ann").heard().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_line_may_move_one_byte_at_a_time)
{
    chat here;
    auto& ann = here.enter("ann");
    ann.peer().connection().move_at_most(1);
    ann.says("who", {});
    BOOST_TEST(ann.heard() == R"(you {"name":"ann","address":"192.0.2.1"})");
}

BOOST_AUTO_TEST_CASE(goodbyes_go_both_ways)
{
    chat here;
    auto& ann = here.enter("ann");
    auto& bo = here.enter("bo");
    ann.leaves(close_code::normal, "bye");
    BOOST_TEST(ann.heard() == "close 1000; end");
    BOOST_TEST(ann.outcome() == "closed_by_peer 1000 bye");
    BOOST_TEST(!ann.session());

    bo.says("kick", {});
    BOOST_TEST(bo.heard() == "close 4002 kicked; end");
    BOOST_TEST(bo.outcome() == "closed_by_us 4002 kicked");
}

BOOST_AUTO_TEST_CASE(a_client_that_answers_no_close_is_cut_after_its_wait)
{
    chat here;
    auto& ann = here.enter("ann");
    ann.falls_silent();
    ann.says("kick", {});
    here.pass(5s - 1ms);
    BOOST_TEST(ann.outcome() == "runs");
    here.pass(1ms);
    BOOST_TEST(ann.outcome() == "closed_by_us 4002 kicked (cut)");
}

BOOST_AUTO_TEST_CASE(both_protocols_are_told_alike)
{
    chat here;
    auto& ann = here.enter("ann");
    auto& bo = here.enter("bo", {.speaks_binary = true});
    bo.says("join", {{"room", "tea"}}, 1);
    ann.says("join", {{"room", "tea"}});
    bo.says("chat", to_room("tea", "hi"), "x");
    BOOST_TEST(bo.heard() == "joined tea at 0 #1; presence tea ann join; "
                             R"(ok tea 1 #x; chat {"room":"tea","offset":1,"user":"bo","text":"hi"})");
    BOOST_TEST(ann.heard() == R"(joined tea at 0; chat {"room":"tea","offset":1,"user":"bo","text":"hi"})");
    BOOST_TEST(bo.last("chat") == ann.last("chat"));
}

BOOST_AUTO_TEST_CASE(a_token_expires_by_the_clock_of_the_test)
{
    chat here;
    here.handlers.on_expiry = [](session& to) { to.send_text("expired"); };
    auto& ann = here.enter("ann", {.is_guest = false, .expires = here.clock().unix_ms() / 1000 + 20});
    BOOST_TEST(!ann.session()->is_guest());
    here.pass(20s);
    BOOST_TEST(ann.heard() == "expired");
    here.pass(25s);
    BOOST_TEST(ann.outcome() == "closed_by_us 4001 token expired");
}

BOOST_AUTO_TEST_CASE(a_service_without_routes_takes_each_message_as_it_comes)
{
    test::service here;
    here.on_open([](session& who) { who.send_text("welcome " + who.user()); });
    here.on_message([](session& from, const message& what) {
        from.send(make_frame(what.op, what.payload));
        return work{};
    });
    auto& ann = here.enter("ann");
    ann.says("hello");
    ann.says_bytes(test::client_frame(opcode::binary, "bytes"));
    BOOST_TEST(ann.heard() == "welcome ann; hello; binary bytes");
}

BOOST_AUTO_TEST_CASE(joins_can_have_their_own_bucket)
{
    chat here;
    here.counts_as_join("join");
    here.limits.messages = here.limits.joins = {.per_second = 1, .burst = 1};
    auto& ann = here.enter("ann");
    ann.says("who", {}), ann.says("join", {{"room", "tea"}});
    BOOST_TEST(ann.heard() == R"(you {"name":"ann","address":"192.0.2.1"}; joined tea at 0)");
}

BOOST_AUTO_TEST_CASE(what_was_not_heard_cannot_be_looked_at)
{
    chat here;
    BOOST_CHECK_THROW(here.enter("ann").last("joined"), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(a_service_that_ends_waits_for_its_handlers)
{
    complaints_heard heard;
    {
        chat here;
        here.enter("ann").says("later", {});
    }
    BOOST_TEST(heard.all.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_handler_that_waits_for_ever_is_complained_of)
{
    complaints_heard heard;
    {
        bell never;
        test::service here;
        here.on_message([&](session&, const message&) -> work { return wait_for_ever(never); });
        here.enter("ann").says("hello");
    }
    BOOST_TEST(heard.all.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
