// chat_lines.cpp — words for each event.
#include "chat_lines.hpp"

#include "visible.hpp"

namespace chorus::app {
namespace {

struct said
{
    std::optional<std::string> room;
    std::string user, text;
};
BOOST_DESCRIBE_STRUCT(said, (), (room, user, text))

struct presence
{
    std::string room, user, event;
};
BOOST_DESCRIBE_STRUCT(presence, (), (room, user, event))

std::string in_room(const std::string& room, const std::string& what) { return "[" + visible(room) + "] " + what; }

std::string seconds(std::chrono::milliseconds time)
{
    const auto tenths = (time.count() + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string list_of(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + visible(name);
    return text;
}

} // namespace

std::string line_of_chat(const json& payload)
{
    const auto what = from_json<said>(payload);
    if (!what) return {};
    const auto line = visible(what->user) + ": " + visible(what->text);
    return what->room ? in_room(*what->room, line) : line;
}

std::string line_of(const event::disconnected& what)
{
    return "no connection (" + visible(to_string(what.why)) + "); trying again in " + seconds(what.back_in);
}

std::string line_of(const event::joined& what)
{
    auto line = what.again ? std::string("back again, ") : std::string("joined, ");
    if (what.again) line += what.recovered ? "nothing was missed; " : "something may have been missed; ";
    line += "here: " + list_of(what.members);
    const auto unnamed = what.member_count - std::min<std::uint64_t>(what.member_count, what.members.size());
    if (unnamed > 0) line += " and " + std::to_string(unnamed) + " more";
    return in_room(what.room, line);
}

std::string line_of(const event::not_joined& what)
{
    return in_room(what.room, "not joined: " + visible(what.message) + " (" + visible(what.code) + ")");
}

std::string line_of(const event::gap& what)
{
    return in_room(what.room, "messages " + std::to_string(what.from) + " to " + std::to_string(what.to) +
                                  " were lost: we were too slow");
}

std::string line_of(const event::refused& what)
{
    return "refused: " + visible(what.message) + " (" + visible(what.code) + ")";
}

std::string line_of(const event::heard& what)
{
    if (what.type == "presence")
        if (const auto told = from_json<presence>(what.payload))
            return in_room(told->room, visible(told->user) + (told->event == "join" ? " came" : " went"));
    std::string payload;
    append_json(payload, what.payload);
    return visible(what.type) + " " + visible(payload);
}

} // namespace chorus::app
