// hub_world.hpp — the hubs and members of the test kit, and what a test of hubs asserts with.
#pragma once

#include "support/coroutine_test.hpp"
#include "support/hearing.hpp"

#include <chorus/test/hub_world.hpp>
