// origin_fuzz.cpp — an Origin is taken apart into what it was made of, and is at home only where its own host is.
//
// An input: a line for the Origin, a line for the Host field.
#include "fuzz.hpp"

#include <chorus/session/origin.hpp>
#include <chorus/wire/head.hpp>

#include <string>

using namespace chorus;

namespace {

void check_parts(const web_origin& origin)
{
    const std::string host = std::string{origin.host} + (origin.port ? ':' + std::to_string(origin.port) : "");
    const std::string whole = std::string{origin.scheme} + "://" + host;
    const auto again = parse_origin(whole);
    fuzz::require(again && again->scheme == origin.scheme && again->host == origin.host && again->port == origin.port,
                  "an origin that was written is read as the same");
    const auto is_web = equal_ignoring_case(origin.scheme, "http") || equal_ignoring_case(origin.scheme, "https");
    fuzz::require(is_same_host(origin, host) == is_web, "an origin of the web is at home at its own host");
    fuzz::require(!is_same_host(origin, "www." + host), "an origin is not at home at another one");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto rest = fuzz::as_text(data, size);
    const auto origin = parse_origin(fuzz::take_line(rest));
    if (!origin) return 0;
    check_parts(*origin);
    const auto host = fuzz::take_line(rest);
    if (is_same_host(*origin, host))
        fuzz::require(host.size() >= origin->host.size() &&
                          equal_ignoring_case(host.substr(0, origin->host.size()), origin->host),
                      "whoever is at home has the name of the house");
    return 0;
}
