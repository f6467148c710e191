// address.cpp — takes the spelling of a listening address apart and puts it together.
#include <chorus/net/address.hpp>

#include <charconv>

namespace chorus {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::string_view inherited_name = "systemd";
constexpr std::size_t longest_unix_path = 107; // sun_path holds 108 bytes, the last one is the terminator

std::optional<address> read_unix(std::string_view path)
{
    if (path.empty() || path.size() > longest_unix_path || path.find('\0') != path.npos) return std::nullopt;
    return address{.host = {}, .port = 0, .path = std::string(path)};
}

std::optional<std::uint16_t> read_port(std::string_view digits)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return port;
}

// Without brackets a colon belongs to the port, so `::1:8080` (which could mean two things) has no host.
std::optional<std::string_view> read_host(std::string_view spelling)
{
    const bool bracketed = spelling.starts_with('[') && spelling.ends_with(']');
    const auto host = bracketed ? spelling.substr(1, spelling.size() - 2) : spelling;
    const bool has_colon = host.find(':') != host.npos;
    if (host.empty() || has_colon != bracketed || host.find_first_of("[]/ \t") != host.npos) return std::nullopt;
    return host;
}

} // namespace

std::optional<address> read_address(std::string_view spelling)
{
    if (spelling == inherited_name) return address{.host = {}, .port = 0, .path = {}, .inherited = true};
    if (spelling.starts_with(unix_prefix)) return read_unix(spelling.substr(unix_prefix.size()));
    const auto colon = spelling.rfind(':');
    if (colon == spelling.npos) return std::nullopt;
    const auto host = read_host(spelling.substr(0, colon));
    const auto port = read_port(spelling.substr(colon + 1));
    if (!host || !port) return std::nullopt;
    return address{.host = std::string(*host), .port = *port, .path = {}};
}

std::string to_string(const address& where)
{
    if (where.inherited) return std::string(inherited_name);
    if (where.is_unix()) return std::string(unix_prefix) + where.path;
    const bool needs_brackets = where.host.find(':') != std::string::npos;
    return (needs_brackets ? "[" + where.host + "]" : where.host) + ":" + std::to_string(where.port);
}

} // namespace chorus
