// service.hpp — What all connections of a server share: its limits, its pages, and who decides who may enter.
#pragma once

#include <chorus/net/tls.hpp>
#include <chorus/server/config.hpp>
#include <chorus/server/site.hpp>
#include <chorus/session/identity.hpp>
#include <chorus/session/names.hpp>
#include <chorus/session/session.hpp>

#include <functional>
#include <optional>
#include <variant>
#include <vector>

namespace chorus {

// One of the places where a server can be reached: who is counted there, and what is served.
struct entrance
{
    chorus::gate& gate;
    chorus::site& site;
    bool is_public; // speaks TLS and the PROXY protocol as the config says; the other speaks plain HTTP
};

// Made before the server runs, then read by every shard; gates, names and feeds look after themselves.
struct service
{
    config settings;
    session_limits sessions;
    hub_limits rooms;
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

    // Who this is. Answers 500 for a decision that failed.
    task<verdict> identify(credentials shown);

    // What it is called. A user is who the token says. A guest may wish for a name (?name=), but only where nobody has
    // a token, so that nobody passes for a user.
    std::variant<claimed_name, refusal> name_for(const identity& who, const request& asked);
};

} // namespace chorus
