// extension_list.cpp — Takes Sec-WebSocket-Extensions apart, token by token.
#include "extension_list.hpp"

#include <algorithm>

namespace chorus {
namespace {

bool is_token_char(char c)
{
    constexpr std::string_view others = "!#$%&'*+-.^_`|~"; // RFC 9110 section 5.6.2
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != others.npos;
}

// Reads from the front of one field.
class scanner
{
public:
    explicit scanner(std::string_view field) : rest_(field) { skip_blanks(); }

    bool at_end() const { return rest_.empty(); }

    bool take(char wanted)
    {
        if (!rest_.starts_with(wanted)) return false;
        advance(1);
        return true;
    }

    // Empty when there is none.
    std::string token()
    {
        const auto size = static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_token_char) - rest_.begin());
        std::string found{rest_.substr(0, size)};
        advance(size);
        return found;
    }

    // A value in quotes must be a token once they are gone (RFC 6455, 9.1).
    std::string value()
    {
        if (!rest_.starts_with('"')) return token();
        const auto quoted = skip_quoted();
        return std::ranges::all_of(quoted, is_token_char) ? quoted : std::string{};
    }

    // To the next extension; a comma in quotes separates nothing.
    void skip_element()
    {
        while (!rest_.empty() && rest_.front() != ',') {
            if (rest_.front() == '"')
                skip_quoted();
            else
                advance(1);
        }
    }

private:
    // Over the closing quote, or to the end when there is none.
    std::string skip_quoted()
    {
        std::string text;
        rest_.remove_prefix(1);
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
            text += rest_.front();
            rest_.remove_prefix(1);
        }
        if (rest_.empty()) return {};
        advance(1);
        return text;
    }

    void advance(std::size_t size)
    {
        rest_.remove_prefix(size);
        skip_blanks();
    }
    void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

    std::string_view rest_;
};

bool read_parameter(scanner& from, extension::parameter& into)
{
    into.name = from.token();
    if (into.name.empty()) return false;
    if (!from.take('=')) return true;
    into.value = from.value();
    return !into.value->empty();
}

// False when it does not follow the grammar up to its end.
bool read_element(scanner& from, extension& into)
{
    into.name = from.token();
    if (into.name.empty()) return false;
    while (from.take(';'))
        if (!read_parameter(from, into.parameters.emplace_back())) return false;
    return true;
}

void read_field(std::string_view field, std::vector<extension>& into)
{
    for (scanner from{field}; !from.at_end();) {
        if (from.take(',')) continue;
        auto& each = into.emplace_back();
        each.well_formed = read_element(from, each);
        if (from.at_end() || from.take(',')) continue;
        each.well_formed = false;
        from.skip_element();
    }
}

} // namespace

std::vector<extension> extensions_of(const http_head& head)
{
    std::vector<extension> all;
    for (const auto& [name, value] : head.fields)
        if (equal_ignoring_case(name, "Sec-WebSocket-Extensions")) read_field(value, all);
    return all;
}

} // namespace chorus
