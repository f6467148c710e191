// trace.cpp — By what names a request is followed from program to program: X-Request-Id, and W3C Trace Context.
#include <chorus/wire/trace.hpp>

#include <algorithm>

namespace chorus {
namespace {

constexpr std::size_t longest_request_id = 64;
constexpr std::size_t longest_traceparent = 128; // of a version to come: ours has 55
constexpr std::string_view shape = "00-00000000000000000000000000000000-0000000000000000-00";

bool is_name_letter(char each)
{
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') ||
           each == '.' || each == '_' || each == '-';
}

bool is_hex_or_dash(char shaped, char each)
{
    if (shaped == '-') return each == '-';
    return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f');
}

bool is_printable(char each) { return each > ' ' && each <= '~'; }

bool is_zero(std::string_view digits) { return digits.find_first_not_of('0') == digits.npos; }

std::string only_field(const http_head& head, std::string_view name, bool (*is_proper)(std::string_view))
{
    const auto text = head.field(name);
    return text && head.count(name) == 1 && is_proper(*text) ? std::string(*text) : std::string();
}

} // namespace

trace trace_of(const http_head& head)
{
    return {only_field(head, "X-Request-Id", is_request_id), only_field(head, "traceparent", is_traceparent)};
}

bool is_request_id(std::string_view text)
{
    return !text.empty() && text.size() <= longest_request_id && std::ranges::all_of(text, is_name_letter);
}

bool is_traceparent(std::string_view text)
{
    const auto known = text.substr(0, shape.size()), more = text.substr(known.size());
    if (known.size() != shape.size() || !std::ranges::equal(shape, known, is_hex_or_dash)) return false;
    if (is_zero(known.substr(3, 32)) || is_zero(known.substr(36, 16))) return false;
    const auto version = known.substr(0, 2);
    if (version == "00" || version == "ff") return version == "00" && more.empty();
    return more.empty() ||
           (more.front() == '-' && text.size() <= longest_traceparent && std::ranges::all_of(more, is_printable));
}

} // namespace chorus
