// metric_lines.hpp — the text format of Prometheus, read apart from what writes it.
#pragma once

#include <cstdlib>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

namespace chorus::test {

// What each sample says, by its name and labels as they stand there: chorus_x_total{code="1000"}.
class metric_lines
{
public:
    explicit metric_lines(const std::string& text)
    {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("# HELP ") || line.starts_with("# TYPE "))
                ++told_[line.substr(2, line.find(' ', 7) - 2)];
            else if (const auto blank = line.rfind(' '); blank != line.npos)
                values_[line.substr(0, blank)] = std::strtod(line.c_str() + blank, nullptr);
            else
                throw std::runtime_error("no line of metrics: " + line);
        }
    }

    double operator[](const std::string& name) const
    {
        const auto found = values_.find(name);
        if (found == values_.end()) throw std::runtime_error("no such metric: " + name);
        return found->second;
    }
    bool has(const std::string& name) const { return values_.contains(name); }
    // How often "HELP name" or "TYPE name" stands there.
    int told(const std::string& what) const { return told_.contains(what) ? told_.at(what) : 0; }

private:
    std::map<std::string, double> values_;
    std::map<std::string, int> told_;
};

} // namespace chorus::test
