// coming_back.cpp — The table of refusals.
#include <chorus/client/coming_back.hpp>

#include <chorus/wire/head.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace chorus {
namespace {

constexpr std::chrono::seconds longest_asked = std::chrono::minutes{5};

// No answer came, and none will be better: these are not about the moment.
constexpr std::array<std::string_view, 4> lasting{"bad_url", "bad_proxy", "no_tls", "certificate_refused"};

constexpr bool is_passing(unsigned status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

std::optional<std::chrono::seconds> read_seconds(std::string_view text)
{
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end != text.data() + text.size() || text.empty()) return {};
    if (error == std::errc::result_out_of_range) return longest_asked;
    if (error != std::errc{}) return {};
    return std::min(std::chrono::seconds{number}, longest_asked);
}

} // namespace

reconnect reconnect_rule(const refusal& why)
{
    if (why.status == 401 && why.reason != "proxy_refused") return reconnect::with_a_new_token;
    if (is_passing(why.status)) return reconnect::with_backoff;
    if (why.status == 0 && std::ranges::find(lasting, why.reason) == lasting.end()) return reconnect::with_backoff;
    return reconnect::never;
}

std::optional<std::chrono::seconds> retry_after(const refusal& why)
{
    for (const auto& [name, value] : why.fields)
        if (equal_ignoring_case(name, "Retry-After")) return read_seconds(value);
    return {};
}

} // namespace chorus
