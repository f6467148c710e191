// opening_world.hpp — one attempt to open a WebSocket, the far end of each stream played by a test.
#pragma once

#include "coroutine_test.hpp"
#include "test_dialler.hpp"

#include <chorus/client/opener.hpp>
#include <chorus/core/scope.hpp>

#include <optional>
#include <string>

namespace chorus::test {

using namespace std::chrono_literals;

class opening_world
{
public:
    explicit opening_world(std::string_view to = "ws://chat.example/ws?x=1") { how.to = *read_url(to); }
    ~opening_world()
    {
        open.give_up();
        settle();
        BOOST_TEST(running_.size() == 0U, "the attempt still runs after it was given up");
    }

    void begin()
    {
        running_.spawn(attempt(*this));
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
        here.clock.advance(time);
        settle();
    }
    far_end& server() { return dialler.server(); }
    void say(std::string_view bytes) { server().say(bytes), settle(); }

    // "open chat.v1", with what came early; "403 origin_not_allowed: words"; "runs".
    std::string outcome() const
    {
        if (!came_to) return "runs";
        if (const auto* const no = std::get_if<refusal>(&*came_to))
            return std::to_string(no->status) + " " + no->reason + ": " + no->detail;
        const auto& yes = std::get<opened>(*came_to);
        return "open" + (yes.agreed.subprotocol.empty() ? "" : " " + yes.agreed.subprotocol) +
               (yes.agreed.deflate ? " deflate" : "") + (yes.early.empty() ? "" : " early " + yes.early);
    }

    test_shard here;
    test_dialler dialler;
    approach how;
    opener open{here.shard, dialler};
    std::optional<std::variant<opened, refusal>> came_to;

private:
    static task<> attempt(opening_world& all) { all.came_to = co_await all.open.open(all.how); }

    scope running_{here.shard.get_executor()};
};

} // namespace chorus::test
