// session_model.hpp — What a session must make of each message of its caller: the rules of the protocol page once more.
#pragma once

#include "simulation/answers.hpp"
#include "simulation/settings.hpp"

#include <chorus/core/clock.hpp>

#include <set>
#include <string>

namespace chorus::simulation {

// So many at once after a rest, and so many a second.
class token_bucket
{
public:
    token_bucket(std::size_t per_second, std::size_t burst);

    bool take(time_point now);

private:
    static constexpr std::int64_t token = 1'000'000'000;

    std::int64_t per_second_, most_, there_;
    time_point last_{};
};

class session_model
{
public:
    explicit session_model(const settings& rules);

    // The code with which it is refused; empty: it becomes a command. `accepted` decides where the answer to an earlier
    // join, which the home may have refused, is not known yet.
    std::string judge(const saying& what, time_point now, bool is_uncertain, bool accepted);

    void was_refused_by_home(const std::string& room) { rooms_.erase(room); }
    const std::set<std::string>& rooms() const { return rooms_; } // as of the last command

private:
    std::string judge_command(const saying& what) const;

    const settings& settings_;
    token_bucket messages_, joins_;
    std::set<std::string> rooms_;
};

} // namespace chorus::simulation
