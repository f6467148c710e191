// handshake.hpp — the rules by which HTTP becomes WebSocket, for both sides (RFC 6455 section 4).
#pragma once

#include <chorus/wire/deflate_offer.hpp>
#include <chorus/wire/request.hpp>
#include <chorus/wire/response.hpp>

#include <optional>
#include <span>
#include <variant>

namespace chorus {

// What a server with routes speaks: envelopes in JSON, which is what is spoken without a subprotocol too, or in binary.
inline constexpr std::string_view json_subprotocol = "chorus.json.v1", binary_subprotocol = "chorus.binary.v1";

// What both sides have agreed on.
struct upgrade
{
    std::string accept;
    std::string subprotocol;                        // empty: none
    std::optional<deflate_parameters> deflate = {}; // nothing: messages go as they are
};

// What the server must answer to prove that it has understood `key`.
std::string accept_key(std::string_view key);

// Server. A request that asks for no upgrade at all gets 426, which says how to ask. Of the server's `subprotocols`, in
// its order of preference, the first that the client offers is taken; none in common is no reason to refuse.
// Compression is agreed on when the client offers a form of it that the server is willing to do.
std::variant<upgrade, refusal> check_upgrade(const request& head, std::span<const std::string> subprotocols = {},
                                             deflate_mode deflate = deflate_mode::off);
std::string upgrade_response(const upgrade& agreed, http_fields fields = {}); // `fields` go along as they are

// Client. `key` is fresh for every connection: make_key(). `fields` go along as they are (Origin, Authorization, ...).
// Offers of compression stand in order of preference; without any, messages go as they are.
std::string make_key();
std::string upgrade_request(std::string_view host, std::string_view target, std::string_view key,
                            std::span<const std::string> subprotocols = {}, const http_fields& fields = {},
                            std::span<const deflate_offer> deflate = {});
// The refusal has the response's status; a server that answers 101 but breaks the rules must not be spoken to.
std::variant<upgrade, refusal> check_upgrade_response(const response& head, std::string_view key,
                                                      std::span<const std::string> subprotocols = {},
                                                      std::span<const deflate_offer> deflate = {});

} // namespace chorus
