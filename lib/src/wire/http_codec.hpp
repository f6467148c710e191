// http_codec.hpp — the only door to Beast's HTTP: text of a head to value and back.
#pragma once

#include <chorus/wire/request.hpp>
#include <chorus/wire/response.hpp>

#include <variant>

namespace chorus::http_codec {

// `head` is complete, its empty line included.
std::variant<request, refusal> parse_request(std::string_view head);
std::variant<response, refusal> parse_response(std::string_view head);

// Control characters are left out of every part.
std::string write_request(std::string_view method, std::string_view target, const http_fields& fields);
std::string write_response(unsigned status, const http_fields& fields);

} // namespace chorus::http_codec
