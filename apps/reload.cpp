// reload.cpp — Reads the options again while the server runs: what can change does, the rest is named in the log.
#include <apps/reload.hpp>

#include <apps/options.hpp>

#include <chorus/core/log.hpp>
#include <chorus/server/live_update.hpp>
#include <chorus/server/server.hpp>

#include <stdexcept>
#include <utility>

namespace chorus::app {

option_changes compare(const program& who, const settings& in_force, const settings& wished)
{
    option_changes found{in_force, {}, {}};
    auto& result = found.result;
    result.server = live_update(in_force.server, wished.server);
    if (result.server.rates == wished.server.rates) result.rates = wished.rates;
    result.least_level = wished.least_level;
    result.format = wished.format;
    for (const auto name : who.options) {
        const auto& get = find_option(name)->get;
        if (get(result) != get(in_force)) found.taken.push_back(name);
        if (get(result) != get(wished)) found.need_restart.push_back(name);
    }
    return found;
}

option_reload::option_reload(program who, std::vector<std::string> arguments, environment variables, settings in_force)
    : who_(std::move(who)), arguments_(std::move(arguments)), variables_(std::move(variables)),
      in_force_(std::move(in_force))
{
}

void option_reload::into(server& running)
{
    const auto read = read_options(who_, arguments_, variables_, named_files::left_alone);
    if (const auto* const wrong = std::get_if<farewell>(&read)) throw std::runtime_error(wrong->text);
    auto changes = compare(who_, in_force_, std::get<settings>(read));
    for (const auto name : changes.need_restart) // first, for it may be why the rest does not hold together
        log(log_level::warning, "reload_needs_restart", {{"option", name}});
    running.change(changes.result.server);
    in_force_ = std::move(changes.result);
    for (const auto name : changes.taken)
        log(log_level::info, "option_changed", {{"option", name}, {"value", find_option(name)->get(in_force_)}});
    configure_log(in_force_.least_level, in_force_.format);
}

} // namespace chorus::app
