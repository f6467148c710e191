// reload.hpp — Reads the options again while the server runs: what can change does, the rest is named in the log.
#pragma once

#include <apps/option_sources.hpp>

namespace chorus {
class server;
}

namespace chorus::app {

// What a new reading makes of the settings in force, and the names of the options that differ.
struct option_changes
{
    settings result;
    std::vector<std::string_view> taken, need_restart;
};
option_changes compare(const program& who, const settings& in_force, const settings& wished);

// One thread at a time.
class option_reload
{
public:
    option_reload(program who, std::vector<std::string> arguments, environment variables, settings in_force);

    // Throws what is wrong with the options, and changes nothing then.
    void into(server& running);

private:
    program who_;
    std::vector<std::string> arguments_;
    environment variables_;
    settings in_force_;
};

} // namespace chorus::app
