// member.hpp — one client of the resume test: what it asked for, what it has seen, and whether the answers are right.
#pragma once

#include "scale/witness.hpp"

namespace chorus::scale {

inline constexpr std::uint64_t history_messages =
    100; // texts here are short: the 256 KiB bound is never the nearer one

struct tally
{
    std::size_t messages = 0;      // heard live
    std::size_t recovered = 0;     // joins that gave exactly what was missed
    std::size_t not_recovered = 0; // joins that could not
};

// Holds no socket: it says what to send and is told what came. Everything that breaks a guarantee of the design is
// thrown as a sentence.
class member
{
public:
    enum class place { outside, joining, inside, leaving };

    member(std::string room, witness& witness, tally& tally) : room_(std::move(room)), witness_(witness), tally_(tally)
    {
    }

    place where() const { return place_; }
    bool is_waiting() const { return waiting_for_ok_; }
    bool is_up_to_date() const { return place_ == place::inside && !waiting_for_ok_ && last_ == witness_.newest(); }

    std::string state() const;

    // Joins without a past, or asks for what it missed since the last message it saw, or asks with an epoch of its own
    // invention.
    std::string join_anew();
    std::string resume();
    std::string resume_wrongly();
    std::string leave();
    std::string say(const std::string& text);

    void hear(const message& said);
    // The connection is gone, and with it everything that was on its way.
    void lose_connection();

private:
    std::string ask(json::object payload);
    void on_chat(const json::object& payload);
    void on_joined(const json::object& payload);
    void on_ok(const json::object& payload);
    std::uint64_t check_history(const json::array& messages, std::uint64_t newest);
    static void check_members(const json::object& payload);

    std::string room_;
    witness& witness_;
    tally& tally_;
    place place_ = place::outside;
    bool was_inside_ = false;                  // when it asked to join (again)
    std::optional<std::uint64_t> asked_since_; // of the join under way, unless it was anew or wrong
    std::string epoch_;                        // of the room when it last joined
    std::uint64_t last_ = 0;                   // newest offset seen
    bool waiting_for_ok_ = false;
    std::string said_;
};

inline std::string member::state() const
{
    constexpr const char* places[] = {"outside", "joining", "inside", "leaving"};
    return std::string(places[static_cast<int>(place_)]) + (waiting_for_ok_ ? ", waiting for an ok" : "") + ", has " +
           std::to_string(last_) + " of " + std::to_string(witness_.newest());
}

inline std::string member::ask(json::object payload)
{
    was_inside_ = place_ == place::inside;
    place_ = place::joining;
    payload["room"] = room_;
    return envelope("join", payload);
}

inline std::string member::join_anew()
{
    asked_since_.reset();
    return ask({});
}

inline std::string member::resume()
{
    if (epoch_.empty()) return join_anew();
    asked_since_ = last_;
    return ask({{"since", {{"epoch", epoch_}, {"offset", last_}}}});
}

inline std::string member::resume_wrongly()
{
    asked_since_.reset();
    return ask({{"since", {{"epoch", "no such epoch"}, {"offset", last_}}}});
}

inline std::string member::leave()
{
    place_ = place::leaving;
    return envelope("leave", {{"room", room_}});
}

inline std::string member::say(const std::string& text)
{
    waiting_for_ok_ = true;
    said_ = text;
    return json::serialize(
        json::object{{"type", "chat"}, {"payload", {{"room", room_}, {"text", text}}}, {"id", text}});
}

inline void member::lose_connection()
{
    place_ = place::outside;
    waiting_for_ok_ = false;
}

inline void member::hear(const message& said)
{
    if (said.type == "presence") return;
    require(said.payload.contains("room"), "without a room: " + said.type + " " + json::serialize(said.payload));
    require(text(said.payload, "room") == room_,
            "heard of a room it never joined: " + said.type + " " + json::serialize(said.payload));
    if (said.type == "chat") return on_chat(said.payload);
    if (said.type == "joined") return on_joined(said.payload);
    if (said.type == "ok") {
        require(said.id.as_string() == said_, "an ok with somebody else's id");
        return on_ok(said.payload);
    }
    require(said.type == "left" && place_ == place::leaving, "unexpected: " + said.type);
    require(!waiting_for_ok_, "left before the answer to what was said earlier");
    place_ = place::outside;
}

inline void member::on_chat(const json::object& payload)
{
    const bool may_hear =
        place_ == place::inside || place_ == place::leaving || (place_ == place::joining && was_inside_);
    require(may_hear, "a message to somebody outside the room");
    const auto offset = number(payload, "offset");
    require(offset == last_ + 1, "after " + std::to_string(last_) + " came " + std::to_string(offset));
    witness_.saw(offset, std::string(text(payload, "text")));
    last_ = offset;
    ++tally_.messages;
}

inline void member::on_ok(const json::object& payload)
{
    require(waiting_for_ok_, "an ok for nothing");
    waiting_for_ok_ = false;
    witness_.saw(number(payload, "offset"), said_);
}

inline void member::on_joined(const json::object& payload)
{
    require(place_ == place::joining, "joined without having asked");
    epoch_ = text(payload, "epoch");
    witness_.saw_epoch(epoch_);
    const auto newest = number(payload, "offset");
    const std::uint64_t given = check_history(payload.at("messages").as_array(), newest);
    const bool recovered = payload.at("recovered").as_bool();
    require(!was_inside_ || newest == last_, "joining again skipped messages");
    if (asked_since_ && *asked_since_ <= newest && newest - *asked_since_ <= history_messages) {
        require(recovered, "the history held what was missed, but it was not recovered");
        require(given == newest - *asked_since_, "recovered, but not exactly what was missed");
    } else {
        require(!recovered, "recovered what the history cannot hold, or nobody asked for");
    }
    check_members(payload);
    if (asked_since_) ++(recovered ? tally_.recovered : tally_.not_recovered);
    last_ = newest;
    place_ = place::inside;
}

// The messages that come with `joined` end at its offset, ascend without a hole and fit into the history.
inline std::uint64_t member::check_history(const json::array& messages, std::uint64_t newest)
{
    require(messages.size() <= std::min(newest, history_messages), "more history than there can be");
    std::uint64_t expected = newest - messages.size();
    for (const json::value& each : messages) {
        const auto offset = number(each.as_object(), "offset");
        require(offset == ++expected, "a hole in the history at " + std::to_string(offset));
        witness_.saw(offset, std::string(text(each.as_object(), "text")));
    }
    return messages.size();
}

inline void member::check_members(const json::object& payload)
{
    const json::array& names = payload.at("members").as_array();
    const auto count = number(payload, "member_count");
    require(names.size() == std::min<std::uint64_t>(count, 100), "members and member_count disagree");
    const auto by_name = [](const json::value& left, const json::value& right) {
        return left.as_string() < right.as_string();
    };
    require(std::ranges::is_sorted(names, by_name), "members are not sorted");
}

} // namespace chorus::scale
