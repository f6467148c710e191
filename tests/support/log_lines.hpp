// log_lines.hpp — what is logged while it lives, instead of on stderr.
#pragma once

#include <chorus/core/log.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace chorus::test {

class log_lines
{
public:
    log_lines()
    {
        redirect_log([this](std::string_view line) { text_.append(line).append("\n"); });
    }
    ~log_lines() { redirect_log({}); }
    log_lines(const log_lines&) = delete;
    log_lines& operator=(const log_lines&) = delete;

    const std::string& all() const { return text_; }
    // How often it has been said.
    std::size_t count(std::string_view what) const
    {
        std::size_t found = 0;
        for (auto at = text_.find(what); at != text_.npos; at = text_.find(what, at + 1))
            ++found;
        return found;
    }

private:
    std::string text_;
};

} // namespace chorus::test
