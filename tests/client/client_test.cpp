// client_test.cpp — a client that lives on: when it comes back, what it says first then, and how it ends.
#include "support/client_world.hpp"

#include <chorus/core/random.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace chorus;
using namespace chorus::test;

namespace {

std::string refused(std::string_view status, std::string_view fields = {})
{
    return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(fields) + "Content-Length: 0\r\n\r\n";
}

// Whether a client whose server has closed with this code tries again.
bool comes_back_after(close_code code)
{
    client_world world;
    world.enter();
    world.say(server_close(code));
    world.server().connection().close();
    world.wait_for_attempt();
    BOOST_TEST(world.heard().starts_with("connected"));
    return world.dialler.dialled.size() == 2;
}

// How many of what a server has heard ask for a room.
std::size_t joins_in(std::string_view heard)
{
    std::size_t joins = 0;
    for (auto at = heard.find("join"); at != heard.npos; at = heard.find("join", at + 1))
        ++joins;
    return joins;
}

std::string room_called(int number) { return "room " + std::to_string(number); }

void join_a_hundred_rooms(client& who)
{
    for (int room = 1; room <= 100; ++room)
        who.join(room_called(room));
}

bool comes_back_after_refusal(std::string_view status)
{
    client_world world;
    world.begin();
    world.say(refused(status));
    world.wait_for_attempt();
    return world.dialler.dialled.size() == 2;
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_client)

// --- coming back -----------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(it_comes_back_as_the_table_of_close_codes_says)
{
    for (const auto code : {close_code::going_away, close_code::internal_error, close_code::service_restart,
                            close_code::try_again_later, close_code::bad_gateway, static_cast<close_code>(4999)})
        BOOST_TEST(comes_back_after(code), to_string(code));
    for (const auto code :
         {close_code::normal, close_code::no_status, close_code::protocol_error, close_code::unsupported_data,
          close_code::invalid_payload, close_code::policy_violation, close_code::message_too_big,
          close_code::mandatory_extension, close_code::token_expired, close_code::closed_by_operator})
        BOOST_TEST(!comes_back_after(code), to_string(code));
}

BOOST_AUTO_TEST_CASE(a_cut_is_a_reason_to_come_back_and_the_application_is_told_when)
{
    client_world world;
    world.enter();
    world.server().connection().cut();
    world.settle();
    BOOST_TEST(world.heard() == "connected | lost cut_by_peer");
    world.wait_for_attempt();
    world.accept();
    BOOST_TEST(world.heard() == "connected again");
    BOOST_TEST(world.outcome() == "runs");
}

BOOST_AUTO_TEST_CASE(after_a_goodbye_it_comes_back_only_where_that_is_wished)
{
    client_world world;
    world.options.after_normal = true;
    world.enter();
    world.say(server_close(close_code::normal));
    world.server().connection().close();
    world.wait_for_attempt();
    BOOST_TEST(world.dialler.dialled.size() == 2U);
}

BOOST_AUTO_TEST_CASE(it_comes_back_after_refusals_that_pass)
{
    for (const auto* const status : {"429 Too Many Requests", "503 Service Unavailable", "500 Oops"})
        BOOST_TEST(comes_back_after_refusal(status), status);
    for (const auto* const status : {"401 Unauthorized", "403 Forbidden", "404 Not Found", "302 Found", "200 OK"})
        BOOST_TEST(!comes_back_after_refusal(status), status);
}

BOOST_AUTO_TEST_CASE(it_waits_as_long_as_retry_after_asks_and_a_random_time_more)
{
    client_world world;
    world.begin();
    world.say(refused("503 Service Unavailable", "Retry-After: 30\r\n"));
    BOOST_TEST(world.heard() == "lost refused 503 not_upgraded: the server answered 503 Service Unavailable");
    world.pass(30s - 1ms);
    BOOST_TEST(world.dialler.dialled.size() == 1U);
    world.pass(1s + 1ms);
    BOOST_TEST(world.dialler.dialled.size() == 2U);
}

BOOST_AUTO_TEST_CASE(pauses_grow_while_nothing_is_there_and_stay_below_their_ceilings)
{
    seeded_random chance{3};
    client_world world;
    world.dialler.failures.assign(8, {"cannot_connect", "refused"});
    world.begin();
    duration total{};
    for (const auto ceiling : {1s, 2s, 4s, 8s, 8s, 8s}) {
        const auto before = world.here.clock.now();
        world.wait_for_attempt();
        const auto waited = world.here.clock.now() - before;
        BOOST_TEST((waited <= ceiling + 100ms));
        total += waited;
    }
    BOOST_TEST((total > 3s), "of a mean of 15.5 s");
    BOOST_TEST(world.dialler.dialled.size() == 7U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_lived_long_enough_begins_a_new_series)
{
    const auto ceiling_after = [](duration lived) {
        seeded_random chance{1};
        client_world world;
        world.options.backoff = {.first = 1s, .most = 1000s};
        world.dialler.failures.assign(9, {"cannot_connect", "refused"});
        world.begin();
        while (world.dialler.servers.empty())
            world.wait_for_attempt();
        world.accept();
        world.pass(lived);
        world.server().connection().cut();
        world.settle();
        const auto before = world.here.clock.now();
        world.wait_for_attempt();
        return world.here.clock.now() - before;
    };
    BOOST_TEST((ceiling_after(5s) <= 1100ms));
    BOOST_TEST((ceiling_after(1s) > 1100ms), "the same chance, of a ceiling of 512 s");
}

BOOST_AUTO_TEST_CASE(a_first_attempt_that_fails_may_be_the_last)
{
    client_world world;
    world.options.insist = false;
    world.dialler.failures = {{"cannot_connect", "connection refused"}};
    world.begin();
    BOOST_TEST(world.outcome() == "cannot_connect: connection refused");
}

BOOST_AUTO_TEST_CASE(without_reconnecting_the_first_end_is_the_end)
{
    client_world world;
    world.options.reconnect = false;
    world.enter();
    world.server().connection().cut();
    world.settle();
    BOOST_TEST(world.heard() == "connected");
    BOOST_TEST(world.outcome() == "cut_by_peer");
}

BOOST_AUTO_TEST_CASE(a_token_that_was_refused_is_not_tried_again_but_a_new_one_is)
{
    client_world world;
    std::string token = "old";
    world.options.token = [&] { return token; };
    world.begin();
    BOOST_TEST(world.server().asked().field("Authorization").value() == "Bearer old");
    token = "new";
    world.say(refused("401 Unauthorized"));
    world.wait_for_attempt();
    BOOST_TEST(world.server().asked().field("Authorization").value() == "Bearer new");
    world.accept();
    world.say(server_close(close_code::token_expired));
    world.server().connection().close();
    world.wait_for_attempt();
    BOOST_TEST(world.outcome().starts_with("closed_by_peer 4001 token_expired"), world.outcome());
}

BOOST_AUTO_TEST_CASE(a_token_that_has_expired_is_renewed_within_the_connection)
{
    client_world world;
    std::string token = "old";
    int asked = 0;
    world.options.token = [&] { return ++asked, token; };
    world.enter();
    BOOST_TEST(asked == 1);
    world.say(server_text(R"({"type":"token_expired","payload":{"grace":25}})"));
    BOOST_TEST(world.server_heard() == "", "there is no other one yet");
    token = "new";
    world.say(server_text(R"({"type":"token_expired","payload":{"grace":25}})"));
    BOOST_TEST(world.server_heard() == R"(text {"type":"token","payload":{"token":"new"}})");
    world.server().connection().cut();
    world.wait_for_attempt();
    BOOST_TEST(world.server().asked().field("Authorization").value() == "Bearer new");
    BOOST_TEST(asked == 4);
}

BOOST_AUTO_TEST_CASE(whoever_gives_a_token_may_read_envelopes)
{
    client_world world;
    world.options.token = []() -> std::string {
        return read_envelope(R"({"type":"t","payload":{"other":"token","more":[1,2,3]}})")->type;
    };
    world.enter();
    world.say(server_text(R"({"type":"token_expired","payload":{"grace":25,"why":"it is over"}})"));
    BOOST_TEST(world.heard() == R"(connected | token_expired {"grace":25,"why":"it is over"})");
}

BOOST_AUTO_TEST_CASE(whoever_is_asked_for_a_token_may_close_or_stop_instead)
{
    const auto outcome = [](void (*end)(client&), int at) {
        client_world world;
        int asked = 0;
        world.options.token = [&] {
            if (++asked == at) end(*world.here_is);
            return "token " + std::to_string(asked);
        };
        world.begin();
        if (asked < at) {
            world.accept();
            world.say(server_close(close_code::token_expired));
            world.server().connection().close();
            world.settle();
        }
        BOOST_TEST(world.dialler.dialled.size() == static_cast<std::size_t>(at - 1));
        BOOST_TEST(world.heard() == (at == 1 ? "" : "connected"));
        return world.outcome();
    };
    const auto close = [](client& each) { each.close(); };
    const auto stop = [](client& each) { each.stop(); };
    for (const auto end : {+close, +stop}) {
        BOOST_TEST(outcome(end, 1).starts_with("given_up"));
        BOOST_TEST(outcome(end, 2).starts_with("closed_by_peer 4001"));
    }
}

BOOST_AUTO_TEST_CASE(a_token_that_cannot_be_had_is_a_failed_attempt)
{
    client_world world;
    bool gone = true;
    world.options.token = [&]() -> std::string {
        if (gone) throw std::runtime_error("the keeper of tokens is gone");
        return "token";
    };
    world.begin();
    BOOST_TEST(world.dialler.dialled.size() == 0U);
    gone = false;
    world.wait_for_attempt();
    BOOST_TEST(world.server().asked().field("Authorization").value() == "Bearer token");
    BOOST_TEST(world.heard().starts_with("lost no_token"));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_its_options_ends_it_with_a_name)
{
    client_world url;
    url.options.url = "http://chat.example/";
    url.begin();
    BOOST_TEST(url.outcome() == "bad_url: 'http://chat.example/': expected ws:// or wss://");

    client_world proxy;
    proxy.options.proxy = "socks5://proxy.example";
    proxy.begin();
    BOOST_TEST(proxy.outcome() == "bad_proxy: proxy: only http:// proxies are known here");
}

// --- rooms -----------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_room_is_joined_and_after_a_cut_joined_again_from_where_it_was)
{
    client_world world;
    world.enter().join("tea");
    BOOST_TEST(world.server_heard() == R"(text {"type":"join","payload":{"room":"tea"},"id":1})");
    world.say(joined_notice("tea", "e1", 4, false, R"({"room":"tea","offset":3},{"room":"tea","offset":4})", 1));
    BOOST_TEST(world.heard() == "connected | joined tea at 4 3 4");
    world.say(server_text(R"({"type":"chat","payload":{"room":"tea","offset":5,"text":"hi"}})"));
    world.say(server_text(R"({"type":"ok","payload":{"room":"tea","offset":9},"id":99})"));
    world.say(server_text(R"({"type":"chat","payload":{"room":"coffee","offset":7,"text":"hi"}})"));
    world.server().connection().cut();
    world.wait_for_attempt();
    world.accept();
    BOOST_TEST(world.server_heard() ==
               R"(text {"type":"join","payload":{"room":"tea","since":{"epoch":"e1","offset":5}},"id":2})");
    world.heard();
    world.say(joined_notice("tea", "e1", 6, true, R"({"room":"tea","offset":6})", 2));
    BOOST_TEST(world.heard() == "joined tea at 6 recovered 6");
}

BOOST_AUTO_TEST_CASE(what_could_not_be_recovered_is_told_and_the_new_epoch_counts)
{
    client_world world;
    world.enter().join("tea");
    world.say(joined_notice("tea", "e1", 4, false, "", 1));
    world.server().connection().cut();
    world.wait_for_attempt();
    world.accept();
    world.heard();
    world.say(joined_notice("tea", "e2", 1, false, R"({"room":"tea","offset":1})", 2));
    BOOST_TEST(world.heard() == "joined tea at 1 not recovered 1");
    world.server().connection().cut();
    world.wait_for_attempt();
    world.accept();
    BOOST_TEST(world.server_heard() ==
               R"(text {"type":"join","payload":{"room":"tea","since":{"epoch":"e2","offset":1}},"id":3})");
}

BOOST_AUTO_TEST_CASE(a_gap_is_told_and_what_is_in_it_is_not_waited_for)
{
    client_world world;
    world.enter().join("tea");
    world.say(joined_notice("tea", "e1", 0, false, "", 1));
    world.say(server_text(R"({"type":"gap","payload":{"room":"tea","from":1,"to":7}})"));
    BOOST_TEST(world.heard() == "connected | joined tea at 0 | gap tea 1 7");
    world.server().connection().cut();
    world.wait_for_attempt();
    world.accept();
    BOOST_TEST(world.server_heard() ==
               R"(text {"type":"join","payload":{"room":"tea","since":{"epoch":"e1","offset":7}},"id":2})");
}

BOOST_AUTO_TEST_CASE(rooms_are_rejoined_ahead_of_what_waits_and_only_those_still_wanted)
{
    client_world world;
    auto& client = world.enter();
    client.join("tea");
    client.join("coffee");
    client.join("tea"); // wanted already
    world.settle();
    client.leave("coffee");
    BOOST_TEST(world.server_heard() == R"(text {"type":"join","payload":{"room":"tea"},"id":1} | )"
                                       R"(text {"type":"join","payload":{"room":"coffee"},"id":2} | )"
                                       R"(text {"type":"leave","payload":{"room":"coffee"}})");
    world.server().connection().cut();
    world.settle();
    client.send("chat", json{{"text", "meanwhile"}});
    client.join("cocoa");
    world.wait_for_attempt();
    world.accept();
    BOOST_TEST(world.server_heard() == R"(text {"type":"join","payload":{"room":"cocoa"},"id":3} | )"
                                       R"(text {"type":"join","payload":{"room":"tea"},"id":4} | )"
                                       R"(text {"type":"chat","payload":{"text":"meanwhile"}})");
}

BOOST_AUTO_TEST_CASE(a_room_that_refuses_is_told_and_not_tried_again)
{
    client_world world;
    world.enter().join("tea");
    world.settle();
    world.say(server_text(R"({"type":"error","payload":{"code":"bad_room","message":"no"},"id":1})"));
    BOOST_TEST(world.heard() == "connected | not joined tea bad_room");
    world.server().connection().cut();
    world.wait_for_attempt();
    world.accept();
    BOOST_TEST(world.server_heard() == "");
}

BOOST_AUTO_TEST_CASE(a_room_that_is_refused_for_the_moment_is_asked_for_again)
{
    client_world world;
    world.enter().join("tea");
    world.here_is->join("coffee");
    world.here_is->join("milk");
    world.settle();
    world.server_heard();
    world.say(server_text(R"({"type":"error","payload":{"code":"rate_limited","message":"later"},"id":1})") +
              server_text(R"({"type":"error","payload":{"code":"busy","message":"later"},"id":2})") +
              server_text(R"({"type":"error","payload":{"code":"rate_limited","message":"later"},"id":3})"));
    BOOST_TEST(world.heard() == "connected");
    BOOST_TEST(world.server_heard() == "");
    world.here_is->leave("coffee");
    world.settle();
    world.server_heard();
    world.pass(10s);
    BOOST_TEST(world.server_heard() == "");
    world.pass(5s);
    BOOST_TEST(world.server_heard() == R"(text {"type":"join","payload":{"room":"tea"},"id":4} | )"
                                       R"(text {"type":"join","payload":{"room":"milk"},"id":5})");
    world.pass(60s);
    BOOST_TEST(world.server_heard().find("join") == std::string::npos, "both are under way");
}

BOOST_AUTO_TEST_CASE(many_rooms_that_were_refused_are_asked_for_some_at_a_time)
{
    client_world world;
    world.enter();
    std::string refusals;
    for (int room = 1; room <= 20; ++room) {
        world.here_is->join(room_called(room));
        refusals += server_text(R"({"type":"error","payload":{"code":"rate_limited","message":"later"},"id":)" +
                                std::to_string(room) + "}");
    }
    world.settle();
    world.server_heard();
    world.say(refusals);
    world.pass(15s);
    BOOST_TEST(joins_in(world.server_heard()) == 16U);
    world.pass(15s);
    BOOST_TEST(joins_in(world.server_heard()) == 4U);
}

BOOST_AUTO_TEST_CASE(of_many_rooms_no_more_are_asked_for_again_than_may_be_refused)
{
    client_world world;
    world.begin();
    join_a_hundred_rooms(*world.here_is);
    world.accept();
    BOOST_TEST(joins_in(world.server_heard()) == 64U);
    for (int id = 1; id <= 20; ++id)
        world.say(joined_notice(room_called(id), "e1", 0, false, "", id));
    world.say(server_text(R"({"type":"error","payload":{"code":"bad_room","message":"no"},"id":21})"));
    BOOST_TEST(joins_in(world.server_heard()) == 21U, "one more for each answer");
    world.say(server_text(R"({"type":"error","payload":{"code":"rate_limited","message":"later"},"id":22})"));
    world.say(joined_notice(room_called(23), "e1", 0, false, "", 23));
    world.pass(10s);
    BOOST_TEST(world.server_heard() == "", "none while it rests");
    world.pass(5s);
    BOOST_TEST(joins_in(world.server_heard()) == 16U);
}

BOOST_AUTO_TEST_CASE(of_a_server_that_answers_no_join_the_rest_is_asked_for_by_and_by)
{
    client_world world;
    world.begin();
    join_a_hundred_rooms(*world.here_is);
    world.accept();
    world.pass(15s);
    BOOST_TEST(joins_in(world.server_heard()) == 80U);
    world.pass(30s);
    BOOST_TEST(joins_in(world.server_heard()) == 20U);
}

BOOST_AUTO_TEST_CASE(a_server_that_takes_no_commands_about_rooms_is_cut_and_told_anew)
{
    client_world world;
    world.dialler.capacity = 4096;
    world.enter();
    world.server().reads = false;
    for (int i = 0; i < 3000; ++i) {
        world.here_is->join("tea");
        world.here_is->leave("tea");
    }
    world.here_is->join("milk");
    BOOST_TEST(world.here_is->queued() <= 4096U);
    world.settle();
    BOOST_TEST(world.heard().starts_with("connected | lost"));
    world.wait_for_attempt();
    world.accept();
    BOOST_TEST(world.server_heard().starts_with(R"(text {"type":"join","payload":{"room":"milk"})"));
}

BOOST_AUTO_TEST_CASE(a_room_wanted_before_the_first_connection_is_joined_with_it)
{
    client_world world;
    world.begin();
    world.here_is->join("tea");
    world.accept();
    BOOST_TEST(world.server_heard() == R"(text {"type":"join","payload":{"room":"tea"},"id":1})");
}

// --- messages --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_heard_is_told_in_order_whatever_it_is)
{
    client_world world;
    world.enter();
    world.say(server_text(R"({"type":"chat","payload":{"text":"hi"}})") + server_text("no envelope") +
              server_frame(opcode::binary, "bytes") +
              server_text(R"({"type":"error","payload":{"code":"c","message":"m"}})"));
    BOOST_TEST(world.heard() == R"(connected | chat {"text":"hi"} | text no envelope | binary bytes | refused c)");
}

BOOST_AUTO_TEST_CASE(a_batch_is_told_message_by_message)
{
    client_world world;
    world.enter();
    world.say(server_text(R"({"type":"a"})"
                          "\n"
                          R"({"type":"b","payload":{"text":"two\nlines"}})"
                          "\n\n"
                          R"({"type":"error","payload":{"code":"c","message":"m"}})") +
              server_text("no envelope\nnor this") + server_text("{\n\"type\": \"c\"\n}"));
    BOOST_TEST(world.heard() == "connected | a {} | b {\"text\":\"two\\nlines\"} | refused c | "
                                "text no envelope\nnor this | c {}");
}

BOOST_AUTO_TEST_CASE(without_envelopes_every_message_is_as_it_came)
{
    client_world world;
    world.options.envelopes = false;
    world.enter();
    world.say(server_text(R"({"type":"chat"})"));
    BOOST_TEST(world.heard() == R"(connected | text {"type":"chat"})");
}

BOOST_AUTO_TEST_CASE(a_question_is_answered_by_its_id_in_any_order)
{
    client_world world;
    world.enter();
    world.ask("who", {{"n", 1}});
    world.ask("who", {{"n", 2}});
    BOOST_TEST(world.server_heard() ==
               R"(text {"type":"who","payload":{"n":1},"id":1} | text {"type":"who","payload":{"n":2},"id":2})");
    world.say(server_text(R"({"type":"you","payload":{"n":2},"id":2})"));
    BOOST_TEST(world.answers() == R"(you {"n":2})");
    world.say(server_text(R"({"type":"error","payload":{"code":"rate_limited","message":"slow"},"id":1})"));
    BOOST_TEST(world.answers() == "error rate_limited");
    world.say(server_text(R"({"type":"you","payload":{"n":2},"id":2})"));
    BOOST_TEST(world.heard() == R"(connected | you {"n":2})", "an answer nobody waits for is told as what it is");
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_come_is_too_late)
{
    client_world world;
    world.enter();
    world.ask("who", {{"n", 1}});
    world.pass(9900ms);
    BOOST_TEST(world.answers() == "");
    world.pass(100ms);
    BOOST_TEST(world.answers() == "error too_late");
}

BOOST_AUTO_TEST_CASE(a_question_asked_without_a_connection_waits_for_one_but_not_for_ever)
{
    client_world world;
    world.options.backoff = {.first = 0ms, .most = 1s};
    world.enter();
    world.server().connection().cut();
    world.dialler.silent = true;
    world.settle();
    world.ask("who", {{"n", 1}});
    world.pass(10s);
    BOOST_TEST(world.answers() == "error not_sent");
    BOOST_TEST(world.here_is->queued() == 0U, "it is not to be asked any more");
}

BOOST_AUTO_TEST_CASE(whoever_waits_for_an_answer_learns_that_the_connection_was_lost)
{
    client_world world;
    world.enter();
    world.ask("who", {{"n", 1}});
    world.settle();
    world.server().connection().cut();
    BOOST_TEST(world.answers() == "error connection_lost");
    world.wait_for_attempt();
    world.accept();
    BOOST_TEST(world.server_heard() == "", "it may have arrived, so it is not asked twice");
}

BOOST_AUTO_TEST_CASE(a_ping_tells_how_long_its_answer_took_and_answers_those_before_it)
{
    client_world world;
    world.enter();
    world.server().answers_pings = false;
    for (int each = 0; each < 2; ++each) {
        world.ping();
        world.pass(100ms);
    }
    BOOST_TEST(world.server_heard() == "ping | ping");
    world.say(server_frame(opcode::pong, "") + server_frame(opcode::pong, "3") + server_frame(opcode::pong, "2 "));
    BOOST_TEST(world.answers() == "", "none of these is an answer");
    world.say(server_frame(opcode::pong, "2"));
    BOOST_TEST(world.answers() == "pong after 200 ms | pong after 100 ms");
}

BOOST_AUTO_TEST_CASE(a_ping_without_an_answer_says_why)
{
    client_world world;
    world.enter();
    world.server().answers_pings = false;
    world.ping();
    world.pass(10s);
    BOOST_TEST(world.answers() == "error too_late");
    world.ping();
    world.settle();
    world.server().connection().cut();
    BOOST_TEST(world.answers() == "error connection_lost");
    world.ping();
    BOOST_TEST(world.answers() == "error not_sent");
}

// A server that reads nothing for a while gets the last of the application's pings, and not an empty one of ours.
BOOST_AUTO_TEST_CASE(a_ping_that_waits_to_go_out_stays_one_that_is_answered)
{
    client_world world;
    world.options.connection.ping_period = 1s;
    world.enter();
    world.server().connection().stall();
    world.here_is->send_raw(opcode::text, "message");
    world.settle();
    for (int each = 0; each < 2; ++each)
        world.ping();
    world.pass(2s);
    world.server().connection().stall(false);
    BOOST_TEST(world.answers() == "pong after 2000 ms | pong after 2000 ms");
}

BOOST_AUTO_TEST_CASE(open_questions_are_bounded)
{
    client_world world;
    world.options.most_questions = 2;
    world.enter();
    for (int i = 0; i < 3; ++i)
        world.ask("who", {{"n", i}});
    BOOST_TEST(world.answers() == "error busy");
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_read_fills_the_queue_and_each_policy_has_its_answer)
{
    const auto fill = [](client& client) {
        auto answer = send_answer::queued;
        for (int i = 0; i < 100 && answer == send_answer::queued; ++i)
            answer = client.send_raw(opcode::text, std::string(1000, 'x'));
        return answer;
    };
    for (const auto policy : {overflow::drop_newest, overflow::close}) {
        client_world world;
        world.dialler.capacity = 2000;
        world.options.queue = {.messages = 8, .bytes = 100'000, .when_full = policy};
        auto& client = world.enter();
        world.server().reads = false;
        if (policy == overflow::drop_newest) {
            BOOST_TEST((fill(client) == send_answer::dropped));
            BOOST_TEST(client.queued() == 8U);
            world.pass(1s);
            BOOST_TEST(world.outcome() == "runs");
        } else {
            BOOST_TEST((fill(client) == send_answer::closed));
            BOOST_TEST(client.queued() == 0U);
            world.pass(10s);
            BOOST_TEST(world.heard().starts_with("connected | lost closed_by_us 1013 try_again_later: too slow"));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_question_that_had_to_make_room_is_told_so)
{
    client_world world;
    world.options.queue = {.messages = 1, .when_full = overflow::drop_oldest};
    world.enter();
    world.server().connection().cut();
    world.dialler.silent = true;
    world.settle();
    world.ask("who", {{"n", 1}});
    world.settle();
    world.here_is->send("chat", json{{"text", "newer"}});
    BOOST_TEST(world.answers() == "error queue_full");
    BOOST_TEST(world.here_is->queued() == 1U);
}

BOOST_AUTO_TEST_CASE(of_values_that_wait_only_the_latest_of_each_key_goes_out)
{
    client_world world;
    auto& client = world.enter();
    world.server().connection().cut();
    world.settle();
    client.send_latest("cursor", "cursor", json{{"x", 1}});
    client.send("chat", json{{"text", "meanwhile"}});
    client.send_latest("cursor", "cursor", json{{"x", 2}});
    world.wait_until_sent();
    world.wait_for_attempt();
    world.accept();
    BOOST_TEST(world.server_heard() == R"(text {"type":"cursor","payload":{"x":2}} | )"
                                       R"(text {"type":"chat","payload":{"text":"meanwhile"}})");
    BOOST_TEST(world.answers() == "all sent");
}

BOOST_AUTO_TEST_CASE(a_question_that_is_thrown_away_is_told_so)
{
    client_world world;
    world.dialler.capacity = 2000;
    world.options.queue = {.messages = 8, .when_full = overflow::close};
    auto& client = world.enter();
    world.server().reads = false;
    client.send_raw(opcode::text, std::string(100'000, 'x'));
    world.settle();
    world.ask("who", {{"n", 1}});
    world.settle();
    for (auto answer = send_answer::queued; answer == send_answer::queued;)
        answer = client.send_raw(opcode::text, "more");
    BOOST_TEST(world.answers() == "error queue_full", "it never was on its way");
}

BOOST_AUTO_TEST_CASE(room_to_send_comes_when_the_queue_is_half_empty_or_it_is_over)
{
    client_world world;
    world.dialler.capacity = 2000;
    world.options.queue = {.messages = 8};
    world.options.reconnect = false;
    auto& client = world.enter();
    world.server().reads = false;
    const auto fill = [&] {
        for (auto answer = send_answer::queued; answer == send_answer::queued;)
            answer = client.send_raw(opcode::text, std::string(70'000, 'x'));
    };
    fill();
    world.wait_for_room();
    BOOST_TEST(world.answers() == "");
    world.server().reads = true;
    BOOST_TEST(world.answers() == "room");
    world.server().reads = false;
    fill();
    world.wait_for_room();
    BOOST_TEST(world.answers() == "");
    client.stop();
    BOOST_TEST(world.answers() == "no room");
}

BOOST_AUTO_TEST_CASE(all_is_sent_when_the_kernel_has_it)
{
    client_world world;
    world.dialler.capacity = 2000;
    world.enter().send_raw(opcode::text, std::string(10'000, 'x'));
    world.server().reads = false;
    world.wait_until_sent();
    BOOST_TEST(world.answers() == "");
    world.server().reads = true;
    BOOST_TEST(world.answers() == "all sent");
}

BOOST_AUTO_TEST_CASE(what_waited_for_the_next_connection_counts_as_sent_when_that_has_it)
{
    client_world world;
    world.enter().join("tea");
    world.say(server_close(close_code::going_away)); // and does not hang up yet
    BOOST_TEST((world.here_is->send_raw(opcode::text, "still here?") == send_answer::queued));
    world.wait_until_sent();
    world.server().connection().close();
    world.wait_for_attempt();
    BOOST_TEST(world.answers() == "");
    world.server().say(world.server().welcome());
    world.server().connection().cut(); // before the room was asked for
    world.wait_for_attempt();
    world.accept();
    BOOST_TEST(world.server_heard().ends_with(" | text still here?"));
    BOOST_TEST(world.answers() == "all sent");
}

BOOST_AUTO_TEST_CASE(what_a_connection_took_along_has_not_been_sent_whatever_comes_after)
{
    client_world world;
    world.dialler.capacity = 2000;
    world.enter().send_raw(opcode::text, std::string(10'000, 'x'));
    world.server().reads = false;
    world.settle();
    world.server().connection().cut();
    world.wait_for_attempt();
    world.accept();
    world.here_is->send_raw(opcode::text, "more");
    world.wait_until_sent();
    BOOST_TEST(world.answers() == "not all sent");
}

BOOST_AUTO_TEST_CASE(a_pong_or_a_room_that_was_on_its_way_is_nothing_that_was_not_sent)
{
    client_world world;
    world.enter().send_raw(opcode::text, "message");
    world.settle();
    world.server().connection().stall();
    world.here_is->join("tea");
    world.say(server_frame(opcode::ping, "there?"));
    world.server().connection().cut();
    world.wait_until_sent();
    BOOST_TEST(world.answers() == "all sent");
}

BOOST_AUTO_TEST_CASE(what_had_to_make_room_or_was_thrown_away_has_not_been_sent)
{
    for (const auto policy : {overflow::drop_newest, overflow::drop_oldest, overflow::close}) {
        client_world world;
        world.options.queue = {.messages = 2, .when_full = policy};
        auto& client = world.enter();
        world.server().connection().stall();
        client.send_raw(opcode::text, "on its way");
        world.settle();
        for (const auto* const message : {"first", "second", "third"})
            client.send_raw(opcode::text, message);
        world.server().connection().stall(false);
        world.wait_until_sent();
        BOOST_TEST(world.answers() == (policy == overflow::drop_newest ? "all sent" : "not all sent"),
                   "whose message was dropped at once knows it");
    }
}

BOOST_AUTO_TEST_CASE(what_still_waits_when_the_end_comes_has_not_been_sent)
{
    client_world world;
    world.options.backoff = {.first = 1000s, .most = 1000s};
    world.enter();
    world.server().connection().cut();
    world.settle();
    world.here_is->send_raw(opcode::text, "message");
    world.wait_until_sent();
    BOOST_TEST(world.answers() == "");
    world.here_is->stop();
    BOOST_TEST(world.answers() == "not all sent");
}

BOOST_AUTO_TEST_CASE(an_application_that_takes_nothing_holds_the_server_back)
{
    client_world world;
    world.options.inbox = {.events = 4};
    world.dialler.capacity = 4096;
    world.enter();
    world.take_events(false);
    std::string many;
    for (int i = 0; i < 2000; ++i)
        many += server_text("message");
    world.say(many);
    BOOST_TEST(world.heard() == "connected | text message", "one event was on its way to the application");
    BOOST_TEST(!world.server().connection().waiting().size());
    world.pass(120s);
    BOOST_TEST(world.outcome() == "runs", "silence does not count while nobody listens");
    world.take_events(true);
    world.settle();
    const auto heard = world.heard();
    BOOST_TEST(std::count(heard.begin(), heard.end(), '|') == 1998);
}

// However many envelopes a batch holds, no more of them are unpacked than there is room for.
BOOST_AUTO_TEST_CASE(a_batch_fills_the_inbox_no_further_than_other_messages)
{
    client_world world;
    world.options.inbox = {.events = 4};
    world.enter();
    world.take_events(false);
    std::string many = R"({"type":"a"})";
    for (int i = 1; i < 500; ++i)
        many += "\n"
                R"({"type":"a"})";
    world.say(server_text(many) + server_text(R"({"type":"last"})"));
    BOOST_TEST(world.heard() == "connected | a {}", "one event was on its way to the application");
    world.take_events(true);
    world.settle();
    const auto heard = world.heard();
    BOOST_TEST(std::count(heard.begin(), heard.end(), '|') == 499);
    BOOST_TEST(heard.ends_with("last {}"));
}

// --- the end ---------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_goodbye_goes_out_behind_what_is_queued_and_answers_are_still_heard)
{
    client_world world;
    auto& client = world.enter();
    client.send_raw(opcode::text, "last words");
    client.close(close_code::normal, "bye");
    BOOST_TEST((client.send_raw(opcode::text, "too late") == send_answer::closed));
    BOOST_TEST(world.server_heard() == "text last words | close 1000 bye");
    world.say(server_text("answer") + server_close(close_code::normal, "bye"));
    world.server().connection().close();
    world.settle();
    BOOST_TEST(world.heard() == "connected | text answer");
    BOOST_TEST(world.outcome() == "closed_by_us 1000 normal: bye (clean)");
}

BOOST_AUTO_TEST_CASE(a_goodbye_that_is_not_answered_ends_in_time_and_is_not_clean)
{
    client_world world;
    world.enter().close();
    world.pass(5s);
    BOOST_TEST(world.outcome() == "closed_by_us 1000 normal");
}

BOOST_AUTO_TEST_CASE(it_can_be_stopped_in_every_state)
{
    const auto stop = [](client_world& world) {
        world.here_is->stop();
        world.settle();
        BOOST_TEST(!world.here_is);
        return world.outcome();
    };
    client_world dialling;
    dialling.dialler.silent = true;
    dialling.begin();
    BOOST_TEST(stop(dialling).starts_with("given_up"));

    client_world shaking_hands;
    shaking_hands.begin();
    BOOST_TEST(stop(shaking_hands).starts_with("given_up"));

    client_world online;
    online.enter();
    BOOST_TEST(stop(online) == "cut_by_us: cut");

    client_world blocked;
    blocked.dialler.capacity = 100;
    blocked.enter().send_raw(opcode::text, std::string(1000, 'x'));
    blocked.server().reads = false;
    blocked.settle();
    blocked.ask("who", {{"n", 1}});
    blocked.settle();
    BOOST_TEST(stop(blocked) == "cut_by_us: cut");
    BOOST_TEST(blocked.answers().starts_with("error "));

    client_world closing;
    closing.enter().close();
    closing.settle();
    BOOST_TEST(stop(closing) == "closed_by_us 1000 normal");

    client_world pausing;
    pausing.options.backoff = {.first = 1000s, .most = 1000s};
    pausing.enter();
    pausing.server().connection().cut();
    pausing.settle();
    BOOST_TEST(stop(pausing) == "given_up: asked to close while there was no connection");

    client_world unheard;
    unheard.options.inbox = {.events = 1};
    unheard.enter();
    unheard.take_events(false);
    unheard.say(server_text("a") + server_text("b") + server_text("c"));
    unheard.takes_events = true;
    unheard.here_is->stop();
    unheard.take_events(true);
    BOOST_TEST(!unheard.here_is);
}

BOOST_AUTO_TEST_CASE(a_cut_at_any_byte_of_a_conversation_leaves_nothing_running)
{
    for (std::uint64_t bytes = 0; bytes < 400; bytes += 3) {
        client_world world;
        world.options.reconnect = false;
        world.begin();
        world.dialler.servers.back()->connection().cut_after(bytes); // of what the client says
        world.accept();
        if (world.here_is) world.here_is->join("tea");
        if (world.here_is) world.ask("who", {{"n", 1}});
        world.settle();
        if (world.here_is) world.here_is->close();
        world.pass(20s);
        BOOST_TEST(!world.here_is, bytes);
    }
}

BOOST_AUTO_TEST_CASE(what_escapes_the_application_comes_out_of_run)
{
    struct stories
    {
        static task<> fail()
        {
            co_await yield();
            throw std::runtime_error("oops");
        }
        static task<> live(client_world& world, std::string& escaped)
        {
            client one(world.here.shard, world.options, world.dialler);
            try {
                co_await one.run(fail());
            } catch (const std::runtime_error& error) {
                escaped = error.what();
            }
        }
    };
    client_world world;
    std::string escaped;
    scope running{world.here.shard.get_executor()};
    running.spawn(stories::live(world, escaped));
    world.settle();
    BOOST_TEST(escaped == "oops");
    BOOST_TEST(running.size() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
