// proxy_header.cpp — reads the PROXY protocol, version 2 (the specification of HAProxy, section 2.2).
#include <chorus/wire/proxy_header.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace chorus {
namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t command_at = 12, family_at = 13, length_at = 14;
constexpr unsigned version = 2, local = 0, proxied = 1;
constexpr unsigned inet = 1, inet6 = 2, unix_domain = 3;

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

template <class Address> std::string address_at(std::string_view bytes, std::size_t at)
{
    typename Address::bytes_type raw;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), raw.size(), raw.begin());
    return Address(raw).to_string();
}

// Source and destination, then a port for each.
template <class Address> std::optional<std::string> source_of(std::string_view rest)
{
    constexpr auto size = std::tuple_size_v<typename Address::bytes_type>;
    if (rest.size() < 2 * size + 4) return {};
    return address_at<Address>(rest, 0);
}

} // namespace

std::optional<std::size_t> proxy_header::rest_size(std::string_view fixed)
{
    if (fixed.size() != fixed_size || !fixed.starts_with(signature)) return {};
    if (byte_at(fixed, command_at) >> 4 != version || (byte_at(fixed, command_at) & 15) > proxied) return {};
    const std::size_t size = byte_at(fixed, length_at) << 8 | byte_at(fixed, length_at + 1);
    return size <= largest_rest ? std::optional(size) : std::nullopt;
}

std::optional<std::string> proxy_header::source(std::string_view whole)
{
    const auto rest = rest_size(whole.substr(0, fixed_size));
    if (!rest || whole.size() != fixed_size + *rest) return {};
    if ((byte_at(whole, command_at) & 15) == local) return "";
    switch (byte_at(whole, family_at) >> 4) {
    case inet: return source_of<ip::address_v4>(whole.substr(fixed_size));
    case inet6: return source_of<ip::address_v6>(whole.substr(fixed_size));
    case 0:
    case unix_domain: return "";
    default: return {};
    }
}

} // namespace chorus
