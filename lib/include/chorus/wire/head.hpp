// head.hpp — what an HTTP request and a response have in common: header fields, and how their bytes are collected.
#pragma once

#include <chorus/wire/refusal.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chorus {

// ASCII only, as HTTP compares names, tokens and hosts.
bool equal_ignoring_case(std::string_view left, std::string_view right);

// Without the blanks and tabs at both ends (RFC 9110, 5.6.3).
std::string_view trimmed(std::string_view text);

struct http_head
{
    http_fields fields; // in the order they came, values trimmed
    int version = 11;   // 10 or 11
    bool keep_alive = true;

    // The first field of that name (case-insensitive).
    std::optional<std::string_view> field(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    // The elements of a comma-separated list, over all fields of that name; empty ones are left out.
    std::vector<std::string_view> tokens(std::string_view name) const;
    bool has_token(std::string_view name, std::string_view token) const;
};

// Collects a head up to and including its empty line, and refuses the bytes that let two parsers read one head in two
// ways: a lone CR or LF, a folded field, a control character (RFC 9112 sections 2.2, 5 and 11.1).
class head_collector
{
public:
    enum class state { need_more, complete, refused };
    static constexpr std::size_t max_bytes = 8 * 1024;

    // Consumes from the front of `in`, never beyond the head. Once complete or refused it consumes nothing until
    // reset().
    state feed(std::span<const char>& in);

    const std::string& text() const { return text_; }
    const refusal& why() const { return why_; } // when refused
    void reset() { *this = {}; }

private:
    void take(char next);
    void refuse(unsigned status, std::string_view reason, std::string_view detail);

    std::string text_;
    state state_ = state::need_more;
    refusal why_;
};

} // namespace chorus
