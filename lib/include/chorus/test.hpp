// test.hpp — What a test of a service includes: no sockets, no threads, no sleeps, and any test framework.
#pragma once

// clang-format off: from the whole to the parts
#include <chorus/test/service.hpp>     // handlers under test, and clients that speak to them
#include <chorus/test/hub_world.hpp>   // hubs under test, and members
#include <chorus/test/test_shard.hpp>  // a coroutine under test
#include <chorus/test/complaint.hpp>   // what happens when something is left running
