// url.cpp — takes a WebSocket's URL apart and puts it together; Boost.URL knows the grammar.
#include <chorus/client/url.hpp>

#include <chorus/wire/head.hpp>

#include <boost/url/parse.hpp>

#include <algorithm>

namespace chorus {
namespace {

constexpr std::string_view unix_prefix = "ws+unix:";
constexpr std::uint16_t port_of_ws = 80, port_of_wss = 443;

fault bad(std::string_view spelling, std::string_view why)
{
    return {"bad_url", "'" + std::string(spelling) + "': " + std::string(why)};
}

// ws+unix:/run/chat.sock:/ws — a second colon ends the socket's path.
result<url> read_unix(std::string_view spelling)
{
    const auto rest = spelling.substr(unix_prefix.size());
    const auto colon = rest.find(':');
    const auto socket = read_address("unix:" + std::string(rest.substr(0, colon)));
    if (!socket) return bad(spelling, "expected ws+unix:/path/to/socket:/path");
    url found{.where = *socket};
    if (colon != rest.npos) found.target = rest.substr(colon + 1);
    const auto is_visible = [](char c) { return c > ' ' && c < '\x7f' && c != '#'; };
    if (!found.target.starts_with('/') || !std::ranges::all_of(found.target, is_visible))
        return bad(spelling, "the path behind the socket begins with / and is percent-encoded");
    return found;
}

std::string target_of(const boost::urls::url_view& parsed)
{
    std::string target(parsed.encoded_path());
    if (target.empty()) target = "/";
    if (parsed.has_query()) target.append("?").append(std::string(parsed.encoded_query()));
    return target;
}

std::uint16_t default_port(bool secure) { return secure ? port_of_wss : port_of_ws; }

void append_encoded(std::string& out, std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        const auto byte = static_cast<unsigned char>(c);
        if (plain)
            out += c;
        else
            out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
}

} // namespace

result<url> read_url(std::string_view spelling)
{
    if (spelling.starts_with(unix_prefix)) return read_unix(spelling);
    const auto parsed = boost::urls::parse_uri(spelling);
    if (!parsed) return bad(spelling, "not a URL, such as ws://127.0.0.1:8080/ws");
    const bool secure = equal_ignoring_case(parsed->scheme(), "wss");
    if (!secure && !equal_ignoring_case(parsed->scheme(), "ws")) return bad(spelling, "expected ws:// or wss://");
    if (parsed->has_fragment()) return bad(spelling, "a WebSocket's URL has no # part");
    if (parsed->has_userinfo()) return bad(spelling, "a user and password do not belong into a URL");
    const std::string host(parsed->encoded_host_address());
    if (host.empty() || host.find('%') != host.npos) return bad(spelling, "expected the name or number of a host");
    const auto port = parsed->has_port() && !parsed->port().empty() ? parsed->port_number() : default_port(secure);
    if (port == 0) return bad(spelling, "expected a port from 1 to 65535");
    return url{.where = {.host = host, .port = port, .path = {}}, .secure = secure, .target = target_of(*parsed)};
}

std::string to_string(const url& from)
{
    if (from.where.is_unix()) return std::string(unix_prefix) + from.where.path + ":" + from.target;
    return (from.secure ? "wss://" : "ws://") + host_field(from) + from.target;
}

std::string host_field(const url& from)
{
    if (from.where.is_unix()) return "localhost";
    auto text = to_string(from.where);
    if (from.where.port == default_port(from.secure)) text.resize(text.rfind(':'));
    return text;
}

void add_to_query(url& to, std::string_view name, std::string_view value)
{
    to.target += to.target.find('?') == to.target.npos ? '?' : '&';
    append_encoded(to.target, name);
    to.target += '=';
    append_encoded(to.target, value);
}

} // namespace chorus
