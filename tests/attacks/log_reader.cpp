// log_reader.cpp — The grammar of a line of log, as docs and log_line.hpp tell it, written apart from what writes them.
#include "attacks/log_reader.hpp"

#include <boost/json.hpp>
#include <regex>
#include <string>

namespace chorus::attacks {

namespace {

namespace json = boost::json;

bool is_between(std::string_view bytes, std::string_view prefix, unsigned char least, unsigned char most)
{
    if (bytes.size() <= prefix.size() || !bytes.starts_with(prefix)) return false;
    const auto byte = static_cast<unsigned char>(bytes[prefix.size()]);
    return byte >= least && byte <= most;
}

// In UTF-8: C0 and DEL, C1, the line and paragraph separators, and what Unicode calls Bidi_Control.
bool begins_with_harm(std::string_view bytes)
{
    return is_between(bytes, "", 0, 0x1f) || is_between(bytes, "", 0x7f, 0x7f) ||
           is_between(bytes, "\xc2", 0x80, 0x9f) || is_between(bytes, "\xd8", 0x9c, 0x9c) ||
           is_between(bytes, "\xe2\x80", 0x8e, 0x8f) || is_between(bytes, "\xe2\x80", 0xa8, 0xae) ||
           is_between(bytes, "\xe2\x81", 0xa6, 0xa9);
}

bool is_harmless(std::string_view line)
{
    for (; !line.empty(); line.remove_prefix(1))
        if (begins_with_harm(line)) return false;
    return true;
}

// Only what is escaped in a text line.
std::string unescaped(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            result += text[i];
            continue;
        }
        const char kind = text[++i];
        const std::size_t digits = kind == 'u' ? 4 : kind == 'x' ? 2 : 0;
        if (digits == 0) {
            result += kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind;
            continue;
        }
        const std::string hex(text.substr(i + 1, digits));
        if (kind == 'x')
            result += static_cast<char>(std::stoul(hex, nullptr, 16));
        else
            result += json::value_to<std::string>(json::parse("\"\\u" + hex + "\""));
        i += digits;
    }
    return result;
}

} // namespace

std::optional<logged_event> read_text_line(std::string_view line)
{
    static const std::regex head(
        R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (trace|debug|info|warning|error) ([a-z_]+))");
    static const std::regex field(
        R"re( ([a-z_]+)=(?:"((?:[^"\\]|\\["\\nrt]|\\u[0-9a-f]{4}|\\x[0-9a-f]{2})*)"|([^ "=\\]+)))re");
    constexpr auto start_here = std::regex_constants::match_continuous;
    std::cmatch found;
    const char* at = line.data();
    const char* const end = at + line.size();
    if (!is_harmless(line) || !std::regex_search(at, end, found, head, start_here)) return {};
    logged_event event{found[2], {}};
    for (at = found[0].second; at != end; at = found[0].second) {
        if (!std::regex_search(at, end, found, field, start_here)) return {};
        const std::string text = found[3].matched ? found[3].str() : unescaped(found[2].str());
        if (!event.fields.emplace(found[1], text).second) return {}; // the same key twice
    }
    return event;
}

std::optional<logged_event> read_json_line(std::string_view line)
{
    boost::system::error_code wrong;
    const json::value value = json::parse(line, wrong);
    const json::object* object = value.if_object();
    if (wrong || !object || !is_harmless(line)) return {};
    logged_event event;
    for (const auto& [key, each] : *object)
        event.fields[key] = each.is_string() ? std::string(each.get_string()) : json::serialize(each);
    for (const char* key : {"time", "level", "event"})
        if (!event.fields.contains(key)) return {};
    event.name = event.fields["event"];
    return event;
}

} // namespace chorus::attacks
