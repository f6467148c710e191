// option.hpp — one thing a server can be told: its name, what it takes, and how it is read into the settings.
#pragma once

#include <chorus/core/log.hpp>
#include <chorus/server/config.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chorus::app {

// What a program runs with once everything has been read.
struct settings
{
    config server = {};
    log_level least_level = log_level::info;
    log_format format = log_format::text;
    deflate_mode deflate_when_on = deflate_mode::shared; // not an option: what the program needs
    std::vector<std::string> rates = {};                 // TYPE=N/BURST, for the server's `rates`
    std::string file = {};                               // not an option: what it was read from; empty: no file
};

// `name` is the flag without its dashes and the key of the file; the environment spells it CHORUS_IN_CAPITALS.
struct option
{
    std::string_view name;
    std::string_view shape;    // what stands for the value in --help: N, BYTES, ...; empty: a flag that takes none
    std::string_view help;     // meaning and unit; --help adds the default
    std::string_view expected; // completes "expected ..., got 'x'"

    std::function<bool(settings&, const std::string& value)> set; // false: not what was expected, nothing changed
    std::function<std::string(const settings&)> get;              // in a form that set takes
    std::function<void(settings&)> clear = {};                    // of a list, to which `set` adds

    bool is_list() const { return clear != nullptr; }

    bool is_flag() const { return shape.empty(); }
};

// Nothing when no server of ours knows the name. Programs offer a part of them each: programs.hpp.
const option* find_option(std::string_view name);

} // namespace chorus::app
