// chorus.hpp — What a service includes: the parts of the library it speaks to, from the process inwards.
#pragma once

// clang-format off: the order is the point
#include <chorus/server/server.hpp>   // listens, spreads, drains
#include <chorus/session/identity.hpp> // who somebody is
#include <chorus/session/session.hpp> // one client, from the upgrade to the goodbye
#include <chorus/session/router.hpp>  // a message finds its handler
#include <chorus/hub/member.hpp>      // a session's seat: join, publish, leave
#include <chorus/hub/hub.hpp>         // who hears what
#include <chorus/hub/outbox.hpp>      // what happens when a client is slow
#include <chorus/wire/message.hpp>    // typed JSON
#include <chorus/core/channel.hpp>    // how coroutines talk
#include <chorus/core/select.hpp>
#include <chorus/core/task.hpp>
