// gate.cpp — counts the connections and asks the rules, one small function each.
#include <chorus/session/gate.hpp>

#include <chorus/session/origin.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <utility>

namespace chorus {
namespace {

namespace ip = boost::asio::ip;

// What a connection is counted under; empty: nothing. Whoever has IPv6 has a /64 or more and could come from another
// address each time, so the second half is cleared.
std::string counted_address(std::string_view peer)
{
    boost::system::error_code error;
    const auto address = ip::make_address(std::string{peer}, error);
    if (error) return {};
    if (address.is_v4()) return address.to_string();
    if (address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
    auto bytes = address.to_v6().to_bytes();
    std::fill(bytes.begin() + bytes.size() / 2, bytes.end(), std::uint8_t{0});
    return ip::make_address_v6(bytes).to_string();
}

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

admission::admission(gate& from, std::string_view peer, std::optional<refusal> turned_away) : from_{&from}, peer_{peer}
{
    if (turned_away) turned_away_ = std::make_unique<const refusal>(std::move(*turned_away));
}

admission::admission(admission&& other) noexcept
    : from_{std::exchange(other.from_, nullptr)}, peer_{std::move(other.peer_)},
      turned_away_{std::move(other.turned_away_)}
{
}

admission::~admission()
{
    if (from_) from_->give_back(*this);
}

std::optional<admission> gate::admit(std::string_view peer)
{
    std::string address = counted_address(peer);
    const std::lock_guard lock{mutex_};
    auto no = over_limit(address);
    if (no && turned_away_ == options_.max_turned_away) return {};
    if (no) {
        ++turned_away_;
    } else {
        ++total_;
        if (!address.empty()) ++by_address_[address];
    }
    return admission{*this, peer, std::move(no)};
}

std::optional<refusal> gate::check(const request& head, const admission& place) const
{
    if (place.turned_away()) return *place.turned_away();
    if (auto no = check_draining()) return no;
    return check_origin(head);
}

std::size_t gate::connections() const
{
    const std::lock_guard lock{mutex_};
    return total_;
}

std::optional<refusal> gate::over_limit(std::string_view address) const
{
    if (options_.max_connections != 0 && total_ >= options_.max_connections)
        return try_later(503, "full", "too many connections");
    const auto same = by_address_.find(address);
    if (options_.max_per_ip != 0 && same != by_address_.end() && same->second >= options_.max_per_ip)
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
    return {status, std::string{reason}, std::string{detail}, {{"Retry-After", retry_after()}}};
}

void gate::give_back(const admission& place)
{
    const auto address = counted_address(place.peer()); // found again: keeping it would cost every session its room
    const std::lock_guard lock{mutex_};
    if (place.turned_away_) {
        --turned_away_;
        return;
    }
    --total_;
    const auto same = by_address_.find(address);
    if (same != by_address_.end() && --same->second == 0) by_address_.erase(same);
}

} // namespace chorus
