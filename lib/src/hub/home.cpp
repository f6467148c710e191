// home.cpp — The rooms whose home is one shard: answers what members of all shards ask of them, in one order.
#include <chorus/hub/home.hpp>

#include <chorus/core/hex.hpp>
#include <chorus/core/random.hpp>
#include <chorus/wire/notice.hpp>

#include <array>

namespace chorus {
namespace {

const json* address_of(const std::optional<json>& id) { return id ? &*id : nullptr; }

template <class Notice> shared_frame notice_frame(const Notice& notice, const std::optional<json>& id)
{
    return notice::in_frame(notice, address_of(id));
}

// Unguessable enough never to be met again, by a room of the same name or after a restart.
std::string new_epoch() { return to_hex(random_bits()); }

} // namespace

unsigned home_shard(std::string_view room, unsigned shards)
{
    if (shards == 1 || room == everyone) return 0;
    return static_cast<unsigned>(keyed_hash{}(room) % shards);
}

home::home(unsigned shards, const hub_limits& limits, clock& time, home_listener& listener, hub_counters& counters)
    : shards_(shards), limits_(limits), clock_(time), listener_(listener), counters_(counters),
      everyone_(std::make_shared<const std::string>(everyone)), next_end_(time, [this] { end_lingering(); })
{
}

void home::handle(ask::enter asked)
{
    auto* const found = find_or_make(asked.room);
    if (!found) {
        const auto full =
            notice_frame(notice::error{"too_many_rooms", "the server has no place for another room"}, asked.id);
        return listener_.tell(asked.from.shard,
                              answer::refused{asked.from.id, std::move(asked.room), asked.attempt, full});
    }
    auto& room = found->room;
    found->unlink(); // it does not end now
    const auto came = room.enter(asked.from.id, asked.user, asked.from.shard);
    auto welcome = room.joined(asked.since, address_of(asked.id));
    if (came) tell_presence(room, asked.user, "join"); // before the joiner is admitted: it is for the others
    listener_.tell(asked.from.shard, answer::admitted{asked.from.id, room.label(), std::move(welcome)});
}

void home::handle(ask::leave asked)
{
    auto* const found = find(asked.room); // nothing when the join before was refused
    const auto went = found && found->room.leave(asked.from.id, asked.user, asked.from.shard);
    if (!asked.farewell) {
        auto goodbye = notice_frame(notice::left{asked.room}, asked.id);
        listener_.tell(asked.from.shard, answer::dismissed{asked.from.id, std::move(asked.room), std::move(goodbye)});
    }
    if (!went) return;
    tell_presence(found->room, asked.user, "leave");
    if (found->room.empty()) linger(*found);
}

void home::handle(ask::publish asked)
{
    if (asked.room == everyone) return post_to_everyone(asked);
    auto* const found = find(asked.room);
    const auto nobody = asked.from.id == 0;
    if (!found || !(nobody || found->room.holds(asked.from.id))) return refuse(asked);
    const auto message = asked.ready ? tagged_frame{asked.ready, 0} : found->room.publish(asked.type, asked.payload);
    post(found->room, message, asked.accepted);
    ++counters_.published;
    settle(asked, message.tag);
}

home::lodging* home::find(const std::string& room)
{
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? nullptr : &found->second;
}

home::lodging* home::find_or_make(const std::string& room)
{
    if (auto* const found = find(room)) return found;
    if (is_full() && empty_.empty()) return nullptr;
    if (is_full()) end_longest_empty();
    ++counters_.rooms;
    return &rooms_.try_emplace(room, room, new_epoch(), shards_, limits_).first->second;
}

bool home::is_full() const
{
    return limits_.rooms > 0 && rooms_.size() >= std::max<std::size_t>(1, limits_.rooms / shards_);
}

void home::post(const chorus::room& where, tagged_frame message, time_point accepted)
{
    for (unsigned shard = 0; shard < shards_; ++shard)
        if (where.has_members_on(shard)) listener_.tell(shard, answer::posted{where.label(), message, accepted});
}

void home::post_to_everyone(const ask::publish& asked)
{
    const auto message = asked.ready ? asked.ready : make_envelope_frame(asked.type, json_text{asked.payload});
    for (unsigned shard = 0; shard < shards_; ++shard)
        listener_.tell(shard, answer::posted{everyone_, {message, 0}, asked.accepted});
    ++counters_.published;
    settle(asked, 0);
}

void home::tell_presence(const chorus::room& where, const std::string& user, std::string_view event)
{
    if (!where.tells_presence()) return;
    const notice::presence presence{*where.label(), user, std::string(event)};
    post(where, {notice::in_frame(presence), 0});
}

void home::settle(const ask::publish& asked, std::uint64_t offset)
{
    if (asked.from.id == 0) return;
    auto notice = asked.id ? notice_frame(notice::ok{asked.room, offset}, asked.id) : shared_frame{};
    listener_.tell(asked.from.shard, answer::settled{asked.from.id, std::move(notice)});
}

// The sender was in the room when it asked, as far as it knew: its join was refused in the meantime.
void home::refuse(const ask::publish& asked)
{
    if (asked.from.id == 0) return;
    auto notice = notice_frame(notice::error{"not_in_room", "not in room: " + asked.room}, asked.id);
    listener_.tell(asked.from.shard, answer::settled{asked.from.id, std::move(notice)});
}

void home::linger(lodging& emptied)
{
    emptied.empty_since = clock_.now();
    empty_.push_back(emptied);
    if (!next_end_.is_set()) next_end_.set(emptied.empty_since + limits_.room_linger);
}

void home::end_lingering()
{
    while (!empty_.empty()) {
        const auto due = empty_.front().empty_since + limits_.room_linger;
        if (due > clock_.now()) return next_end_.set(due);
        end_longest_empty();
    }
}

void home::end_longest_empty()
{
    const auto ended = empty_.front().room.label();
    rooms_.erase(*ended);
    --counters_.rooms;
}

} // namespace chorus
