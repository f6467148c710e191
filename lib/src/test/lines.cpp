// lines.cpp — puts what was heard into short lines, without what differs from run to run.
#include <chorus/test/lines.hpp>

#include <chorus/wire/binary_envelope.hpp>
#include <chorus/wire/json.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <ranges>
#include <span>

namespace chorus::test {
namespace {

using object = boost::json::object;

std::string words_of(const json& value)
{
    return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

std::string word(const object& payload, std::string_view member)
{
    const auto* const value = payload.if_contains(member);
    return value ? words_of(*value) : std::string();
}

std::string all_words(std::string line, const object& payload, std::span<const std::string_view> members)
{
    for (const auto& each : members)
        line += " " + word(payload, each);
    return line;
}

bool has_just(const object& payload, std::span<const std::string_view> members)
{
    return payload.size() == members.size() &&
           std::ranges::all_of(members, [&](const auto& each) { return payload.contains(each); });
}

std::optional<heard_envelope> envelope_in(std::string_view text)
{
    boost::json::error_code wrong;
    auto read = boost::json::parse(text, wrong);
    auto* const message = wrong ? nullptr : read.if_object();
    if (!message) return {};
    auto* const type = message->if_contains("type");
    auto* const payload = message->if_contains("payload");
    if (!type || !type->is_string() || !payload || !payload->is_object()) return {};
    heard_envelope found{words_of(*type), std::move(payload->get_object()), {}};
    if (const auto* const id = message->if_contains("id")) found.id = *id;
    return found;
}

// There the id stands among the members of the payload.
std::optional<heard_envelope> binary_envelope_in(std::string_view bytes)
{
    const auto read = read_binary_envelope(bytes);
    if (!read) return {};
    boost::json::error_code wrong;
    auto payload = boost::json::parse(read->payload, wrong);
    if (wrong || !payload.is_object()) return {};
    heard_envelope found{std::string(name_of(read->type)), std::move(payload.get_object()), {}};
    if (const auto* const id = found.payload.if_contains("id")) {
        found.id = *id;
        found.payload.erase("id");
    }
    return found;
}

std::optional<std::string> line_of_joined(const object& payload)
{
    const auto* const messages = payload.if_contains("messages");
    const auto* const recovered = payload.if_contains("recovered");
    if (!messages || !messages->is_array() || !recovered) return {};
    std::string line = "joined " + word(payload, "room") + " at " + word(payload, "offset");
    if (*recovered == json(true)) line += " recovered";
    for (const auto& each : messages->get_array())
        if (const auto* const message = each.if_object()) line += " " + word(*message, "offset");
    return line;
}

// What a hub tells of rooms; nothing when it is something else.
std::optional<std::string> line_of_notice(const heard_envelope& heard)
{
    static constexpr std::array<std::string_view, 1> left{"room"};
    static constexpr std::array<std::string_view, 2> ok{"room", "offset"};
    static constexpr std::array<std::string_view, 3> gap{"room", "from", "to"}, presence{"room", "user", "event"};
    const auto if_just = [&](std::span<const std::string_view> members) -> std::optional<std::string> {
        if (!has_just(heard.payload, members)) return {};
        return all_words(heard.type, heard.payload, members);
    };
    if (heard.type == "joined") return line_of_joined(heard.payload);
    if (heard.type == "left") return if_just(left);
    if (heard.type == "ok") return if_just(ok);
    if (heard.type == "gap") return if_just(gap);
    if (heard.type == "presence") return if_just(presence);
    return {};
}

std::string with_id(std::string line, const heard_envelope& heard)
{
    return heard.id ? line + " #" + words_of(*heard.id) : line;
}

std::string line_of(const heard_envelope& heard)
{
    const auto notice = line_of_notice(heard);
    return with_id(notice ? *notice : heard.type + " " + boost::json::serialize(heard.payload), heard);
}

} // namespace

std::string joined(const lines& all, std::string_view separator)
{
    std::string one;
    for (const auto& each : all)
        one.append(one.empty() ? "" : separator).append(each);
    return one;
}

bool operator==(const lines& all, std::string_view text) { return joined(all) == text; }

std::ostream& operator<<(std::ostream& out, const lines& all) { return out << joined(all); }

std::string line_of_envelope(std::string_view text)
{
    const auto heard = envelope_in(text);
    return heard ? line_of(*heard) : std::string(text);
}

std::string line_of_text(std::string_view text)
{
    const auto heard = envelope_in(text);
    if (!heard) return std::string(text);
    const auto& payload = heard->payload;
    if (heard->type == "error") return with_id("error " + word(payload, "code"), *heard);
    if (heard->type != "chat") return line_of(*heard);
    const auto from = payload.contains("room") ? word(payload, "room") + " " + word(payload, "offset") : "everyone";
    return with_id(from + " " + word(payload, "text"), *heard);
}

std::optional<heard_envelope> envelope_of(const parser::event& heard)
{
    if (heard.what != parser::kind::message) return {};
    return heard.op == opcode::text ? envelope_in(heard.payload) : binary_envelope_in(heard.payload);
}

std::string line_of(const parser::event& heard)
{
    if (const auto envelope = envelope_of(heard)) return line_of(*envelope);
    const auto is_text = heard.what == parser::kind::message && heard.op == opcode::text;
    return is_text ? std::string(heard.payload) : in_words(heard);
}

std::vector<parser::event> apart(const parser::event& heard)
{
    if (heard.what != parser::kind::message || heard.op != opcode::text || heard.payload.empty()) return {heard};
    std::vector<parser::event> all;
    for (const auto each : std::views::split(heard.payload, '\n'))
        all.push_back({.what = heard.what, .op = heard.op, .payload = {each.begin(), each.end()}});
    return all;
}

std::string in_words(const parser::event& heard)
{
    const std::string payload(heard.payload);
    switch (heard.what) {
    case parser::kind::message: return (heard.op == opcode::text ? "text " : "binary ") + payload;
    case parser::kind::ping: return "ping";
    case parser::kind::pong: return "pong " + payload;
    case parser::kind::error: return "broken: " + std::string(heard.why);
    case parser::kind::close:
        return "close " + std::to_string(static_cast<unsigned>(heard.code)) + (payload.empty() ? "" : " ") + payload;
    case parser::kind::need_more: break;
    }
    return {};
}

} // namespace chorus::test
