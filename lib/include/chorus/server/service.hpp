// service.hpp — What all connections of a server share: its limits, its pages, and who decides who may enter.
#pragma once

#include <chorus/net/tls.hpp>
#include <chorus/server/config.hpp>
#include <chorus/server/site.hpp>
#include <chorus/session/identity.hpp>
#include <chorus/session/names.hpp>
#include <chorus/session/session.hpp>

#include <atomic>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

namespace chorus {

class router;

// One of the places where a server can be reached: who is counted there, and what is served.
struct entrance
{
    chorus::gate& gate;
    chorus::site& site;
    bool is_public; // speaks TLS and the PROXY protocol as the config says; the other speaks plain HTTP
};

// What a shard allows its sessions and its hub: each has its own, which it alone reads and changes.
struct shard_limits
{
    session_limits sessions;
    hub_limits rooms;
};
shard_limits shard_limits_of(const config& from);

// Made before the server runs, then read by every shard; gates, names and feeds look after themselves.
struct service
{
    config
        settings; // those of the beginning; what may change since is in the two that follow, in the gate, and in shards
    std::atomic<std::size_t> max_per_user;
    std::atomic<std::chrono::milliseconds> drain_timeout;
    chorus::gate gate, admin_gate; // who operates the server gets in however many clients there are
    chorus::names names;
    chorus::site site, admin_site;
    entrance front{gate, site, true}, back{admin_gate, admin_site, false}; // where `listen` and `admin_listen` say
    session_handlers handlers;
    authenticator authenticate;      // empty: everybody is a guest
    std::optional<tls_identity> tls; // who we are under TLS; nothing: there is none

    // Read anew what came from files. They throw std::runtime_error when that fails, and change nothing then.
    std::vector<std::function<void()>> reloads;

    // Throws std::runtime_error when a file that the config names is not as it should be.
    explicit service(const config& settings);

    // Where metrics and whatever else is for operators is served: at the back, where there is one.
    chorus::site& operators_site() { return settings.admin_listen.empty() ? site : admin_site; }

    // Before it runs, where no handler takes the messages as they come: they go through these routes, which must
    // outlive its sessions, in the protocols that routes understand.
    void send_through(router& routes);

    // From any thread, one at a time: takes from this config what can change while a server runs, as far as everybody
    // shares it, and tells what is in force now. Throws std::invalid_argument when that does not hold together.
    const config& change(const config& wished);

    // Who this is. Answers 500 for a decision that failed, which is logged under the names by which it is followed; one
    // that was cancelled has not.
    task<verdict> identify(credentials shown, trace called);

    // What it is called. A user is who the token says. A guest may wish for a name (?name=), but only where nobody has
    // a token, so that nobody passes for a user.
    std::variant<claimed_name, refusal> name_for(const identity& who, const request& asked);

private:
    config in_force_; // for who changes it
};

} // namespace chorus
