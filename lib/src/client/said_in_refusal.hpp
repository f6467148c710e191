// said_in_refusal.hpp — reads why a server has refused an upgrade from the body of its answer.
#pragma once

#include <chorus/wire/refusal.hpp>
#include <chorus/wire/response.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace chorus {

// How much of the body is worth reading: its length, or nothing where it is longer than such a word, or not known.
std::size_t length_of_body(const response& head);

// The body {"error": reason, "message": words} of our own servers; any other leaves `not_upgraded` and the status.
refusal said_in_refusal(unsigned status, std::string_view phrase, std::string_view body, http_fields fields);

} // namespace chorus
