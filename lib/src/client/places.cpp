// places.cpp — follows epochs and offsets, room by room.
#include <chorus/client/places.hpp>

#include <algorithm>

namespace chorus {

bool places::want(const std::string& room) { return places_.emplace(room, std::nullopt).second; }

bool places::forget(std::string_view room)
{
    const auto found = places_.find(room);
    if (found == places_.end()) return false;
    places_.erase(found);
    return true;
}

std::string places::join_payload(const std::string& room) const
{
    json payload{{"room", room}};
    const auto found = places_.find(room);
    if (found != places_.end() && found->second)
        payload.get_object()["since"] = {{"epoch", found->second->epoch}, {"offset", found->second->offset}};
    std::string text;
    append_json(text, payload);
    return text;
}

void places::for_each(const std::function<void(const std::string& room)>& visit) const
{
    for (const auto& [room, heard_to] : places_)
        visit(room);
}

void places::on_joined(event::joined& told)
{
    const auto found = places_.find(told.room);
    if (found == places_.end()) return; // left meanwhile
    told.again = found->second.has_value();
    found->second = position{told.epoch, told.offset};
}

void places::on_message(const json& payload)
{
    const auto* const members = payload.if_object();
    const auto* const room = members ? members->if_contains("room") : nullptr;
    const auto* const offset = members ? members->if_contains("offset") : nullptr;
    if (!room || !room->is_string() || !offset || !offset->is_int64() || offset->get_int64() < 0) return;
    const auto& name = room->get_string();
    advance({name.data(), name.size()}, static_cast<std::uint64_t>(offset->get_int64()));
}

void places::on_gap(const event::gap& told) { advance(told.room, told.to); }

void places::advance(std::string_view room, std::uint64_t offset)
{
    const auto found = places_.find(room);
    if (found != places_.end() && found->second) found->second->offset = std::max(found->second->offset, offset);
}

} // namespace chorus
