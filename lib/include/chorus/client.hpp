// client.hpp — What a program includes that speaks to a service: the parts of the client, from the application inwards.
#pragma once

// clang-format off: the order is the point
#include <chorus/client/client.hpp>      // lives on: reconnects, rejoins, asks and is answered
#include <chorus/client/event.hpp>       // what it tells its application
#include <chorus/client/websocket.hpp>   // one connection
#include <chorus/client/opener.hpp>      // how it comes about
#include <chorus/client/tcp_dialler.hpp> // where its bytes come from
#include <chorus/wire/message.hpp>       // typed JSON
#include <chorus/core/run.hpp>           // a main() of coroutines
#include <chorus/core/task.hpp>
