// ledger.hpp — What all callers together know of the rooms: one text for each offset, one life for each epoch.
#pragma once

#include "simulation/promise.hpp"

#include <chorus/core/clock.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chorus::simulation {

// What is certain of a room when somebody asks to join it.
struct room_terms
{
    std::uint64_t asked = 0;               // the moment, as a number that only grows
    std::optional<std::string> must_be_in; // the epoch the room cannot have left
};

// Texts begin with who says them and the number of the saying: "7-3 ...".
inline std::string speaker_of(const std::string& text) { return text.substr(0, text.find('-')); }

// Reports come in any order: who reads late tells late. Whatever contradicts an earlier report is a broken promise.
class ledger
{
public:
    // Where places for rooms are few an empty room may end at any time.
    ledger(duration linger, bool places_are_few) : linger_(linger), places_are_few_(places_are_few) {}

    // A message was sent: by whom (a number of the caller's, with which the text begins), and where to.
    void was_said(const std::string& text, const std::string& room) { said_in_[text] = room; }
    // So is called who says it.
    void is_called(const std::string& speaker, const std::string& name) { names_[speaker] = name; }
    // Somebody hears it: it was said there, and by whom it says.
    void check_origin(const std::string& text, const std::string& room, const std::string& user) const;

    // A room has this message; its size is that of its payload, 0 when only the sender has heard of it yet.
    void saw(const std::string& room, const std::string& epoch, std::uint64_t offset, const std::string& text,
             std::size_t size = 0);
    std::optional<std::size_t> size_of(const std::string& epoch, std::uint64_t offset) const;
    // Somebody was told that there is one of this offset.
    void saw_offset(const std::string& epoch, std::uint64_t offset);
    std::uint64_t newest(const std::string& epoch) const { return lives_.at(epoch).newest; }

    // Somebody was told so in answer to a join: the newest message has this offset. True when nobody knew the epoch
    // before.
    bool saw_epoch(const std::string& room, const std::string& epoch, std::uint64_t newest, const room_terms& terms);

    // Of what is said to everyone: `after` came next behind `before`.
    void saw_next(const std::string& before, const std::string& after);
    bool is_last_to_everyone(const std::string& text) const { return !next_.contains(text); }

    // The lives of rooms: somebody is certainly in it now; nobody certainly is.
    void is_occupied(const std::string& room, const std::string& epoch, time_point now);
    void is_empty(const std::string& room, time_point now);
    // Somebody asks to join it now, while somebody certainly is in it, or perhaps not.
    room_terms ask_to_join(const std::string& room, time_point now, bool is_occupied);

private:
    struct message
    {
        std::string text;
        std::size_t size = 0;
    };
    struct life_of_room // of a room: one epoch
    {
        std::string room;
        std::vector<std::optional<message>> messages; // by offset - 1
        std::uint64_t newest = 0;                     // perhaps nobody has heard it
        std::optional<std::uint64_t> ended;           // the moment from which on it cannot be met any more
    };
    struct state
    {
        std::string occupied_in; // the epoch in which somebody was certainly there...
        time_point occupied_until;
        std::optional<time_point> empty_since; // ...and since when certainly nobody is
    };

    void end_lives_of(const std::string& room);

    duration linger_;
    bool places_are_few_;
    std::uint64_t moment_ = 0;
    std::map<std::string, life_of_room> lives_; // by epoch
    std::map<std::string, state> places_;
    std::unordered_map<std::string, std::pair<std::string, std::uint64_t>> known_; // text: epoch and offset
    std::unordered_map<std::string, std::string> said_in_, names_;
    std::unordered_map<std::string, std::string> next_, previous_; // to everyone
};

} // namespace chorus::simulation
