// environment_proxy.cpp — reads http_proxy, https_proxy and no_proxy as other programs do.
#include "cat_options.hpp"

#include <chorus/wire/head.hpp>

namespace chorus::app {
namespace {

std::string_view variable(const environment& variables, std::string_view name)
{
    const auto found = variables.find(name);
    return found == variables.end() ? std::string_view{} : found->second;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// `example.org` and `.example.org` are the domain and all below it.
bool covers(std::string_view entry, std::string_view host)
{
    if (entry == "*") return true;
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (entry.empty() || host.size() < entry.size()) return false;
    const auto rest = host.size() - entry.size();
    return equal_ignoring_case(host.substr(rest), entry) && (rest == 0 || host[rest - 1] == '.');
}

bool is_excepted(std::string_view list, std::string_view host)
{
    for (std::size_t begin = 0; begin <= list.size();) {
        const auto end = std::min(list.find(',', begin), list.size());
        if (covers(trimmed(list.substr(begin, end - begin)), host)) return true;
        begin = end + 1;
    }
    return false;
}

} // namespace

std::string proxy_of_environment(const url& to, const environment& variables)
{
    if (to.where.is_unix() || is_excepted(variable(variables, "no_proxy"), to.where.host)) return {};
    return std::string(variable(variables, to.secure ? "https_proxy" : "http_proxy"));
}

} // namespace chorus::app
