// request.cpp — turns a collected head into a request, with the refusals that Beast 1.81 leaves to us.
#include <chorus/wire/request.hpp>

#include "http_codec.hpp"
#include <chorus/core/hex.hpp>
#include <chorus/wire/trace.hpp>

#include <algorithm>
#include <charconv>

namespace chorus {
namespace {

// What makes two parsers disagree about where a request ends is refused, whatever Beast makes of it (RFC 9112
// section 6.3).
objection check_body_length(const request& head)
{
    if (head.count("Content-Length") > 0 && head.count("Transfer-Encoding") > 0)
        return bad_request("bad_body_length", "Content-Length together with Transfer-Encoding");
    if (head.tokens("Content-Length").size() > 1 || head.count("Content-Length") > 1)
        return bad_request("bad_body_length", "more than one Content-Length");
    return {};
}

bool has_body(const request& head)
{
    const auto length = head.field("Content-Length");
    const bool some_length = length && length->find_first_not_of('0') != std::string_view::npos;
    return some_length || head.count("Transfer-Encoding") > 0;
}

objection check_body(request& head)
{
    if (!has_body(head)) return {};
    if (head.method == "GET" || head.method == "HEAD")
        return bad_request("unexpected_body", head.method + " with a body");
    head.keep_alive = false; // nobody will read it, so the next head cannot be found
    return {};
}

objection check_host(const request& head)
{
    const std::size_t hosts = head.count("Host");
    if (hosts > 1) return bad_request("duplicate_host", "more than one Host");
    if (hosts == 0 && head.version >= 11) return bad_request("missing_host", "HTTP/1.1 without Host");
    return {};
}

void set_host(request& head, std::string_view host)
{
    std::erase_if(head.fields, [](const auto& field) { return equal_ignoring_case(field.first, "Host"); });
    head.fields.emplace_back("Host", host);
}

// "http://host:port/path?query" is meant for proxies, but a server must take it, with its host for Host (RFC 9112
// section 3.2.2).
std::string_view without_authority(request& head, std::string_view target)
{
    const std::size_t scheme = target.find("://");
    if (target.starts_with('/') || scheme == std::string_view::npos) return target;
    target.remove_prefix(scheme + 3);
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    set_host(head, target.substr(0, end));
    return target.substr(end);
}

objection split_target(request& head)
{
    const std::string_view own = without_authority(head, head.target);
    const std::size_t mark = std::min(own.find('?'), own.size());
    head.path = mark == 0 ? "/" : std::string{own.substr(0, mark)};
    head.query = std::string{own.substr(std::min(mark + 1, own.size()))};
    if (head.path.starts_with('/') || head.target == "*") return {};
    return bad_request("bad_target", "the target is neither a path nor a URL");
}

objection check(request& head)
{
    if (auto no = check_body_length(head)) return no;
    if (auto no = check_body(head)) return no;
    if (auto no = check_host(head)) return no;
    return split_target(head);
}

std::optional<char> hex_byte(std::string_view digits)
{
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) return {};
    return static_cast<char>(value);
}

// A '%' that no two digits follow stands for itself, as in browsers.
std::string percent_decoded(std::string_view text)
{
    std::string out;
    for (std::size_t index = 0; index < text.size(); ++index) {
        const auto byte = text[index] == '%' ? hex_byte(text.substr(index + 1, 2)) : std::nullopt;
        if (byte) index += 2;
        out += byte ? *byte : text[index] == '+' ? ' ' : text[index];
    }
    return out;
}

} // namespace

std::optional<std::string> request::query_value(std::string_view name) const
{
    for (std::string_view rest = query; !rest.empty();) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (percent_decoded(pair.substr(0, equals)) == name)
            return percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

std::string request::id() const
{
    auto said = trace_of(*this).request_id;
    return said.empty() && number != 0 ? to_hex(number) : said;
}

request_reader::state request_reader::feed(std::span<const char>& in)
{
    if (!why_.reason.empty()) return state::refused;
    const state collected = collector_.feed(in);
    if (collected == state::complete) return parse();
    if (collected == state::refused) why_ = collector_.why();
    return collected;
}

request_reader::state request_reader::parse()
{
    auto parsed = http_codec::parse_request(collector_.text());
    if (auto* no = std::get_if<refusal>(&parsed)) return why_ = std::move(*no), state::refused;
    request_ = std::get<request>(std::move(parsed));
    if (auto no = check(request_)) return why_ = std::move(*no), state::refused;
    return state::complete;
}

} // namespace chorus
