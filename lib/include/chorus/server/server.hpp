// server.hpp — The process: listens, spreads connections over its shards, and stops without losing anybody's goodbye.
#pragma once

#include <chorus/server/config.hpp>
#include <chorus/server/site.hpp>
#include <chorus/session/identity.hpp>
#include <chorus/session/router.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace chorus {

// Before `run()`: tell it what to do with messages, from one thread. While it runs: only `stop`, `change` and
// `publish`, from any thread. Handlers run on the thread of their session's shard, several at a time if there are
// several shards.
class server
{
public:
    // Throws std::invalid_argument with what is wrong when the config does not hold together, and std::runtime_error
    // when a file that it names is not as it should be.
    explicit server(config settings = {});
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    // What to do with {"type": type, "payload": Payload}; see router.hpp for the forms of a handler.
    template <class Payload, class Handler> server& on(std::string type, Handler handler)
    {
        routes().on<Payload>(std::move(type), std::move(handler));
        return *this;
    }

    // What to do with each message as it came, instead of the routes.
    server& on_message(message_handler handler);

    // Decides who may enter, instead of the config's tokens; see identity.hpp. With routes, a client whose token
    // expires may send a fresh one: `token {"token"}`.
    server& authenticate(authenticator who);

    // Called when a session begins, before its first message.
    server& on_open(std::function<void(session&)> handler);

    // Messages of this type have the limiter for joins, not the one for all.
    server& counts_as_join(std::string type);

    // Files it serves over HTTP. Their text must outlive the server.
    server& serve(std::span<const asset> files);

    // The same for whoever operates the server: at `admin_listen`, where there is one.
    server& serve_operators(std::span<const asset> files);

    // Called at SIGHUP, on the thread of run(): what is read from files is to be read again. What it throws is logged.
    // A server that has nothing to read again leaves the signal alone, so a closed terminal ends it.
    server& on_reload(std::function<void()> handler);

    // Called once the server is ready, with the URL it is reached at; by default it is printed on stdout:
    // "listening on ws://127.0.0.1:8080/ws", or wss:// under TLS.
    server& on_listening(std::function<void(const std::string& url)> handler);

    // Runs until SIGINT, SIGTERM or `stop()`, then drains: no new sessions, a Close for everybody, and a wait for their
    // answers, `drain_timeout` at most. A second signal ends the wait. Returns when nothing of it runs any more: 0 when
    // all have left, 1 when somebody had to be cut. Throws std::runtime_error when it cannot listen. An exception that
    // escapes what was posted to a shard is logged, and ends the process with SIGABRT.
    int run();

    // Asks it to drain; does not wait. A second time: ends the wait.
    void stop();

    // While it runs: takes from this config what can change then (live_update.hpp), for newcomers and for those who are
    // there; the rest is not looked at. Throws std::invalid_argument, and changes nothing, when the result does not
    // hold together.
    void change(const config& wished);

    // Sends {"type", "payload"} to a room, or to `everyone`. False: too much waits already, or it does not run.
    bool publish(std::string room, std::string_view type, const json& payload);

private:
    router& routes();

    class process;
    std::unique_ptr<process> process_;
};

} // namespace chorus
