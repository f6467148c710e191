// said_in_refusal.cpp — a stranger's JSON, of which two short texts are taken.
#include "said_in_refusal.hpp"

#include <chorus/wire/json.hpp>
#include <chorus/wire/strict_json.hpp>
#include <chorus/wire/utf8.hpp>

#include <algorithm>
#include <charconv>

namespace chorus {
namespace {

constexpr std::size_t longest_body = 4096, longest_reason = 64, longest_detail = 256; // bytes

struct refusal_body
{
    std::string error;
    std::optional<std::string> message;
};
BOOST_DESCRIBE_STRUCT(refusal_body, (), (error, message))

bool is_reason(std::string_view text)
{
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && text.size() <= longest_reason && std::ranges::all_of(text, fits);
}

} // namespace

std::size_t length_of_body(const response& head)
{
    const auto said = head.field("Content-Length").value_or("");
    std::size_t length = 0;
    std::from_chars(said.data(), said.data() + said.size(), length);
    return length <= longest_body ? length : 0;
}

refusal said_in_refusal(unsigned status, std::string_view phrase, std::string_view body, http_fields fields)
{
    refusal why{status, "not_upgraded", "the server answered " + std::to_string(status) + " " + std::string(phrase),
                std::move(fields)};
    const auto document = parse_strictly(body);
    if (!document) return why;
    auto said = from_json<refusal_body>(*document);
    if (!said || !is_reason(said->error)) return why;
    why.reason = std::move(said->error);
    if (said->message) why.detail = utf8_prefix(*said->message, longest_detail);
    return why;
}

} // namespace chorus
