// gate.cpp — counts the connections and asks the rules, one small function each.
#include <chorus/session/gate.hpp>

#include <chorus/session/origin.hpp>

#include <utility>

namespace chorus {
namespace {

// A browser names the page's origin and lets no script change it; a program sends none and could send anything, so none
// is allowed. "null" is a sandboxed frame or a file: anybody's.
std::optional<refusal> check_origin(const request& head)
{
    if (head.count("Origin") == 0) return {};
    const auto origin = parse_origin(*head.field("Origin"));
    if (head.count("Origin") == 1 && origin && is_same_host(*origin, head.field("Host").value_or(""))) return {};
    return refusal{403, "origin_not_allowed", "pages of this origin may not connect here", {}};
}

} // namespace

admission::admission(gate& from, std::string_view ip, std::optional<refusal> turned_away)
    : from_{&from}, ip_{ip}, turned_away_{std::move(turned_away)}
{
}

admission::admission(admission&& other) noexcept
    : from_{std::exchange(other.from_, nullptr)}, ip_{std::move(other.ip_)}, turned_away_{std::move(other.turned_away_)}
{
}

admission::~admission()
{
    if (from_) from_->give_back(*this);
}

std::optional<admission> gate::admit(std::string_view ip)
{
    const std::lock_guard lock{mutex_};
    auto no = over_limit(ip);
    if (no && turned_away_ == options_.max_turned_away) return {};
    if (no) {
        ++turned_away_;
    } else {
        ++total_;
        if (!ip.empty()) ++by_ip_[std::string{ip}];
    }
    return admission{*this, ip, std::move(no)};
}

std::optional<refusal> gate::check(const request& head, const admission& place) const
{
    if (place.turned_away()) return place.turned_away();
    if (auto no = check_draining()) return no;
    return check_origin(head);
}

std::size_t gate::connections() const
{
    const std::lock_guard lock{mutex_};
    return total_;
}

std::optional<refusal> gate::over_limit(std::string_view ip) const
{
    if (options_.max_connections != 0 && total_ >= options_.max_connections)
        return try_later(503, "full", "too many connections");
    const auto same_ip = by_ip_.find(ip);
    if (options_.max_per_ip != 0 && same_ip != by_ip_.end() && same_ip->second >= options_.max_per_ip)
        return try_later(429, "too_many_from_ip", "too many connections from this address");
    return {};
}

std::optional<refusal> gate::check_draining() const
{
    if (!draining_) return {};
    return try_later(503, "draining", "the server is shutting down");
}

refusal gate::try_later(unsigned status, std::string_view reason, std::string_view detail) const
{
    return {status,
            std::string{reason},
            std::string{detail},
            {{"Retry-After", std::to_string(options_.retry_after_seconds)}}};
}

void gate::give_back(const admission& place)
{
    const std::lock_guard lock{mutex_};
    if (place.turned_away_) {
        --turned_away_;
        return;
    }
    --total_;
    const auto same_ip = by_ip_.find(place.ip_);
    if (same_ip != by_ip_.end() && --same_ip->second == 0) by_ip_.erase(same_ip);
}

} // namespace chorus
