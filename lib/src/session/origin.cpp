// origin.cpp — takes origins and Host fields apart strictly, so that no lookalike compares equal.
#include <chorus/session/origin.hpp>

#include <chorus/wire/head.hpp>

#include <algorithm>
#include <charconv>

namespace chorus {
namespace {

constexpr std::string_view never_in_a_host = "/\\?#@%, \t";
constexpr std::string_view any_below = "*.";

struct authority
{
    std::string_view host;
    std::uint16_t port;
};

std::uint16_t default_port(std::string_view scheme)
{
    if (equal_ignoring_case(scheme, "http")) return 80;
    if (equal_ignoring_case(scheme, "https")) return 443;
    return 0;
}

// RFC 3986, 3.1.
bool is_scheme(std::string_view text)
{
    const auto is_letter = [](char each) { return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z'); };
    const auto may_follow = [is_letter](char each) {
        return is_letter(each) || (each >= '0' && each <= '9') || each == '+' || each == '-' || each == '.';
    };
    return !text.empty() && is_letter(text[0]) && std::ranges::all_of(text, may_follow);
}

std::optional<std::uint16_t> parse_port(std::string_view digits)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) return {};
    return port;
}

// host[:port]; the colons of an IPv6 address are inside brackets.
std::optional<authority> parse_authority(std::string_view text, std::uint16_t port_if_none)
{
    const std::size_t host_end = text.starts_with('[') ? text.find(']') + 1 : text.find(':');
    const std::string_view host = text.substr(0, host_end);
    const std::string_view rest = text.substr(host.size());
    if (host.empty() || text.find_first_of(never_in_a_host) != std::string_view::npos) return {};
    if (rest.empty()) return authority{host, port_if_none};
    if (!rest.starts_with(':')) return {};
    const auto port = parse_port(rest.substr(1));
    return port ? std::optional{authority{host, *port}} : std::nullopt;
}

// Only at a dot, and with something before it: neither "evil-chat.example" nor ".chat.example" is below "chat.example".
bool is_below(std::string_view host, std::string_view parent)
{
    if (host.size() < parent.size() + 2) return false;
    const auto dot = host.size() - parent.size() - 1;
    return host[dot] == '.' && host[0] != '.' && equal_ignoring_case(host.substr(dot + 1), parent);
}

} // namespace

std::optional<web_origin> parse_origin(std::string_view text)
{
    const std::size_t end = text.find("://");
    if (end == std::string_view::npos) return {};
    const std::string_view scheme = text.substr(0, end);
    if (!is_scheme(scheme)) return {};
    const auto rest = parse_authority(text.substr(end + 3), default_port(scheme));
    return rest ? std::optional{web_origin{scheme, rest->host, rest->port}} : std::nullopt;
}

bool is_same_host(const web_origin& origin, std::string_view host)
{
    const auto ours = parse_authority(host, default_port(origin.scheme));
    return default_port(origin.scheme) != 0 && ours && ours->port == origin.port &&
           equal_ignoring_case(ours->host, origin.host);
}

std::optional<origin_pattern> origin_pattern::parse(std::string_view text)
{
    const auto origin = parse_origin(text);
    if (!origin) return {};
    origin_pattern read;
    read.below_ = origin->host.starts_with(any_below);
    const auto host = read.below_ ? origin->host.substr(any_below.size()) : origin->host;
    if (host.empty() || host.starts_with('.') || host.find('*') != host.npos) return {};
    read.scheme_ = origin->scheme;
    read.host_ = host;
    read.port_ = origin->port;
    return read;
}

bool origin_pattern::matches(const web_origin& origin) const
{
    if (!equal_ignoring_case(origin.scheme, scheme_) || origin.port != port_) return false;
    return below_ ? is_below(origin.host, host_) : equal_ignoring_case(origin.host, host_);
}

} // namespace chorus
