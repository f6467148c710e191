// proxy.cpp — reads a proxy's URL, and asks it for a tunnel.
#include <chorus/client/proxy.hpp>

#include <chorus/wire/head.hpp>

#include <boost/url/parse.hpp>
#include <openssl/evp.h>
#include <wire/http_codec.hpp>

namespace chorus {
namespace {

constexpr std::uint16_t port_of_http = 80;

fault bad(std::string_view why) { return {"bad_proxy", "proxy: " + std::string(why)}; }

std::string base64(std::string_view text)
{
    std::string out(4 * ((text.size() + 2) / 3) + 1, '\0'); // OpenSSL ends it with a NUL
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                    static_cast<int>(text.size()));
    out.pop_back();
    return out;
}

} // namespace

result<proxy> read_proxy(std::string_view spelling)
{
    const auto parsed = boost::urls::parse_uri(spelling);
    if (!parsed) return bad("expected http://[user:password@]host[:port]");
    if (!equal_ignoring_case(parsed->scheme(), "http")) return bad("only http:// proxies are known here");
    const std::string host(parsed->encoded_host_address());
    if (host.empty() || host.find('%') != host.npos) return bad("expected the name or number of a host");
    proxy found{.where = {.host = host, .port = port_of_http, .path = {}}};
    if (parsed->has_port() && !parsed->port().empty()) found.where.port = parsed->port_number();
    if (found.where.port == 0) return bad("expected a port from 1 to 65535");
    if (parsed->has_userinfo()) found.authorization = "Basic " + base64(parsed->user() + ":" + parsed->password());
    return found;
}

std::string connect_request(const address& to, const proxy& through)
{
    http_fields fields{{"Host", to_string(to)}};
    if (!through.authorization.empty()) fields.emplace_back("Proxy-Authorization", through.authorization);
    return http_codec::write_request("CONNECT", to_string(to), fields);
}

} // namespace chorus
