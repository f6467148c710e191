// option_sources.hpp — what was given on the command line, in the environment and in a file, before anyone reads it.
#pragma once

#include "programs.hpp"

#include <map>

namespace chorus::app {

using environment = std::map<std::string, std::string, std::less<>>;

// One value and where it came from, so that whoever wrote it can find it.
struct given
{
    const option* what;
    std::string value;
    std::string where; // "--rate", "CHORUS_RATE", "chat.conf:3: rate"
};

// What is wrong, in a line; or nothing.
using complaint = std::optional<std::string>;

struct flags
{
    std::vector<given> options; // of an option that is repeated, the last value
    std::string file;           // of --config
    bool check_only = false;    // --check-config
    std::string help;           // the text to print when --help was given
};

complaint read_flags(const program& who, std::vector<std::string> arguments, flags& found);

// CHORUS_MAX_PER_IP for max-per-ip.
std::string variable_of(std::string_view name);

// Empty when the variable is not set. Set but empty counts as not set: that is how a container says "none".
std::string value_of(const environment& variables, std::string_view name);
std::vector<given> read_environment(const program& who, const environment& variables);

// Lines KEY = VALUE; # and ; begin a comment; of a key that is repeated, the last value counts.
complaint read_file(const program& who, const std::string& name, std::vector<given>& found);

} // namespace chorus::app
