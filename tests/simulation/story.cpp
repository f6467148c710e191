// story.cpp — Begins the lines of a story, and lists what was counted.
#include "simulation/story.hpp"

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

namespace chorus::simulation {
namespace {

// Calls `look` with the name and the number of each value of an enumeration.
template <class Enum> void for_each(const counts::by_value& numbers, const auto& look)
{
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
        [&](auto each) { look(std::string(each.name), numbers[static_cast<std::size_t>(each.value)]); });
}

void for_each(const counts& all, const auto& look)
{
    for_each<deed>(all.deeds, look);
    for_each<news>(all.heard, look);
    for_each<event>(all.events, look);
}

} // namespace

std::string statistics(const counts& all)
{
    std::string lines = std::to_string(all.seeds) + " seeds, " + std::to_string(all.steps) + " steps\n";
    for_each(all, [&](const std::string& name, std::uint64_t number) {
        lines += std::string(26 - name.size(), ' ') + name + " " + std::to_string(number) + "\n";
    });
    return lines;
}

std::string missing(const counts& all)
{
    std::string words;
    for_each(all, [&](const std::string& name, std::uint64_t number) {
        if (number == 0) words += (words.empty() ? "" : ", ") + name;
    });
    return words;
}

std::string story::start_of_line() const
{
    const auto step = std::to_string(step_);
    const auto time = std::to_string(now_.count()) + " ms  ";
    return std::string(step.size() < 4 ? 4 - step.size() : 0, ' ') + step +
           std::string(time.size() < 12 ? 12 - time.size() : 0, ' ') + time;
}

} // namespace chorus::simulation
