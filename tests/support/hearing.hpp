// hearing.hpp — what a client at the far end of a memory pair hears, each message as one short line.
#pragma once

#include "wire/parsing.hpp"

#include <chorus/net/memory_transport.hpp>
#include <chorus/wire/inflater.hpp>
#include <chorus/wire/json.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace chorus::test {

using lines = std::vector<std::string>;

// The lines as one, so that a failed check shows them all.
inline std::string joined(const lines& all)
{
    std::string one;
    for (const auto& each : all)
        one += (one.empty() ? "" : "; ") + each;
    return one;
}

inline std::string word(const json& payload, std::string_view member)
{
    const json* const value = payload.get_object().if_contains(member);
    if (!value) return {};
    return value->is_string() ? std::string{value->get_string()} : boost::json::serialize(*value);
}

inline std::string line_of_joined(const json& payload)
{
    std::string line = "joined " + word(payload, "room") + " at " + word(payload, "offset");
    if (payload.at("recovered").as_bool()) line += " recovered";
    for (const auto& message : payload.at("messages").as_array())
        line += " " + word(message, "offset");
    return line;
}

// "joined tea at 4 recovered 3 4", "tea 5 hello", "everyone hello", "presence tea ann join", "left tea", "ok tea 5",
// "error bad_room", "gap tea 2 4"; with " #7" when it answers a message of that id. Other text stays as it is.
inline std::string line_of_text(std::string_view text)
{
    boost::json::error_code wrong;
    const json message = boost::json::parse(text, wrong);
    if (wrong || !message.is_object()) return std::string{text};
    const auto type = word(message, "type");
    const auto& payload = message.at("payload");
    const auto all = [&](std::string line, std::initializer_list<const char*> members) {
        for (const auto* const each : members)
            line += " " + word(payload, each);
        return line;
    };
    std::string line;
    if (type == "chat")
        line = payload.get_object().contains("room") ? all(word(payload, "room"), {"offset", "text"})
                                                     : all("everyone", {"text"});
    else if (type == "joined")
        line = line_of_joined(payload);
    else if (type == "presence")
        line = all(type, {"room", "user", "event"});
    else if (type == "ok")
        line = all(type, {"room", "offset"});
    else if (type == "gap")
        line = all(type, {"room", "from", "to"});
    else if (type == "left")
        line = all(type, {"room"});
    else if (type == "error")
        line = all(type, {"code"});
    const auto id = word(message, "id");
    return id.empty() ? line : line + " #" + id;
}

// Reads like a client and keeps to the RFC: a byte stream that breaks it gives a line "error ...".
class hearing
{
public:
    explicit hearing(memory_transport& from) : from_(from) {}

    // Has agreed on compressed messages, from a server that keeps its context or does not.
    void expect_compressed(context_takeover of_server)
    {
        inflater_.emplace(inflated_, of_server);
        parser_.emplace(role::client, parser_limits{.max_message = 0}, &*inflater_);
    }

    // Everything that has come since the last call.
    lines heard()
    {
        lines told;
        while (take_some(told)) {
        }
        return told;
    }

    // Takes at most so many bytes; false when there are none.
    bool take_some(lines& told, std::size_t most = 4096)
    {
        std::array<char, 4096> buffer;
        const auto count = from_.read_some(std::span{buffer}.first(most), error_);
        std::span<char> in{buffer.data(), count};
        for (auto event = parser_->next(in); event.what != parser::kind::need_more; event = parser_->next(in)) {
            told.push_back(event.what == parser::kind::message ? line_of_text(event.payload) : describe(event));
            if (event.what == parser::kind::error || event.what == parser::kind::close) break;
        }
        after_close_ += in.size();
        return count > 0;
    }

    error_code error() const { return error_; }              // what the last read came to
    std::size_t after_close() const { return after_close_; } // bytes behind a Close: there must be none

private:
    memory_transport& from_;
    scratch_buffer inflated_;
    std::optional<inflater> inflater_;
    std::optional<parser> parser_{std::in_place, role::client, parser_limits{.max_message = 0}};
    error_code error_;
    std::size_t after_close_ = 0;
};

} // namespace chorus::test
