// options.hpp — what a program was told: by flag, by environment and by file, in this order of precedence.
#pragma once

#include "option_sources.hpp"

#include <variant>

namespace chorus::app {

// There is nothing to run: --help and --check-config have their text, or something was wrong (exit code 2).
struct farewell
{
    int exit_code;
    std::string text; // for stdout when the exit code is 0, otherwise for stderr
};

// That of this process.
environment own_environment();

// The files that values name, of tokens, keys and certificates: whoever runs already reads them by itself.
enum class named_files { checked, left_alone };

// `arguments` without the program's own name. Every value is checked, also one that is overridden. Reads no
// environment but the one given, and no file but the one it is told to, and those that are to be checked.
std::variant<settings, farewell> read_options(const program& who, std::vector<std::string> arguments,
                                              const environment& variables, named_files files = named_files::checked);

// CHORUS_* variables that mean nothing to the program. Not refused, because a cluster sets some of its own accord
// (CHORUS_PORT, for a service named chorus), but worth a warning: one may be misspelt.
std::vector<std::string> unknown_variables(const program& who, const environment& variables);

// For a process that begins. Says goodbye itself where there is nothing to run; otherwise the log is set up, and
// unknown variables are in it.
settings options_or_exit(const program& who, const std::vector<std::string>& arguments, const environment& variables);

} // namespace chorus::app
