// deflate_offer.hpp — How permessage-deflate is offered, chosen and answered in the opening handshake (RFC 7692, 7.1).
#pragma once
#include <chorus/wire/deflate_parameters.hpp>
#include <chorus/wire/head.hpp>

#include <optional>
#include <span>
#include <string>
#include <variant>

namespace chorus {

// What a client asks for. Its own window may be left to the server: client_max_window_bits without a value.
struct deflate_offer : deflate_parameters
{
    bool limits_window_on_request = true;
};

// Server. The first of all offers in the request that can be accepted; an unknown parameter, a double one, a value
// that is missing, wrong or too much declines an offer. Nothing: the connection goes on without compression.
std::optional<deflate_parameters> choose_deflate(const http_head& request, deflate_mode willing);

// Client. Nothing chosen is no reason to complain; otherwise the answer must fit one of the offers in every point, and
// the words say why it does not. What an offer says of the client itself counts also where the answer does not repeat
// it.
std::variant<std::optional<deflate_parameters>, std::string> check_deflate_answer(const http_head& response,
                                                                                  std::span<const deflate_offer> asked);

// For Sec-WebSocket-Extensions: the answer of a server, the offers of a client.
std::string to_string(const deflate_parameters& agreed);
std::string to_string(std::span<const deflate_offer> offers);

} // namespace chorus
