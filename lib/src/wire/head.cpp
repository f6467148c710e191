// head.cpp — looks up header fields, and judges a head byte by byte while it is collected.
#include <chorus/wire/head.hpp>

#include <algorithm>

namespace chorus {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }

void append_tokens(std::vector<std::string_view>& out, std::string_view list)
{
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (const std::string_view token = trimmed(list.substr(0, comma)); !token.empty()) out.push_back(token);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

} // namespace

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool equal_ignoring_case(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string_view> http_head::field(std::string_view name) const
{
    for (const auto& [key, value] : fields)
        if (equal_ignoring_case(key, name)) return value;
    return {};
}

std::size_t http_head::count(std::string_view name) const
{
    const auto matches = [&](const auto& entry) { return equal_ignoring_case(entry.first, name); };
    return static_cast<std::size_t>(std::ranges::count_if(fields, matches));
}

std::vector<std::string_view> http_head::tokens(std::string_view name) const
{
    std::vector<std::string_view> out;
    for (const auto& [key, value] : fields)
        if (equal_ignoring_case(key, name)) append_tokens(out, value);
    return out;
}

bool http_head::has_token(std::string_view name, std::string_view token) const
{
    const auto all = tokens(name);
    return std::ranges::any_of(all, [&](auto each) { return equal_ignoring_case(each, token); });
}

head_collector::state head_collector::feed(std::span<const char>& in)
{
    while (state_ == state::need_more && !in.empty()) {
        take(in.front());
        in = in.subspan(1);
    }
    return state_;
}

void head_collector::take(char next)
{
    const char previous = text_.empty() ? '\n' : text_.back(); // the start counts as the start of a line
    const bool line_starts = previous == '\n';

    if (text_.size() == max_bytes) return refuse(431, "head_too_large", "the head is longer than 8 KiB");
    if (previous == '\r' && next != '\n') return refuse(400, "bare_carriage_return", "CR without LF");
    if (next == '\n' && previous != '\r') return refuse(400, "bare_line_feed", "LF without CR");
    if (line_starts && (next == ' ' || next == '\t')) return refuse(400, "folded_field", "a line begins with a blank");
    if (is_control(next) && next != '\r' && next != '\n')
        return refuse(400, "control_character", "a control character in the head");

    text_ += next;
    if (text_ == "\r\n") text_.clear(); // RFC 9112 section 2.2: empty lines before a head mean nothing
    if (next == '\n' && text_.ends_with("\r\n\r\n")) state_ = state::complete;
}

void head_collector::refuse(unsigned status, std::string_view reason, std::string_view detail)
{
    state_ = state::refused;
    why_ = {status, std::string{reason}, std::string{detail}, {}};
}

} // namespace chorus
