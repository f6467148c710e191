// session_model.cpp — The rules by which a message is refused, in the order in which they apply.
#include "simulation/session_model.hpp"

#include <algorithm>
#include <chrono>

namespace chorus::simulation {

token_bucket::token_bucket(std::size_t per_second, std::size_t burst)
    : per_second_(static_cast<std::int64_t>(per_second)), most_(static_cast<std::int64_t>(burst) * token), there_(most_)
{
}

bool token_bucket::take(time_point now)
{
    if (per_second_ == 0) return true;
    const auto passed = std::min<std::chrono::nanoseconds>(now - last_, std::chrono::hours{1});
    there_ = std::min(most_, there_ + passed.count() * per_second_);
    last_ = now;
    if (there_ < token) return false;
    there_ -= token;
    return true;
}

session_model::session_model(const settings& rules)
    : settings_(rules), messages_(rules.server.rate, rules.server.burst),
      joins_(rules.server.rate, rules.server.join_burst)
{
}

std::string session_model::judge(const saying& what, time_point now, bool is_uncertain, bool accepted)
{
    if (!(what.counts_as_join ? joins_ : messages_).take(now)) return "rate_limited";
    if (!what.refused_with.empty()) return what.refused_with;
    auto code = judge_command(what);
    if (is_uncertain && accepted) code.clear();
    if (is_uncertain && !accepted) code = what.what == saying::kind::join ? "too_many_rooms" : "not_in_room";
    if (!code.empty()) return code;
    if (what.what == saying::kind::join) rooms_.insert(what.room);
    if (what.what == saying::kind::leave) rooms_.erase(what.room);
    return code;
}

std::string session_model::judge_command(const saying& what) const
{
    const auto is_in = rooms_.contains(what.room);
    switch (what.what) {
    case saying::kind::say:
    case saying::kind::leave: return is_in ? "" : "not_in_room";
    case saying::kind::join:
        return is_in || rooms_.size() < settings_.server.max_rooms_per_client ? "" : "too_many_rooms";
    default: return "";
    }
}

} // namespace chorus::simulation
