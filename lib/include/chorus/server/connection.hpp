// connection.hpp — One accepted socket: answers its HTTP requests until one of them becomes a session, then runs that.
#pragma once

#include <chorus/core/clock.hpp>
#include <chorus/server/config.hpp>
#include <chorus/server/site.hpp>
#include <chorus/session/names.hpp>
#include <chorus/session/session.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace chorus {

// What all connections of a server share; read by every shard.
struct service
{
    config settings;
    session_limits sessions;
    hub_limits rooms;
    chorus::gate gate;
    chorus::names names;
    chorus::site site;
    message_handler on_message;
    std::function<void(session&)> on_open;

    explicit service(const config& settings);
};

// Where a connection's session is told to end, and counted: its worker.
class session_keeper
{
public:
    virtual void began(session& which) = 0;
    virtual void ended(session& which, const session_end& end) = 0;

protected:
    ~session_keeper() = default;
};

// Threads: its shard only. Every wait has its deadline: the handshake's from the accept on, then that between requests.
class connection
{
public:
    connection(shard& where, hub& rooms, service& shared, session_keeper& keeper, transport_ptr to, admission place);

    task<> run();
    void cut();

private:
    struct entrance // what is left of HTTP when a session begins
    {
        upgrade agreed;
        std::string name, early;
    };

    task<std::optional<entrance>> serve_http();
    task<std::optional<request>> read_request(request_reader& reader, std::string& early);
    task<bool> write(std::string bytes);
    task<std::optional<entrance>> finish();
    task<> converse(entrance in);
    void too_late();
    void log_end(const session& which, const session_end& end, time_point began) const;

    shard& shard_;
    hub& hub_;
    service& service_;
    session_keeper& keeper_;
    transport_ptr transport_;
    admission place_;
    alarm deadline_;
    bool head_begun_ = false;
    session* session_ = nullptr; // while it runs
};

} // namespace chorus
