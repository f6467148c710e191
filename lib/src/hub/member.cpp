// member.cpp — One connection as its hub sees it: who it is, its outbox, its rooms, and what it has asked for.
#include <chorus/hub/member.hpp>

#include <chorus/hub/hub.hpp>
#include <chorus/wire/utf8.hpp>

#include <algorithm>

namespace chorus {
namespace {

bool is_letter_or_digit(char each)
{
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9');
}

bool belongs_to(room_alphabet alphabet, char each)
{
    switch (alphabet) {
    case room_alphabet::any: return true;
    case room_alphabet::ascii: return each >= ' ' && each <= '~';
    case room_alphabet::word: return is_letter_or_digit(each) || each == '-' || each == '_' || each == '.';
    }
    return false;
}

} // namespace

bool is_room_name(std::string_view name, const room_name_rules& rules)
{
    if (name.empty() || name.size() > rules.longest || name == everyone) return false;
    if (name.front() == ' ' || name.back() == ' ') return false;
    const auto is_allowed = [&rules](char each) { return belongs_to(rules.alphabet, each); };
    return std::ranges::all_of(name, is_allowed) && is_utf8(name) && !has_control(name);
}

std::string room_name_expected(const room_name_rules& rules)
{
    auto size = "1 to " + std::to_string(rules.longest);
    switch (rules.alphabet) {
    case room_alphabet::any: return size + " bytes of UTF-8 without control characters or outer blanks";
    case room_alphabet::ascii: return size + " characters of printable ASCII without outer blanks";
    case room_alphabet::word: return size + " ASCII letters, digits, or any of - _ .";
    }
    return size;
}

member::member(hub& where, std::uint64_t id, std::string user, transport& to, outbox_owner& owner,
               const outbox_limits& limits)
    : hub_(where), id_(id), user_(std::move(user)), out_(to, owner, limits, where.counters())
{
}

const hub_limits& member::limits() const { return hub_.limits(); }

bool member::may_command() const { return under_way_ < hub_.limits().commands_in_flight; }

accepted member::join(std::string room, std::optional<stream_position> since, std::optional<json> id)
{
    if (!is_room_name(room, hub_.limits().room_names)) return accepted::bad_room;
    const auto most = hub_.limits().rooms_per_member;
    if (!rooms_.contains(room) && most > 0 && rooms_.size() >= most) return accepted::too_many_rooms;
    const auto result = hub_.submit(*this, ask::enter{{}, user_, room, std::move(since), std::move(id), ++attempts_});
    if (result != accepted::yes) return result;
    rooms_.insert_or_assign(std::move(room), attempts_);
    ++joins_under_way_;
    return result;
}

accepted member::leave(std::string room, std::optional<json> id)
{
    if (!rooms_.contains(room)) return accepted::not_in_room;
    const auto result = hub_.submit(*this, ask::leave{{}, user_, room, std::move(id), false});
    if (result == accepted::yes) rooms_.erase(room);
    return result;
}

accepted member::publish(std::string room, std::string_view type, const json& payload, std::optional<json> id)
{
    std::string text;
    append_json(text, payload);
    return publish_text(std::move(room), type, std::move(text), std::move(id));
}

accepted member::publish_text(std::string room, std::string_view type, std::string payload, std::optional<json> id)
{
    if (const auto wrong = check_room(room); wrong != accepted::yes) return wrong;
    return hub_.submit(
        *this, ask::publish{{}, std::move(room), std::string(type), std::move(payload), nullptr, std::move(id)});
}

accepted member::broadcast(std::string room, shared_frame message)
{
    if (const auto wrong = check_room(room); wrong != accepted::yes) return wrong;
    return hub_.submit(*this, ask::publish{{}, std::move(room), {}, {}, std::move(message), {}});
}

accepted member::check_room(const std::string& room) const
{
    return room == everyone || rooms_.contains(room) ? accepted::yes : accepted::not_in_room;
}

void member::one_join_settled()
{
    --joins_under_way_;
    one_settled();
}

void member::one_settled()
{
    --under_way_;
    settled_.ring();
}

} // namespace chorus
