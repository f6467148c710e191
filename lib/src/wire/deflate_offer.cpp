// deflate_offer.cpp — Reads and writes the four parameters of permessage-deflate, and says what fits what.
#include <chorus/wire/deflate_offer.hpp>

#include "extension_list.hpp"

#include <algorithm>
#include <charconv>

namespace chorus {
namespace {

constexpr std::string_view extension_name = "permessage-deflate";

// One extension as it was written, before anybody judges whether it fits.
struct written : deflate_parameters
{
    bool client_window_without_value = false;
};

// 8 to 15, in decimal digits without leading zeros (RFC 7692, 7.1.2).
std::optional<int> window_bits(const std::optional<std::string>& value)
{
    int bits = 0;
    if (!value || value->starts_with('0')) return {};
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), bits);
    const auto is_number = error == std::errc{} && end == value->data() + value->size();
    return is_number && bits >= 8 && bits <= largest_window ? std::optional{bits} : std::nullopt;
}

bool set_flag(bool& flag, const extension::parameter& from) { return !from.value && !std::exchange(flag, true); }

bool set_window(std::optional<int>& window, const extension::parameter& from)
{
    if (window) return false;
    window = window_bits(from.value);
    return window.has_value();
}

// False when the parameter is unknown, there twice, or has a value that it cannot have.
bool set(written& into, const extension::parameter& from)
{
    const auto is = [&](std::string_view name) { return equal_ignoring_case(from.name, name); };
    if (is("server_no_context_takeover")) return set_flag(into.server_no_context_takeover, from);
    if (is("client_no_context_takeover")) return set_flag(into.client_no_context_takeover, from);
    if (is("server_max_window_bits")) return set_window(into.server_max_window_bits, from);
    if (!is("client_max_window_bits") || into.client_window_without_value) return false;
    if (from.value) return set_window(into.client_max_window_bits, from);
    into.client_window_without_value = true;
    return !into.client_max_window_bits;
}

bool is_deflate(const extension& each) { return equal_ignoring_case(each.name, extension_name); }

std::optional<written> read(const extension& from)
{
    written found;
    const auto set_each = [&](const extension::parameter& each) { return set(found, each); };
    if (!from.well_formed || !is_deflate(from)) return {};
    if (!std::ranges::all_of(from.parameters, set_each)) return {};
    return found;
}

// A client that limits itself need not be told so, but with contexts of its own it costs less to believe it.
std::optional<deflate_parameters> accept(const written& offer, deflate_mode willing)
{
    if (offer.server_window() < smallest_window) return {};
    deflate_parameters agreed = static_cast<const deflate_parameters&>(offer);
    agreed.server_no_context_takeover |= willing == deflate_mode::shared;
    agreed.client_no_context_takeover |= willing == deflate_mode::shared;
    if (agreed.client_no_context_takeover || agreed.client_window() < smallest_window)
        agreed.client_max_window_bits.reset();
    return agreed;
}

// What a server chooses for itself may be stricter than what was asked; of its client it may only ask what was offered.
// (Who has offered the largest window may hear nothing of it, from Beast for one: that is no wider.)
bool fits(const written& answer, const deflate_offer& asked)
{
    const auto may_limit_client = asked.limits_window_on_request || asked.client_max_window_bits;
    if (asked.server_no_context_takeover && !answer.server_no_context_takeover) return false;
    if (answer.server_window() > asked.server_window()) return false;
    if (answer.client_window_without_value) return false;
    if (!answer.client_max_window_bits) return true;
    return may_limit_client && *answer.client_max_window_bits >= smallest_window &&
           *answer.client_max_window_bits <= asked.client_window();
}

// What a client has said of itself it does unasked: the server may count on it (7.1.1.2, 7.1.2.2).
deflate_parameters as_promised(deflate_parameters agreed, const deflate_offer& by)
{
    agreed.client_no_context_takeover |= by.client_no_context_takeover;
    if (by.client_max_window_bits)
        agreed.client_max_window_bits = std::min(agreed.client_window(), *by.client_max_window_bits);
    return agreed;
}

void append_window(std::string& out, std::string_view name, const std::optional<int>& bits)
{
    if (bits) out.append("; ").append(name).append("=").append(std::to_string(*bits));
}

} // namespace

std::optional<deflate_parameters> choose_deflate(const http_head& request, deflate_mode willing)
{
    if (willing == deflate_mode::off) return {};
    for (const auto& each : extensions_of(request))
        if (const auto offer = read(each))
            if (const auto agreed = accept(*offer, willing)) return agreed;
    return {};
}

std::variant<std::optional<deflate_parameters>, std::string> check_deflate_answer(const http_head& response,
                                                                                  std::span<const deflate_offer> asked)
{
    const auto chosen = extensions_of(response);
    const auto answer = chosen.empty() ? std::nullopt : read(chosen.front());
    if (response.count("Sec-WebSocket-Extensions") == 0) return std::nullopt;
    if (chosen.empty()) return "the server's Sec-WebSocket-Extensions is empty";
    if (chosen.size() > 1) return "the server chose more than one extension";
    if (asked.empty() || !is_deflate(chosen.front())) return "the server chose an extension that was not offered";
    if (!answer) return "the server's permessage-deflate has a parameter that it cannot have";
    std::optional<deflate_parameters> agreed;
    for (const auto& each : asked) // which of those that fit the server meant, it does not say
        if (fits(*answer, each)) agreed = as_promised(agreed.value_or(*answer), each);
    if (!agreed) return "the server's permessage-deflate fits none of the offers";
    return agreed;
}

std::string to_string(const deflate_parameters& agreed)
{
    std::string out{extension_name};
    if (agreed.server_no_context_takeover) out += "; server_no_context_takeover";
    if (agreed.client_no_context_takeover) out += "; client_no_context_takeover";
    append_window(out, "server_max_window_bits", agreed.server_max_window_bits);
    append_window(out, "client_max_window_bits", agreed.client_max_window_bits);
    return out;
}

std::string to_string(std::span<const deflate_offer> offers)
{
    std::string out;
    for (const auto& each : offers) {
        out.append(out.empty() ? "" : ", ").append(to_string(static_cast<const deflate_parameters&>(each)));
        if (each.limits_window_on_request && !each.client_max_window_bits) out += "; client_max_window_bits";
    }
    return out;
}

} // namespace chorus
