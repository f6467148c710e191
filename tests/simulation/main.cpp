// main.cpp — Simulates the worlds of many seeds, and tells the story of the first in which a promise is broken.
#include "simulation/scheduler.hpp"
#include "support/seed_range.hpp"

#include <chorus/core/keyed_hash.hpp>
#include <chorus/core/log.hpp>

#include <deque>
#include <iostream>

namespace chorus::simulation {
namespace {

constexpr auto usage = R"(usage: chorus_simulation [--seeds FROM..TO] [--show] [--statistics] [--complete]
  --seeds FROM..TO  the worlds to simulate, both included (default 1..10000)
  --show            tell what happens in each of them
  --statistics      count what happened in all of them
  --complete        fail when something that can happen never did
)";

struct options
{
    test::seed_range seeds{1, 10'000};
    bool show = false, statistics = false, complete = false;
};

constexpr std::size_t lines_told_of_a_failure = 40;

// The world of a seed that breaks a promise stays as it is: whatever is wrong in it must not hide what was found.
std::vector<std::unique_ptr<scheduler>>& broken_worlds()
{
    static std::vector<std::unique_ptr<scheduler>> all;
    return all;
}

struct failure
{
    unsigned step;
    broken_promise what;
};

std::optional<failure> simulate(std::uint64_t seed, counts& all, story::teller tell)
{
    auto world = std::make_unique<scheduler>(seed, all, std::move(tell));
    try {
        world->run();
        return {};
    } catch (const broken_promise& broken) {
        broken_worlds().push_back(std::move(world));
        return failure{broken_worlds().back()->step(), broken};
    }
}

void tell(std::uint64_t seed, const failure& found)
{
    std::cout << "BROKEN at seed " << seed << ", step " << found.step << ": " << to_string(found.what.which) << ": "
              << found.what.what() << "\nagain, with the whole story: chorus_simulation --show --seeds " << seed << ".."
              << seed << '\n';
}

// The last lines of its story, which nobody has listened to.
void tell_the_end(std::uint64_t seed, const failure& found)
{
    counts again;
    std::deque<std::string> lines;
    simulate(seed, again, [&](const std::string& line) {
        lines.push_back(line);
        if (lines.size() > lines_told_of_a_failure) lines.pop_front();
    });
    for (const auto& each : lines)
        std::cout << each << '\n';
    tell(seed, found);
}

int run(const options& wish)
{
    configure_log(log_level::off, log_format::text);
    {
        const seeded_random constant(0);
        process_hash_key(); // where rooms are at home must not depend on the process
    }
    counts all;
    for (auto seed = wish.seeds.first; seed <= wish.seeds.last; ++seed) {
        if (wish.show) std::cout << "--- seed " << seed << '\n';
        const auto found = simulate(
            seed, all, wish.show ? [](const std::string& line) { std::cout << line << '\n'; } : story::teller{});
        if (found) return wish.show ? tell(seed, *found) : tell_the_end(seed, *found), 1;
    }
    if (wish.statistics) std::cout << statistics(all);
    std::cout << all.seeds << " seeds, " << all.steps << " steps, every promise held\n";
    const auto never = wish.complete ? missing(all) : "";
    if (!never.empty()) std::cout << "but never happened: " << never << '\n';
    return never.empty() ? 0 : 1;
}

bool read(int count, char** words, options& out)
{
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        if (word == "--show")
            out.show = true;
        else if (word == "--statistics")
            out.statistics = true;
        else if (word == "--complete")
            out.complete = true;
        else if (const auto seeds = test::read_seed_range(i + 1 < count ? words[i + 1] : "");
                 word == "--seeds" && seeds)
            out.seeds = *seeds, ++i;
        else
            return false;
    }
    return true;
}

} // namespace
} // namespace chorus::simulation

int main(int count, char** words)
{
    chorus::simulation::options wish;
    if (!chorus::simulation::read(count, words, wish)) return std::cout << chorus::simulation::usage, 2;
    return chorus::simulation::run(wish);
}
