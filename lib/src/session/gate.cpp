// gate.cpp — counts the connections and asks the rules, one small function each.
#include <chorus/session/gate.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <utility>

namespace chorus {
namespace {

namespace ip = boost::asio::ip;

// Whoever has IPv6 has a /64 or more and could come from another address each time, so the second half is cleared.
std::string network_of(const ip::address& address)
{
    if (address.is_v4()) return address.to_string();
    if (address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
    auto bytes = address.to_v6().to_bytes();
    std::fill(bytes.begin() + bytes.size() / 2, bytes.end(), std::uint8_t{0});
    return ip::make_address_v6(bytes).to_string();
}

} // namespace

admission::admission(admission&& other) noexcept
    : from_{std::exchange(other.from_, nullptr)}, peer_{std::move(other.peer_)}, counts_{other.counts_},
      counts_by_ip_{other.counts_by_ip_}, speaks_for_itself_{other.speaks_for_itself_},
      turned_away_{std::move(other.turned_away_)}
{
}

admission::~admission()
{
    if (from_) from_->give_back(*this);
}

gate::gate(gate_options options)
    : max_turned_away_{options.max_turned_away}, retry_after_seconds_{options.retry_after_seconds},
      proxies_{options.proxies}
{
    change(options);
}

void gate::change(const gate_options& to)
{
    auto changed = std::make_shared<const pages>(pages{to.origins, to.require_origin});
    const std::lock_guard lock{mutex_};
    max_connections_ = to.max_connections;
    max_per_ip_ = to.max_per_ip;
    pages_ = std::move(changed);
}

std::optional<admission> gate::admit(std::string_view peer)
{
    const auto address = counted_address(peer);
    admission place{*this, peer};
    const std::lock_guard lock{mutex_};
    auto no = over_total();
    if (!no) no = over_share_of(address);
    if (!no) {
        ++total_;
        place.counts_ = true;
        count(place, address);
    } else if (!turn_away(place, std::move(*no))) {
        place.from_ = nullptr; // it was never counted
        return {};
    }
    return place;
}

bool gate::speaks_for(admission& place, std::string_view client)
{
    place.speaks_for_itself_ = client.empty();
    return client.empty() || move_to(place, client);
}

// False: too many are turned away already.
bool gate::move_to(admission& place, std::string_view client)
{
    if (place.peer_ == client) return true;
    const auto address = counted_address(client);
    const auto before = counted_address(place.peer_);
    const std::lock_guard lock{mutex_};
    if (std::exchange(place.counts_by_ip_, false)) give_back_share(before);
    place.peer_ = client;
    if (!place.counts_) return true; // turned away already
    auto no = over_share_of(address);
    if (!no) {
        count(place, address);
        return true;
    }
    if (!turn_away(place, std::move(*no))) return false;
    --total_;
    place.counts_ = false;
    return true;
}

std::optional<refusal> gate::check(const request& head, admission& place)
{
    if (place.turned_away()) return *place.turned_away();
    const auto is_proxy = !place.speaks_for_itself_ && trusts(place.peer());
    if (is_proxy && !move_to(place, proxies_.client(place.peer(), head))) return over_share();
    if (place.turned_away()) return *place.turned_away();
    if (auto no = check_draining()) return no;
    return check_origin(head);
}

std::size_t gate::connections() const
{
    const std::lock_guard lock{mutex_};
    return total_;
}

// What a connection is counted under; empty: nothing, because it has no address, or speaks for others.
std::string gate::counted_address(std::string_view peer) const
{
    boost::system::error_code error;
    const auto address = ip::make_address(std::string{peer}, error);
    return error || trusts(peer) ? "" : network_of(address);
}

objection gate::over_total() const
{
    if (max_connections_ == 0 || total_ < max_connections_) return {};
    return try_later(503, "full", "too many connections");
}

objection gate::over_share_of(std::string_view address) const
{
    const auto same = by_address_.find(address);
    if (max_per_ip_ == 0 || same == by_address_.end() || same->second < max_per_ip_) return {};
    return over_share();
}

refusal gate::over_share() const
{
    return try_later(429, "too_many_from_ip", "too many connections from this address");
}

objection gate::check_draining() const
{
    if (!draining_) return {};
    return try_later(503, "draining", "the server is shutting down");
}

// A browser names the page's origin and lets no script change it; a program sends none and could send anything, so none
// is allowed unless that was turned off. "null" is a sandboxed frame or a file: anybody's.
objection gate::check_origin(const request& head) const
{
    const auto allowed = allowed_pages();
    if (head.count("Origin") == 0 && !allowed->require_origin) return {};
    if (head.count("Origin") == 0) return refusal{403, "origin_missing", "an Origin is required here", {}};
    const auto origin = parse_origin(head.field("Origin").value_or(""));
    const auto is_among = [&origin](const origin_pattern& each) { return each.matches(*origin); };
    const auto is_ours = [&] {
        return allowed->origins.empty() ? is_same_host(*origin, head.field("Host").value_or(""))
                                        : std::ranges::any_of(allowed->origins, is_among);
    };
    if (head.count("Origin") == 1 && origin && is_ours()) return {};
    return refusal{403, "origin_not_allowed", "pages of this origin may not connect here", {}};
}

std::shared_ptr<const gate::pages> gate::allowed_pages() const
{
    const std::lock_guard lock{mutex_};
    return pages_;
}

refusal gate::try_later(unsigned status, std::string_view reason, std::string_view detail) const
{
    return {status, std::string{reason}, std::string{detail}, {{"Retry-After", retry_after()}}};
}

bool gate::turn_away(admission& place, refusal why)
{
    if (turned_away_ == max_turned_away_) return false;
    ++turned_away_;
    place.turned_away_ = std::make_unique<const refusal>(std::move(why));
    return true;
}

void gate::count(admission& place, const std::string& address)
{
    if (address.empty()) return;
    ++by_address_[address];
    place.counts_by_ip_ = true;
}

void gate::give_back(const admission& place)
{
    // Found again: keeping it would cost every session its room.
    const auto address = place.counts_by_ip_ ? counted_address(place.peer()) : "";
    const std::lock_guard lock{mutex_};
    --(place.counts_ ? total_ : turned_away_);
    if (place.counts_by_ip_) give_back_share(address);
}

void gate::give_back_share(const std::string& address)
{
    const auto same = by_address_.find(address);
    if (same != by_address_.end() && --same->second == 0) by_address_.erase(same);
}

} // namespace chorus
