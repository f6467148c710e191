// battle.hpp — One attack from beginning to end: a server, its bystanders before and during, and what is left after.
#pragma once

#include "attacks/attacks.hpp"

#include <map>
#include <string>
#include <vector>

namespace chorus::attacks {

struct circumstances
{
    bool in_full = false;             // at full size, for as long as a measurement takes; or briefly
    std::vector<std::string> options; // of the server, before those of the attack
};

struct report
{
    std::string_view name;
    std::size_t size = 0;
    std::map<std::string, std::size_t> answers;            // what the attacker was told, and how often
    std::size_t resident_before = 0, resident_at_most = 0; // bytes
    delays chats_before, chats_during, visits_during;
    std::vector<std::string> complaints; // empty: all is as it should be
};

report fight(const attack& attack, const circumstances& circumstances);

} // namespace chorus::attacks
