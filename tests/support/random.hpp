// random.hpp — Chance that a seed repeats on every machine, which the distributions of <random> do not promise.
#pragma once
#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace chorus::test {

class random
{
public:
    explicit random(std::uint64_t seed) : engine_(seed) {}

    std::uint64_t bits() { return engine_(); }
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }
    std::size_t between(std::size_t first, std::size_t last) { return first + below(last - first + 1); }
    bool one_in(std::size_t chances) { return below(chances) == 0; }
    bool percent(std::size_t of_hundred) { return below(100) < of_hundred; }

    template <class T> T one_of(std::initializer_list<T> choices) { return choices.begin()[below(choices.size())]; }

    std::string bytes(std::size_t size)
    {
        std::string out(size, '\0');
        for (char& each : out)
            each = static_cast<char>(engine_());
        return out;
    }

    // Where to cut something of this size: often nowhere, sometimes twice at the same place.
    std::vector<std::size_t> cuts(std::size_t size)
    {
        std::vector<std::size_t> cuts(one_in(2) ? below(5) : 0);
        for (auto& cut : cuts)
            cut = between(0, size);
        std::ranges::sort(cuts);
        return cuts;
    }

private:
    std::mt19937_64 engine_;
};

} // namespace chorus::test
