// places.hpp — The rooms a client wants to be in, and how far it has heard each: what a rejoin is made of.
#pragma once

#include <chorus/client/event.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace chorus {

// A value; the rules are those of docs/protocol.md, "Coming back".
class places
{
public:
    // False: it is wanted already.
    bool want(const std::string& room);
    bool forget(std::string_view room);
    bool wants(std::string_view room) const { return places_.contains(room); }
    std::size_t size() const { return places_.size(); }

    // {"room"}, and {"since"} where the room has been heard before.
    std::string join_payload(const std::string& room) const;
    void for_each(const std::function<void(const std::string& room)>& visit) const;

    // Takes note of where the room stands; fills in `again`.
    void on_joined(event::joined& told);
    // A message of any type that says its room and offset.
    void on_message(const json& payload);
    void on_gap(const event::gap& told);

private:
    struct position
    {
        std::string epoch;
        std::uint64_t offset = 0;
    };

    void advance(std::string_view room, std::uint64_t offset);

    std::map<std::string, std::optional<position>, std::less<>> places_; // nothing: never heard
};

} // namespace chorus
