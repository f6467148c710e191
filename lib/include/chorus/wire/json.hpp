// json.hpp — typed JSON, both ways.
#pragma once

#include <chorus/wire/append_json.hpp>
#include <chorus/wire/from_json.hpp>
