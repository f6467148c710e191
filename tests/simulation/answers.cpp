// answers.cpp — Finds what an answer is about; one that is about nothing, or comes out of turn, breaks the protocol.
#include "simulation/answers.hpp"

#include <chorus/wire/message.hpp>

#include <algorithm>

namespace chorus::simulation {
namespace {

json payload_of(const saying& what)
{
    boost::json::object payload;
    if (what.what != saying::kind::say_to_everyone) payload["room"] = what.room;
    if (!what.text.empty()) payload["text"] = what.text;
    if (what.since) payload["since"] = {{"epoch", what.since->epoch}, {"offset", what.since->offset}};
    return payload;
}

const char* type_of(saying::kind what)
{
    switch (what) {
    case saying::kind::join: return "join";
    case saying::kind::leave: return "leave";
    default: return "chat";
    }
}

bool is_about(const debt& owed, const std::string& type, const std::string& code, const std::string& room,
              const std::string& id)
{
    if (owed.id != id) return false;
    if (type == "error" && code == "too_many_rooms" && owed.may_be_refused) return true;
    return owed.type == type && owed.code == code && owed.room == room;
}

} // namespace

std::string in_words(const saying& what)
{
    std::string payload;
    append_json(payload, payload_of(what));
    const auto id = what.id.empty() ? "" : R"(,"id":)" + what.id;
    return R"({"type":")" + std::string(type_of(what.what)) + R"(","payload":)" + payload + id + "}";
}

debt answers::pay(const std::string& type, const std::string& code, const std::string& room, const std::string& id)
{
    const auto found =
        std::ranges::find_if(debts_, [&](const debt& each) { return is_about(each, type, code, room, id); });
    hold(found != debts_.end(), promise::protocol,
         [&] { return "an answer to nothing: " + type + " " + code + " " + room + " " + id; });
    const auto before = std::find_if(debts_.begin(), found, [&](const debt& each) { return each.room == found->room; });
    hold(before == found, promise::protocol,
         [&] { return "an answer out of turn: " + type + " " + code + " " + room + " before " + before->type; });
    auto paid = std::move(*found);
    debts_.erase(found);
    return paid;
}

bool answers::owes(const std::string& type, const std::string& room) const
{
    return std::ranges::any_of(debts_, [&](const debt& each) { return each.type == type && each.room == room; });
}

} // namespace chorus::simulation
