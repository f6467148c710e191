// deflate_offer_fuzz.cpp — whatever a client offers, both sides can live with what the server makes of it.
//
// An input: each line is the value of one Sec-WebSocket-Extensions field.
#include "fuzz.hpp"

#include <chorus/wire/deflate_offer.hpp>

#include <array>

using namespace chorus;

namespace {

http_head extensions(std::string_view lines)
{
    http_head head;
    while (!lines.empty())
        head.fields.emplace_back("Sec-WebSocket-Extensions", fuzz::take_line(lines));
    return head;
}

bool is_possible(int window) { return window >= smallest_window && window <= largest_window; }

void check_choice(const http_head& request, deflate_mode willing)
{
    const auto agreed = choose_deflate(request, willing);
    if (!agreed) return;
    fuzz::require(is_possible(agreed->server_window()) && is_possible(agreed->client_window()), "zlib can do it");
    if (willing == deflate_mode::shared)
        fuzz::require(agreed->server_no_context_takeover && agreed->client_no_context_takeover, "nothing is kept");

    const std::array<deflate_offer, 1> anything{};
    const auto heard = check_deflate_answer(extensions(to_string(*agreed)), anything);
    const auto* taken = std::get_if<std::optional<deflate_parameters>>(&heard);
    fuzz::require(taken && *taken == agreed, "a client that asked for anything takes the answer");
}

void check_answer(const http_head& response)
{
    const std::array<deflate_offer, 2> asked{
        {{{.server_no_context_takeover = true, .server_max_window_bits = 10}, true},
         {{.client_max_window_bits = 12}, false}}};
    const auto heard = check_deflate_answer(response, asked);
    if (const auto* why = std::get_if<std::string>(&heard)) return fuzz::require(!why->empty(), "there is a reason");
    const auto& taken = std::get<std::optional<deflate_parameters>>(heard);
    if (!taken) return fuzz::require(response.fields.empty(), "an answer that is there is not passed over");
    fuzz::require(is_possible(taken->server_window()) && is_possible(taken->client_window()), "zlib can do it");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto head = extensions(fuzz::as_text(data, size));
    fuzz::require(!choose_deflate(head, deflate_mode::off), "who does not want to does not");
    check_choice(head, deflate_mode::shared);
    check_choice(head, deflate_mode::per_connection);
    check_answer(head);
    return 0;
}
