// option_sources.cpp — takes command line, environment and file apart.
#include "option_sources.hpp"

#include "option_value.hpp"

#include "option_value.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace chorus::app {
namespace {

constexpr auto footer =
    "Every option is also an environment variable (--max-per-ip: CHORUS_MAX_PER_IP) and a key of the\n"
    "file (max-per-ip = 64). A flag wins over the environment, the environment over the file.";

void declare_list(CLI::App& line, const option& known, const std::string& flag, const std::string& help,
                  std::vector<given>& found)
{
    const auto keep = [&known, &found, flag](const std::vector<std::string>& values) {
        for (const auto& each : values)
            found.push_back({&known, each, flag});
    };
    line.add_option_function<std::vector<std::string>>(flag, keep, help)
        ->type_name(std::string(known.shape))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
}

void declare_option(CLI::App& line, const option& known, const settings& defaults, std::vector<given>& found)
{
    const std::string flag = "--" + std::string(known.name);
    const std::string preset = known.get(defaults);
    const std::string help = std::string(known.help) + (preset == write_text("") ? "" : " [" + preset + "]");
    if (known.is_list()) return declare_list(line, known, flag, help, found);
    const auto keep = [&known, &found, flag](const std::string& value) {
        found.push_back({&known, value.empty() && known.is_flag() ? "true" : value, flag});
    };
    auto* const taken = line.add_option_function<std::string>(flag, keep, help)->type_name(std::string(known.shape));
    if (known.is_flag()) taken->expected(0, 1); // --deflate, or --deflate=false
}

void declare(CLI::App& line, const program& who, flags& found)
{
    line.set_help_flag("--help", "print this and exit");
    line.get_formatter()->column_width(34);
    line.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    for (const auto name : who.options)
        declare_option(line, *find_option(name), who.defaults, found.options);
    line.add_option("--config", found.file, "read options from a file of lines KEY = VALUE")->type_name("FILE");
    line.add_flag("--check-config", found.check_only, "print what is in force, as such a file, and exit");
    line.footer(footer);
}

// A # or ; begins a comment at the start of a line and behind a blank, but not within quotes.
std::string_view without_comment(std::string_view line)
{
    char quote = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const auto each = line[at];
        const auto follows_blank = at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t';
        if (quote == 0 && follows_blank && (each == '#' || each == ';')) return line.substr(0, at);
        if (each == quote)
            quote = 0;
        else if (quote == 0 && follows_blank && (each == '"' || each == '\''))
            quote = each;
    }
    return line;
}

// Nothing where a quote is not closed at the end.
std::optional<std::string_view> without_quotes(std::string_view value)
{
    if (value.empty() || (value[0] != '"' && value[0] != '\'')) return value;
    if (value.size() < 2 || value.find(value[0], 1) != value.size() - 1) return std::nullopt;
    return value.substr(1, value.size() - 2);
}

complaint read_entry(const program& who, std::string_view line, const std::string& where, std::vector<given>& found)
{
    const auto equals = line.find('=');
    const std::string key{without_blanks(line.substr(0, equals))};
    const auto value = equals == line.npos ? std::nullopt : without_quotes(without_blanks(line.substr(equals + 1)));
    if (key.empty() || !value) return where + ": expected KEY = VALUE, got '" + std::string(line) + "'";
    if (std::ranges::find(who.options, key) == who.options.end())
        return where + ": unknown key '" + key + "'; --help lists what there is";
    found.push_back({find_option(key), std::string(*value), where + ": " + key});
    return std::nullopt;
}

} // namespace

complaint read_flags(const program& who, std::vector<std::string> arguments, flags& found)
{
    CLI::App line{std::string(who.name) + " — " + std::string(who.purpose), std::string(who.name)};
    declare(line, who, found);
    std::ranges::reverse(arguments); // CLI11 takes a vector from its end
    try {
        line.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
        found.help = line.help();
    } catch (const CLI::ExtrasError&) {
        return "unknown option '" + line.remaining().front() + "'; --help lists what there is";
    } catch (const CLI::ParseError& error) {
        return error.what();
    }
    return std::nullopt;
}

std::string variable_of(std::string_view name)
{
    std::string variable = "CHORUS_";
    for (const char c : name)
        variable += c == '-' ? '_' : static_cast<char>(std::toupper(c));
    return variable;
}

std::string value_of(const environment& variables, std::string_view name)
{
    const auto found = variables.find(variable_of(name));
    return found == variables.end() ? std::string{} : found->second;
}

std::vector<given> read_environment(const program& who, const environment& variables)
{
    std::vector<given> found;
    for (const auto name : who.options)
        if (auto value = value_of(variables, name); !value.empty())
            found.push_back({find_option(name), std::move(value), variable_of(name)});
    return found;
}

complaint read_file(const program& who, const std::string& name, std::vector<given>& found)
{
    std::ifstream file{name};
    std::string line;
    for (unsigned number = 1; std::getline(file, line); ++number) {
        const auto said = without_blanks(without_comment(line));
        if (said.empty()) continue;
        if (const auto wrong = read_entry(who, said, name + ":" + std::to_string(number), found)) return wrong;
    }
    if (!file.eof()) return "--config: cannot read '" + name + "': " + std::strerror(errno);
    return std::nullopt;
}

} // namespace chorus::app
