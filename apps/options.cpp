// options.cpp — lays what the sources give one over the other, checks the result, and says goodbye where it must.
#include "options.hpp"

#include "option_value.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include <unistd.h>

namespace chorus::app {
namespace {

constexpr int usage_error = 2;

complaint apply(const std::vector<given>& source, settings& into)
{
    std::set<const option*> begun; // lists of this source take the place of those before
    for (const auto& [what, value, where] : source) {
        if (what->is_list() && begun.insert(what).second) what->clear(into);
        if (!what->set(into, value))
            return where + ": expected " + std::string(what->expected) + ", got '" + value + "'";
    }
    return std::nullopt;
}

// What follows from the options for settings that have none of their own.
void settle(settings& all)
{
    auto& server = all.server;
    for (const auto& each : all.rates)
        if (auto allowed = read_rate_of(each)) server.rates.insert(std::move(*allowed));
    if (server.burst == 0) // a limit is off as soon as either of its numbers is
        server.rate = 0;
    // A small outbox implies a small history: what a join sends must fit.
    server.history.messages = std::min(server.history.messages, server.outbox.messages / 2);
    server.history.bytes = std::min(server.history.bytes, server.outbox.bytes / 2);
}

complaint lay_over(const program& who, const flags& flagged, const environment& variables, named_files files,
                   settings& result)
{
    std::vector<given> filed;
    result.file = flagged.file.empty() ? value_of(variables, "config") : flagged.file;
    if (!result.file.empty())
        if (const auto wrong = read_file(who, result.file, filed)) return wrong;
    for (const auto& source : {filed, read_environment(who, variables), flagged.options})
        if (const auto wrong = apply(source, result)) return wrong;
    settle(result);
    return files == named_files::checked ? validate(result.server) : validate_values(result.server);
}

std::string as_file(const program& who, const settings& in_force)
{
    std::string text;
    for (const auto name : who.options)
        text.append(name).append(" = ").append(find_option(name)->get(in_force)).append("\n");
    return text;
}

[[noreturn]] void say(const program& who, const farewell& goodbye)
{
    if (goodbye.exit_code == 0)
        std::cout << goodbye.text << std::flush;
    else
        std::cerr << who.name << ": " << goodbye.text << '\n';
    std::exit(goodbye.exit_code);
}

} // namespace

environment own_environment()
{
    environment variables;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text{*entry};
        const auto equals = text.find('=');
        if (equals != text.npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

std::variant<settings, farewell> read_options(const program& who, std::vector<std::string> arguments,
                                              const environment& variables, named_files files)
{
    flags flagged;
    if (const auto wrong = read_flags(who, std::move(arguments), flagged)) return farewell{usage_error, *wrong};
    if (!flagged.help.empty()) return farewell{0, flagged.help};
    settings result = who.defaults;
    if (const auto wrong = lay_over(who, flagged, variables, files, result)) return farewell{usage_error, *wrong};
    if (flagged.check_only) return farewell{0, as_file(who, result)};
    return result;
}

std::vector<std::string> unknown_variables(const program& who, const environment& variables)
{
    std::vector<std::string> unknown;
    for (const auto& [variable, value] : variables) {
        const auto is_this = [&variable](std::string_view name) { return variable_of(name) == variable; };
        if (variable.starts_with("CHORUS_") && !is_this("config") && std::ranges::none_of(who.options, is_this))
            unknown.push_back(variable);
    }
    return unknown;
}

settings options_or_exit(const program& who, const std::vector<std::string>& arguments, const environment& variables)
{
    const auto read = read_options(who, arguments, variables);
    if (const auto* goodbye = std::get_if<farewell>(&read)) say(who, *goodbye);
    const auto& result = std::get<settings>(read);
    configure_log(result.least_level, result.format);
    for (const auto& name : unknown_variables(who, variables))
        log(log_level::warning, "unknown_environment_variable", {{"name", name}});
    return result;
}

} // namespace chorus::app
