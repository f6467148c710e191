// conversation.hpp — one session in a hub of its own, a test_peer at the other end, and time that a test moves by hand.
#pragma once

#include "coroutine_test.hpp"
#include "test_peer.hpp"

#include <chorus/core/scope.hpp>
#include <chorus/session/session.hpp>
#include <chorus/test/fake_client.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace chorus::test {

using namespace std::chrono_literals;

// Set the limits and handlers, then `begin`. The session lives exactly as long as it runs, so that a sanitizer sees
// whoever still refers to it; when the conversation is left, nothing may be left running.
class conversation
{
public:
    explicit conversation(std::size_t capacity = 64 * 1024) : conversation(make_memory_pair(capacity)) {}
    ~conversation();

    // Messages go to `on_message`; bytes in `early` came behind the head of the upgrade.
    void begin(message_handler on_message, std::string early = {});

    // Lets everything happen that needs no time.
    void settle();
    // Lets time pass, and everything happen on the way.
    void pass(duration time);

    // The peer says it, and everything happens that comes of it.
    void say(std::string_view bytes) { peer.say(bytes), settle(); }
    std::string heard() { return settle(), peer.heard(); }

    // Why the session ended: "closed_by_peer 1000 bye", with "(cut)" when we cut it; "runs" while it does.
    std::string outcome() const { return end_ ? in_words(*end_) : "runs"; }

    test_shard here;
    hub_limits rooms;
    session_limits limits;
    session_handlers handlers;
    std::string greeting;                      // what the session has to send first
    std::optional<deflate_parameters> deflate; // what was agreed on
    std::optional<std::int64_t> expires;       // its token
    bool speaks_binary = false;
    chorus::hub hub{here.shard, 1, rooms};
    test_peer peer;
    session* talk = nullptr; // while it runs

private:
    explicit conversation(memory_transport::pair ends)
        : peer(std::move(ends.second)), server_end_(std::move(ends.first))
    {
    }

    static task<> converse(conversation& all, std::string early);

    transport_ptr server_end_;
    std::optional<session_end> end_;
    scope running_{here.shard.get_executor()};
};

inline conversation::~conversation()
{
    peer.connection().cut();
    settle();
    BOOST_TEST(!talk, "the session still runs after its client has gone");
    BOOST_TEST(hub.members() == 0U);
    hub.close();
    settle();
    BOOST_TEST(running_.size() == 0U);
}

inline void conversation::begin(message_handler on_message, std::string early)
{
    handlers.on_message = std::move(on_message);
    hub.connect({&hub});
    running_.spawn(hub.run());
    running_.spawn(converse(*this, std::move(early)));
    settle();
}

inline task<> conversation::converse(conversation& all, std::string early)
{
    session talk(all.here.shard, all.hub, std::move(all.server_end_),
                 {.id = 7,
                  .user = "ann",
                  .greeting = std::move(all.greeting),
                  .early = std::move(early),
                  .deflate = all.deflate,
                  .speaks_binary = all.speaks_binary,
                  .expires = all.expires},
                 all.limits, all.handlers);
    all.talk = &talk;
    all.end_ = co_await talk.run();
    all.talk = nullptr;
}

inline void conversation::settle()
{
    for (bool moved = true; moved;) {
        moved = here.shard.poll() > 0;
        moved |= peer.listen();
        moved |= peer.push();
    }
}

inline void conversation::pass(duration time)
{
    pass_time(here.clock, time, [this] { settle(); });
}

} // namespace chorus::test
