// from_go_hub.cpp — The select loop, the two pumps and the health of a Go chat, as coroutines.
#include "from_go_hub.hpp"

#include <chorus/core/select.hpp>
#include <chorus/wire/parser.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <array>
#include <span>

// [run]
chorus::task<> hub::run()
{
    using chorus::when;
    for (;;) {
        const auto taken = co_await chorus::select(
            when(registrations, [this](client* who) { clients.insert(who); }),
            when(unregistrations, [this](departure gone) { clients.erase(gone.who), gone.forgotten->ring(); }),
            when(broadcasts, [this](const chorus::shared_frame& message) { broadcast(message); }));
        if (taken != chorus::selected::one) break; // all channels are closed and empty
    }
    for (client* const each : clients)
        each->outgoing.close(); // its write loop sends what is left, and ends the connection
    clients.clear();
    done.close();
}

void hub::broadcast(const chorus::shared_frame& message)
{
    std::erase_if(clients, [&](client* each) {
        if (each->outgoing.try_send(message) == chorus::sent::queued) return false;
        each->outgoing.close(); // it does not read
        return true;
    });
}
// [/run]

void hub::close()
{
    registrations.close();
    unregistrations.close();
    broadcasts.close();
}

// [health]
// Asks a client whether it is there, through its queue like everybody else, and ends a connection that is not.
struct health
{
    health(client& of, chorus::transport& to, chorus::clock& with)
        : time(with), silence(time, [&to] { to.cut(); }), next_ping(time, [this, &of] {
              of.outgoing.try_send(chorus::make_frame(chorus::opcode::ping, ""));
              next_ping.set(time.now() + ping_period);
          })
    {
        heard();
        next_ping.set(time.now() + ping_period);
    }

    void heard() { silence.set(time.now() + pong_wait); } // any byte is a sign of life

    chorus::clock& time;
    chorus::alarm silence, next_ping;
};
// [/health]

// [read loop]
chorus::task<reason> read_loop(hub& rooms, chorus::transport& from, client& self, health& alive)
{
    chorus::parser frames{chorus::role::server, {.max_message = 512 * 1024}};
    std::array<char, 4096> buffer;
    reason why;
    while (why.empty()) {
        auto [error] = co_await from.readable();
        auto bytes = std::span(buffer).first(from.read_some(buffer, error));
        if (!bytes.empty()) alive.heard();
        if (error && error != boost::asio::error::would_block) why = "the connection has ended";
        while (!bytes.empty() && why.empty()) {
            const auto event = frames.next(bytes);
            if (event.what == chorus::parser::kind::message) {
                const auto message = chorus::make_frame(event.op, event.payload);
                const bool taken = co_await rooms.broadcasts.send(message);
                if (!taken) why = "the hub has ended";
            } else if (event.what == chorus::parser::kind::close) {
                why = "the client has said goodbye";
            } else if (event.what == chorus::parser::kind::error) {
                why = event.why;
            }
        }
    }
    self.outgoing.close(); // the write loop sends what is left, and ends
    co_return why;
}
// [/read loop]

// [write loop]
chorus::task<> write_loop(chorus::transport& to, client& self, chorus::clock& time)
{
    chorus::alarm patience(time, [&to] { to.cut(); });
    for (;;) {
        const auto next = co_await self.outgoing.receive();
        if (!next) break;
        patience.set(time.now() + write_wait);
        for (auto rest = (*next)->bytes(); !rest.empty();) {
            chorus::error_code error;
            const auto buffer = boost::asio::buffer(rest.data(), rest.size());
            rest.remove_prefix(to.write_some({&buffer, 1}, error));
            if (error && error != boost::asio::error::would_block) co_return to.close();
            if (!rest.empty()) co_await to.writable();
        }
        patience.clear();
    }
    to.close(); // the read loop finds its end
}
// [/write loop]

// [converse]
chorus::task<reason> converse(hub& rooms, chorus::transport_ptr to, chorus::clock& time)
{
    using namespace boost::asio::experimental::awaitable_operators;
    client self;
    health alive(self, *to, time);
    const bool welcome = co_await rooms.registrations.send(&self);
    if (!welcome) co_return "the hub has ended";
    const auto why = co_await (read_loop(rooms, *to, self, alive) && write_loop(*to, self, time));
    chorus::bell forgotten;
    const departure gone{&self, &forgotten};
    const bool heard = co_await rooms.unregistrations.send(gone);
    if (heard)
        co_await forgotten.wait();
    else
        co_await rooms.done.receive(); // until then it knows us
    co_return why;
}
// [/converse]
