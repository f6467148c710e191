// service.hpp — a service under test: its handlers and a hub in one thread, clients in memory, time set by hand.
#pragma once

#include <chorus/core/scope.hpp>
#include <chorus/session/names.hpp>
#include <chorus/session/router.hpp>
#include <chorus/test/fake_client.hpp>
#include <chorus/test/test_shard.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chorus::test {

// What the handshake would have found out about somebody.
struct entrance
{
    bool is_guest = true;                     // has shown no token
    bool speaks_binary = false;               // chorus.binary.v1 was agreed on
    std::optional<std::int64_t> expires = {}; // the token, in seconds since 1970; the first second is 1,700,000,000
    std::string address = "192.0.2.1";

    // How many bytes can be under way to it before they wait in its outbox.
    std::size_t capacity = 64 * 1024;
};

// What a server does with sessions, without sockets, threads or HTTP: who is to enter, enters. It is taught as a server
// is, so what teaches one can teach the other. One thread; coroutines run within the calls of a test.
//
// Defaults are those of a server, rate limits too. When it ends, its clients are cut, what waits for time is given an
// hour, and whatever of it still runs then is complained of: sessions with their handlers, or else the hub.
class service
{
public:
    service();
    ~service();
    service(const service&) = delete;
    service& operator=(const service&) = delete;

    // Before the first client enters.
    session_limits limits;
    hub_limits rooms;
    router routes;
    session_handlers handlers; // messages go to the routes unless there is an `on_message`

    template <class Payload, class Handler> service& on(std::string type, Handler handler)
    {
        routes.on<Payload>(std::move(type), std::move(handler));
        return *this;
    }
    service& on_message(message_handler handler);
    service& on_open(std::function<void(session&)> handler);
    service& counts_as_join(std::string type);

    // A client that is in. Two of the same name are two connections of one user.
    fake_client& enter(std::string user, const entrance& how = {});

    // What the process itself says: to a room, or to `everyone`. False: too much waits already.
    bool publish(std::string room, std::string_view type, const json& payload);

    // Lets everything happen that needs no time. Clients do so by themselves.
    void settle();
    // Lets time pass, from one alarm to the next, and everything happen on the way.
    void pass(duration time);

    // For coroutines of the test's own, and what else takes a clock.
    chorus::shard& shard() { return here_.shard; }
    manual_clock& clock() { return here_.clock; }

private:
    void open();
    static task<> serve(service& all, fake_client& who, transport_ptr to, entrance how, std::string user);

    // In this order, since what is still suspended when the shard ends refers to all that stands before it.
    names names_;
    std::vector<std::unique_ptr<fake_client>> clients_;
    std::optional<chorus::hub> hub_; // from the first client on
    test_shard here_;
    scope running_{here_.shard.get_executor()};
};

} // namespace chorus::test
