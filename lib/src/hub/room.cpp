// room.cpp — One room at its home: numbers its messages, keeps its history, knows who is in it and on which shards.
#include <chorus/hub/room.hpp>

#include <chorus/wire/notice.hpp>

#include <array>
#include <charconv>

namespace chorus {
namespace {

std::string start_of_payload(const std::string& room)
{
    std::string text = R"({"room":)";
    append_json(text, room);
    return text += R"(,"offset":)";
}

std::string start_of_envelope(std::string_view type)
{
    std::string text = R"({"type":)";
    append_json(text, type);
    return text += R"(,"payload":)";
}

// A message of 4 GiB is none that could have come.
envelope_place place_of(std::size_t begin, std::size_t size)
{
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size)};
}

} // namespace

room::room(std::string name, std::string epoch, unsigned shards, const hub_limits& limits)
    : label_(std::make_shared<const std::string>(std::move(name))), epoch_(std::move(epoch)),
      payload_start_(start_of_payload(*label_)), limits_(limits), history_(limits.history), on_shard_(shards)
{
}

tagged_frame room::publish(std::string_view type, std::string_view payload)
{
    const auto offset = history_.last() + 1;
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), offset).ptr;
    const auto envelope = start_of_envelope(type);
    auto rest = payload.substr(payload.find('{') + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    const std::string_view separator = rest.starts_with('}') ? "" : ",";
    const std::array<std::string_view, 6> pieces{
        envelope, payload_start_, {digits.data(), static_cast<std::size_t>(end - digits.data())}, separator, rest, "}"};
    const auto size = payload_start_.size() + pieces[2].size() + separator.size() + rest.size();
    const auto message = make_frame(opcode::text, pieces, place_of(envelope.size(), size));
    auto text = message->payload();
    text.remove_prefix(envelope.size());
    text.remove_suffix(1);
    history_.add(message, text);
    return {message, offset};
}

bool room::enter(std::uint64_t connection, const std::string& user, unsigned shard)
{
    if (!connections_.insert(connection).second) return false;
    ++on_shard_[shard];
    return ++users_[user] == 1;
}

bool room::leave(std::uint64_t connection, const std::string& user, unsigned shard)
{
    if (connections_.erase(connection) == 0) return false;
    --on_shard_[shard];
    const auto found = users_.find(user);
    if (--found->second > 0) return false;
    users_.erase(found);
    return true;
}

shared_frame room::joined(const std::optional<stream_position>& since, const json* id) const
{
    const auto recovered = since && since->epoch == epoch_ && history_.holds_all_after(since->offset);
    notice::joined answer;
    answer.room = *label_;
    answer.epoch = epoch_;
    answer.offset = history_.last();
    answer.recovered = recovered;
    answer.members = listed_members();
    answer.member_count = users_.size();
    answer.messages = history_.after(recovered ? since->offset : 0);
    return notice::in_frame(answer, id);
}

std::vector<std::string> room::listed_members() const
{
    std::vector<std::string> names;
    names.reserve(std::min(users_.size(), limits_.listed_members));
    for (auto each = users_.begin(); each != users_.end() && names.size() < limits_.listed_members; ++each)
        names.push_back(each->first);
    return names;
}

} // namespace chorus
