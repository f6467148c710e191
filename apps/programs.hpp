// programs.hpp — the three servers: what each can be told, and what it starts with.
#pragma once

#include "option.hpp"

#include <vector>

namespace chorus::app {

struct program
{
    std::string_view name;
    std::string_view purpose;
    std::vector<std::string_view> options; // names in the table of option.cpp, in the order of --help
    settings defaults;
};

program chat_program();
program broadcast_program();
program echo_program();

} // namespace chorus::app
