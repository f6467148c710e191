// main.cpp — chorus_attacks: attacks chorus-chat, and prints what became of it and of its bystanders.
#include "attacks/battle.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>

#include <sys/resource.h>

namespace chorus::attacks {

namespace {

constexpr std::size_t complaints_shown = 10;

struct choices
{
    std::vector<std::string> names;
    bool briefly = false, list = false;
    std::string threads = "1";
};

double milliseconds_of(steady::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

double mib_of(std::size_t bytes) { return static_cast<double>(bytes) / (1024 * 1024); }

// The most frequent first: "5000 × 408, 12 × ended".
std::string told(const std::map<std::string, std::size_t>& answers)
{
    std::multimap<std::size_t, std::string, std::greater<>> sorted; // the most frequent first
    for (const auto& [answer, times] : answers)
        sorted.emplace(times, answer);
    std::string text;
    for (const auto& [times, answer] : sorted)
        text.append(text.empty() ? "" : ", ").append(std::to_string(times)).append(" × ").append(answer);
    return text;
}

void print_head()
{
    std::puts("| attack | size | what the attackers were told | memory: before, at most (MiB) | chats, p99: before, "
              "during (ms) | slowest (ms) | newcomers: how many, p99 (ms) |\n|---|---|---|---|---|---|---|");
}

void print(const report& of)
{
    std::printf("| `%.*s` | %zu | %s | %.1f, %.1f | %.1f, %.1f | %.1f | %zu, %.1f |\n",
                static_cast<int>(of.name.size()), of.name.data(), of.size, told(of.answers).c_str(),
                mib_of(of.resident_before), mib_of(of.resident_at_most), milliseconds_of(of.chats_before.p99),
                milliseconds_of(of.chats_during.p99), milliseconds_of(of.chats_during.slowest), of.visits_during.count,
                milliseconds_of(of.visits_during.p99));
    std::fflush(stdout);
    std::size_t shown = 0;
    for (const std::string& complaint : of.complaints)
        if (shown++ < complaints_shown) std::fprintf(stderr, "    %s\n", complaint.c_str());
    if (shown > complaints_shown) std::fprintf(stderr, "    and %zu more\n", shown - complaints_shown);
}

// Both ends of thousands of connections are ours: as many descriptors as the system allows.
void raise_descriptor_limit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

bool is_chosen(const attack& each, const std::vector<std::string>& names)
{
    return names.empty() || std::ranges::find(names, each.name) != names.end();
}

int run(const choices& chosen)
{
    raise_descriptor_limit();
    const circumstances around{!chosen.briefly, {"--threads", chosen.threads}};
    bool all_well = true;
    print_head();
    for (const attack& each : all_attacks()) {
        if (!is_chosen(each, chosen.names)) continue;
        const report found = fight(each, around);
        print(found);
        all_well = all_well && found.complaints.empty();
    }
    return all_well ? 0 : 1;
}

void list()
{
    for (const attack& each : all_attacks())
        std::printf("%.*s\n", static_cast<int>(each.name.size()), each.name.data());
}

CLI::IsMember known_names()
{
    std::vector<std::string> names;
    for (const attack& each : all_attacks())
        names.emplace_back(each.name);
    return CLI::IsMember(names);
}

} // namespace

} // namespace chorus::attacks

int main(int argc, char** argv)
{
    using namespace chorus::attacks;
    choices chosen;
    CLI::App app{
        "Attacks chorus-chat beside twenty people who chat and newcomers who come in, and prints a table: what "
        "the attackers were told, the memory it took, and what the others noticed"};
    app.add_option("names", chosen.names, "which attacks; all, unless some are named")->check(known_names());
    app.add_flag("--briefly", chosen.briefly, "a tenth of the size, as ctest does it");
    app.add_flag("--list", chosen.list, "print the names and exit");
    app.add_option("--threads", chosen.threads, "of the server")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        return chosen.list ? (list(), 0) : run(chosen);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "chorus_attacks: %s\n", problem.what());
        return 2;
    }
}
