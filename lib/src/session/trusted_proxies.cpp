// trusted_proxies.cpp — compares addresses bit by bit, and walks X-Forwarded-For from its end.
#include <chorus/session/trusted_proxies.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <ranges>

namespace chorus {
namespace {

namespace ip = boost::asio::ip;

constexpr unsigned bits_before_ipv4 = 96; // ::ffff:0:0

std::optional<unsigned> read_length(std::string_view digits, unsigned most)
{
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value > most) return {};
    return value;
}

bool bit(const std::array<unsigned char, 16>& bytes, unsigned at) { return bytes[at / 8] >> (7 - at % 8) & 1; }

// Some proxies write the port too: 192.0.2.1:5000, [2001:db8::1]:5000.
std::string_view without_port(std::string_view hop)
{
    if (hop.starts_with('[')) return hop.substr(1, hop.find(']') - 1);
    const auto colon = hop.find(':');
    return colon != hop.npos && hop.find(':', colon + 1) == hop.npos ? hop.substr(0, colon) : hop;
}

// Without the name of an interface behind it ("fe80::1%eth0"), which could be any text.
bool is_address(std::string_view text)
{
    boost::system::error_code error;
    ip::make_address(std::string(text), error);
    return !error && text.find('%') == text.npos;
}

} // namespace

std::optional<address_range> address_range::parse(std::string_view text)
{
    const auto slash = text.find('/');
    if (text.find('%') != text.npos) return {}; // of one interface only
    const auto first = bytes_of(text.substr(0, slash));
    if (!first) return {};
    const auto is_v4 = text.find(':') == text.npos;
    address_range range;
    range.first_ = *first;
    if (slash != text.npos) {
        const auto length = read_length(text.substr(slash + 1), is_v4 ? 32 : 128);
        if (!length) return {};
        range.prefix_ = *length + (is_v4 ? bits_before_ipv4 : 0);
    }
    for (auto at = range.prefix_; at < 128; ++at)
        if (bit(range.first_, at)) return {};
    return range;
}

bool address_range::holds(std::string_view address) const
{
    const auto other = bytes_of(address);
    if (!other) return false;
    for (unsigned at = 0; at < prefix_; ++at)
        if (bit(first_, at) != bit(*other, at)) return false;
    return true;
}

std::optional<address_range::bytes> address_range::bytes_of(std::string_view text)
{
    boost::system::error_code error;
    const auto address = ip::make_address(std::string(text), error);
    if (error) return {};
    return address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes()
                           : address.to_v6().to_bytes();
}

bool trusted_proxies::add(std::string_view text)
{
    if (text == "unix") return unix_ = true;
    const auto range = address_range::parse(text);
    if (range) ranges_.push_back(*range);
    return range.has_value();
}

bool trusted_proxies::trusts(std::string_view peer) const
{
    if (peer == "unix") return unix_;
    return std::ranges::any_of(ranges_, [peer](const address_range& each) { return each.holds(peer); });
}

std::string trusted_proxies::client(std::string_view peer, const http_head& head) const
{
    std::string client(peer);
    if (!trusts(client)) return client;
    const auto hops = head.tokens("X-Forwarded-For");
    for (const auto hop : hops | std::views::reverse) {
        const auto address = without_port(hop);
        if (!is_address(address)) break;
        client = address;
        if (!trusts(client)) break;
    }
    return client;
}

} // namespace chorus
