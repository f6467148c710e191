// client_world.hpp — one client on a shard of its own, servers that a test plays, and time that it moves by hand.
#pragma once

#include "coroutine_test.hpp"
#include "test_dialler.hpp"

#include <chorus/client/client.hpp>
#include <chorus/core/scope.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace chorus::test {

using namespace std::chrono_literals;

inline std::string line_of(const client_event& event)
{
    struct teller
    {
        std::string operator()(const event::connected& what) const
        {
            return what.again ? "connected again" : "connected";
        }
        std::string operator()(const event::disconnected& what) const { return "lost " + to_string(what.why); }
        std::string operator()(const event::not_joined& what) const
        {
            return "not joined " + what.room + " " + what.code;
        }
        std::string operator()(const event::refused& what) const { return "refused " + what.code; }
        std::string operator()(const event::gap& what) const
        {
            return "gap " + what.room + " " + std::to_string(what.from) + " " + std::to_string(what.to);
        }
        std::string operator()(const event::raw& what) const
        {
            return (what.op == opcode::text ? "text " : "binary ") + what.payload;
        }
        std::string operator()(const event::heard& what) const
        {
            return what.type + " " + boost::json::serialize(what.payload);
        }
        std::string operator()(const event::joined& what) const
        {
            std::string line = "joined " + what.room + " at " + std::to_string(what.offset);
            if (what.again) line += what.recovered ? " recovered" : " not recovered";
            for (const auto& message : what.messages)
                line += " " + boost::json::serialize(message.at("offset"));
            return line;
        }
    };
    return std::visit(teller{}, event);
}

// Set the options, then `begin`. Its application notes what it hears until there is nothing more, and takes nothing
// while `takes_events` is off. When the world is left, nothing may be left running.
class client_world
{
public:
    client_world()
    {
        options.url = "ws://chat.example/ws";
        options.backoff = {.first = 1s, .most = 8s};
    }
    ~client_world()
    {
        if (here_is) here_is->stop();
        takes_events = true;
        wake_.ring();
        settle();
        BOOST_TEST(!here_is, "the client still runs after it was stopped");
        BOOST_TEST(running_.size() == 0U);
    }

    // It may have ended when this returns.
    void begin()
    {
        running_.spawn(live(*this));
        settle();
    }
    // And the server lets it in.
    client& enter()
    {
        begin();
        accept();
        return *here_is;
    }
    void accept(const upgrade& with = {})
    {
        server().say(server().welcome(with));
        settle();
    }

    void settle()
    {
        for (bool moved = true; moved;) {
            moved = here.shard.poll() > 0;
            moved |= dialler.move();
        }
    }
    void pass(duration time)
    {
        settle();
        for (constexpr duration step = 100ms; time > duration::zero(); time -= step) {
            here.clock.advance(std::min(time, step));
            settle();
        }
    }
    // Until the next attempt, however long the pause may be.
    void wait_for_attempt()
    {
        const auto before = dialler.dialled.size();
        for (int i = 0; i < 4000 && dialler.dialled.size() == before && here_is; ++i)
            pass(100ms);
    }

    far_end& server() { return dialler.server(); }
    void say(std::string_view bytes) { server().say(bytes), settle(); }
    std::string server_heard() { return settle(), server().heard(); }
    std::string heard() { return settle(), std::exchange(heard_, {}); }
    // What is asked, and answered or not: "pong {…}" or "error too_late".
    void ask(std::string type, json payload) { questions_.spawn(question(*this, std::move(type), std::move(payload))); }
    // "pong after 5 ms" or "error too_late".
    void ping() { questions_.spawn(pinging(*this)); }
    // And what the client says of its queue: "all sent", "not all sent", "room", "no room".
    void wait_until_sent() { questions_.spawn(sending(*this)); }
    void wait_for_room() { questions_.spawn(making_room(*this)); }
    std::string answers() { return settle(), std::exchange(answers_, {}); }

    // How it ended; "runs" while it does.
    std::string outcome() const { return end ? to_string(*end) + (end->clean ? " (clean)" : "") : "runs"; }

    void take_events(bool on)
    {
        takes_events = on;
        wake_.ring();
        settle();
    }

    test_shard here;
    test_dialler dialler;
    client_options options;
    client* here_is = nullptr; // while it runs
    std::optional<disconnection> end;
    bool takes_events = true;

private:
    static void note(std::string& into, const std::string& what) { into += (into.empty() ? "" : " | ") + what; }

    static task<> live(client_world& all)
    {
        client one(all.here.shard, all.options, all.dialler);
        all.here_is = &one;
        all.end = co_await one.run(listen(all));
        all.here_is = nullptr;
    }

    static task<> listen(client_world& all)
    {
        for (;;) {
            while (!all.takes_events)
                co_await all.wake_.wait();
            const auto event = co_await all.here_is->next();
            if (!event) break;
            note(all.heard_, line_of(*event));
        }
        co_await all.questions_.join(); // a question does not outlive its client
    }

    static task<> question(client_world& all, std::string type, json payload)
    {
        const auto said = co_await all.here_is->ask(type, payload);
        note(all.answers_,
             said ? said->type + " " + boost::json::serialize(said->payload) : "error " + said.error().code);
    }

    static task<> pinging(client_world& all)
    {
        const auto took = co_await all.here_is->ping();
        const auto in_ms = [](duration what) { return std::chrono::duration_cast<std::chrono::milliseconds>(what); };
        note(all.answers_,
             took ? "pong after " + std::to_string(in_ms(*took).count()) + " ms" : "error " + took.error().code);
    }

    static task<> sending(client_world& all)
    {
        const auto all_left = co_await all.here_is->all_sent();
        note(all.answers_, all_left ? "all sent" : "not all sent");
    }

    static task<> making_room(client_world& all)
    {
        const auto goes_on = co_await all.here_is->room_to_send();
        note(all.answers_, goes_on ? "room" : "no room");
    }

    std::string heard_, answers_;
    bell wake_;
    scope running_{here.shard.get_executor()}, questions_{here.shard.get_executor()};
};

inline std::string joined_notice(std::string_view room, std::string_view epoch, int offset, bool recovered,
                                 std::string_view messages, int id)
{
    return server_text(R"({"type":"joined","payload":{"room":")" + std::string(room) + R"(","epoch":")" +
                       std::string(epoch) + R"(","offset":)" + std::to_string(offset) + R"(,"recovered":)" +
                       (recovered ? "true" : "false") + R"(,"members":["ada"],"member_count":1,"messages":[)" +
                       std::string(messages) + R"(]},"id":)" + std::to_string(id) + "}");
}

} // namespace chorus::test
