// answers.hpp — What a caller has said and what the server owes it for that: each answer once, and in its order.
#pragma once

#include "simulation/ledger.hpp"

#include <chorus/hub/room.hpp>
#include <chorus/wire/frame_header.hpp>

#include <deque>
#include <list>
#include <optional>
#include <string>

namespace chorus::simulation {

// A message of a caller, and what it means.
struct saying
{
    enum class kind { say, say_to_everyone, join, leave, nonsense };

    kind what = kind::nonsense;
    std::string room = {}, text = {};
    std::string id = {}; // as JSON; empty: none
    std::optional<stream_position> since = {};
    std::string refused_with = {}; // of nonsense: the code it is answered with
    bool counts_as_join = false;
    bool ends_the_talk = false; // it breaks the protocol: nothing behind it is heard
    opcode op = opcode::text;
    std::string bytes = {}; // the message itself
};

// The message for what is said.
std::string in_words(const saying& what);

// An answer that is owed.
struct debt
{
    std::string type; // joined, left, ok, error
    std::string code = {}, room = {}, id = {}, text = {};
    std::optional<stream_position> since = {};
    room_terms terms = {};
    std::uint64_t said_before = 0; // of a leave: how much the caller had said in the room
    bool may_be_refused = false;   // by the home, which has no place for another room
};

// The answers that come from one room keep their order, and so do the refusals, which come from the session itself.
class answers
{
public:
    void owe(debt what) { debts_.push_back(std::move(what)); }

    // The server answers: gives what is paid by it. `room` is empty for a refusal.
    debt pay(const std::string& type, const std::string& code, const std::string& room, const std::string& id);

    bool owes(const std::string& type, const std::string& room) const;
    bool empty() const { return debts_.empty(); }
    const std::list<debt>& open() const { return debts_; }

private:
    std::list<debt> debts_;
};

} // namespace chorus::simulation
