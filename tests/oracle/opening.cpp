// opening.cpp — Makes up what the sides wish, and lets our server and our client speak HTTP with Beast.
#include "oracle/opening.hpp"

#include <stdexcept>

namespace chorus::oracle {
namespace {

int random_window(random& chance)
{
    return chance.one_in(3) ? largest_window : static_cast<int>(chance.between(smallest_window, largest_window));
}

std::optional<int> perhaps_a_window(random& chance)
{
    return chance.one_in(2) ? std::optional{random_window(chance)} : std::nullopt;
}

deflate_offer random_offer(random& chance)
{
    deflate_offer out;
    out.server_no_context_takeover = chance.one_in(4);
    out.client_no_context_takeover = chance.one_in(4);
    out.server_max_window_bits = perhaps_a_window(chance);
    out.client_max_window_bits = perhaps_a_window(chance);
    out.limits_window_on_request = !chance.one_in(4);
    return out;
}

// Where another offer follows, Beast 1.81 overlooks a last parameter that has no value, and so answers wrongly.
std::vector<deflate_offer> random_offers(random& chance)
{
    std::vector<deflate_offer> out{random_offer(chance)};
    if (!chance.one_in(4)) return out;
    out.front().client_max_window_bits = random_window(chance);
    out.push_back(random_offer(chance));
    return out;
}

} // namespace

void give_up(const std::string& why) { throw std::runtime_error{why}; }

// Beast's options name both windows.
wishes random_wishes(random& chance)
{
    if (chance.one_in(2)) return {};
    wishes out;
    out.beast_is_willing = !chance.one_in(16);
    out.beast.server_no_context_takeover = chance.one_in(4);
    out.beast.client_no_context_takeover = chance.one_in(4);
    out.beast.server_max_window_bits = random_window(chance);
    out.beast.client_max_window_bits = random_window(chance);
    out.beast_level = static_cast<int>(chance.below(10));
    out.beast_memory = static_cast<int>(chance.between(1, 9));
    out.our_mode = chance.one_in(3) ? deflate_mode::shared : deflate_mode::per_connection;
    out.our_offers = chance.one_in(16) ? std::vector<deflate_offer>{} : random_offers(chance);
    return out;
}

wishes wishes_for(const std::optional<deflate_parameters>& agreed, random& chance)
{
    if (!agreed) return {};
    auto out = random_wishes(chance);
    out.beast_is_willing = true;
    out.beast = *agreed;
    out.our_mode = deflate_mode::per_connection;
    out.our_offers = {{*agreed, true}};
    return out;
}

answer answer_to(std::string_view request, deflate_mode willing)
{
    request_reader reader;
    std::span<const char> in{request};
    if (reader.feed(in) != request_reader::state::complete) give_up("Beast's request was not understood");
    const auto agreed = check_upgrade(reader.take(), {}, willing);
    if (!std::holds_alternative<upgrade>(agreed)) give_up("Beast's request was refused");
    const auto& found = std::get<upgrade>(agreed);
    return {upgrade_response(found), found.deflate};
}

our_request::our_request(std::vector<deflate_offer> offers) : offers_(std::move(offers)) {}

std::string our_request::bytes() const { return upgrade_request("localhost", "/", key_, {}, {}, offers_); }

std::optional<deflate_parameters> our_request::agreed(std::string_view response) const
{
    response_reader reader;
    std::span<const char> in{response};
    if (reader.feed(in) != head_collector::state::complete) give_up("Beast's response was not understood");
    const auto checked = check_upgrade_response(reader.take(), key_, {}, offers_);
    if (const auto* no = std::get_if<refusal>(&checked))
        give_up("Beast's response was refused: " + no->detail + "\n" + bytes() + std::string{response});
    return std::get<upgrade>(checked).deflate;
}

} // namespace chorus::oracle
