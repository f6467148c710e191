// attendance.cpp — Holds what a caller hears of a room against the guarantees about messages, joins and resumes.
#include "simulation/attendance.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

namespace chorus::simulation {
namespace {

std::uint64_t number(const json& payload, std::string_view member)
{
    return payload.at(member).to_number<std::uint64_t>();
}

std::string text(const json& payload, std::string_view member)
{
    const auto& value = payload.at(member).as_string();
    return {value.data(), value.size()};
}

std::string range(std::uint64_t from, std::uint64_t to) { return std::to_string(from) + " to " + std::to_string(to); }

} // namespace

// --- joining ---------------------------------------------------------------------------------------------------------

void attendance::hear_joined(const json& payload, const debt& paid)
{
    const auto epoch = text(payload, "epoch");
    const auto newest = number(payload, "offset");
    const auto recovered = payload.at("recovered").as_bool();
    const auto& messages = payload.at("messages").as_array();
    if (ledger_.saw_epoch(room_, epoch, newest, paid.terms)) story_.count(news::new_epoch);
    hold(!inside_ || epoch == epoch_, promise::exact_resume, room_ + " changed its epoch while somebody was in it");
    const auto may_be_told_later = settings_.drops();
    hold(!inside_ || newest == last_ || (newest > last_ && may_be_told_later), promise::every_message_once, [&] {
        return "joined again in " + room_ + " at " + std::to_string(newest) + " after " + std::to_string(last_) +
               " was heard";
    });
    epoch_ = epoch;
    said_by_.clear();
    read_history(messages, newest);
    check_recovery(paid.since, recovered, messages.size(), newest);
    check_members(payload);
    inside_ = true;
    last_ = newest;
}

// The messages that come with `joined` end at its offset, ascend without a hole and fit into the history.
void attendance::read_history(const boost::json::array& messages, std::uint64_t newest)
{
    const auto& most = settings_.server.history;
    std::size_t bytes = 0;
    hold(messages.size() <= newest, promise::atomic_join, "a history of more messages than were ever said in " + room_);
    auto expected = newest - messages.size();
    for (const auto& each : messages) {
        hold(number(each, "offset") == ++expected, promise::atomic_join, [&] {
            return "the history of " + room_ + " has " + std::to_string(number(each, "offset")) + " in the place of " +
                   std::to_string(expected);
        });
        bytes += boost::json::serialize(each).size();
        read(each);
    }
    hold(messages.size() <= most.messages && bytes <= most.bytes, promise::atomic_join,
         "a history beyond its bounds in " + room_);
    if (!messages.empty()) story_.count(news::history);
}

// Recovered: exactly what was missed. Not recovered: some of that cannot have been there any more.
void attendance::check_recovery(const std::optional<stream_position>& since, bool recovered, std::uint64_t given,
                                std::uint64_t newest)
{
    const auto is_of_this_life = since && since->epoch == epoch_ && since->offset <= newest;
    const auto missed = is_of_this_life ? newest - since->offset : 0;
    if (since) story_.count(recovered ? news::recovered : news::not_recovered);
    if (recovered) {
        hold(is_of_this_life, promise::exact_resume,
             "recovered in " + room_ + " what belongs to another epoch, or was not asked for");
        hold(given == missed, promise::exact_resume, [&] {
            return "recovered in " + room_ + ", but " + std::to_string(given) + " messages instead of " +
                   std::to_string(missed);
        });
        return;
    }
    hold(!is_of_this_life || missed > given, promise::exact_resume,
         "not recovered in " + room_ + " though the history has all that was missed");
    const auto& most = settings_.server.history;
    const auto older = ledger_.size_of(epoch_, newest - given);
    std::size_t bytes = 0;
    for (auto offset = newest - given + 1; offset <= newest; ++offset)
        bytes += ledger_.size_of(epoch_, offset).value_or(0);
    hold(given == newest || given == most.messages || !older || bytes + *older > most.bytes, promise::exact_resume,
         "the history of " + room_ + " has forgotten more than it had to");
}

void attendance::check_members(const json& payload)
{
    std::vector<std::string> names;
    for (const auto& each : payload.at("members").as_array())
        names.emplace_back(each.as_string().c_str());
    const auto count = number(payload, "member_count");
    hold(names.size() == std::min<std::uint64_t>(count, settings_.listed_members), promise::protocol,
         "members and member_count of " + room_ + " disagree");
    hold(std::ranges::is_sorted(names) && std::ranges::adjacent_find(names) == names.end(), promise::protocol,
         "the members of " + room_ + " are not sorted, or one is there twice");
    const std::set<std::string> now(names.begin(), names.end());
    hold(names.size() < count || now.contains(user_), promise::protocol,
         "who has joined " + room_ + " is not among its members");
    hold(!present_ || names.size() < count || *present_ == now, promise::exact_resume,
         "the members of " + room_ + " are not those whose coming and going was told");
    present_.reset();
    if (names.size() == count && settings_.tells_all_presence()) present_ = now;
}

// What it said after it left it said when it was in again.
void attendance::hear_left(const debt& paid)
{
    hold(inside_, promise::protocol, "left " + room_ + " without having been in it");
    const auto is_missed = [&](const own& each) { return each.number <= paid.said_before; };
    const auto missed = std::ranges::find_if(unheard_, is_missed);
    hold(missed == unheard_.end() || settings_.drops(), promise::every_message_once,
         [&] { return "left " + room_ + " without hearing its own '" + missed->text + "'"; });
    inside_ = false;
    present_.reset();
    std::erase_if(unheard_, is_missed);
}

// --- inside ----------------------------------------------------------------------------------------------------------

void attendance::hear_message(const json& payload)
{
    const auto offset = number(payload, "offset");
    hold(inside_, promise::atomic_join,
         [&] { return "heard " + room_ + " at " + std::to_string(offset) + " while outside of it"; });
    hold(offset > last_, promise::atomic_join, [&] {
        return "heard " + room_ + " at " + std::to_string(offset) + " twice: " + std::to_string(last_) +
               " was there already";
    });
    hold(offset == last_ + 1, promise::every_message_once,
         [&] { return "missed " + range(last_ + 1, offset - 1) + " of " + room_; });
    last_ = offset;
    read(payload);
    const auto said = text(payload, "text");
    if (const auto mine = std::ranges::find(unheard_, said, &own::text); mine != unheard_.end()) {
        hold(mine == unheard_.begin() || settings_.drops(), promise::every_message_once, [&] {
            return "of what one caller said in " + room_ + " '" + said + "' came before '" + unheard_.front().text +
                   "'";
        });
        unheard_.erase(unheard_.begin(), mine + 1);
    }
    story_.count(news::message);
}

void attendance::hear_gap(const json& payload)
{
    const auto from = number(payload, "from"), to = number(payload, "to");
    hold(settings_.drops(), promise::every_message_once, "a gap in " + room_ + " though nothing is dropped here");
    hold(inside_, promise::every_message_once, "a gap in " + room_ + " told to somebody outside of it");
    hold(from == last_ + 1 && from <= to, promise::every_message_once,
         [&] { return "a gap in " + room_ + " from " + range(from, to) + " after " + std::to_string(last_); });
    last_ = to;
    ledger_.saw_offset(epoch_, to);
    story_.count(news::gap);
}

void attendance::hear_presence(const json& payload)
{
    const auto who = text(payload, "user"), happened = text(payload, "event");
    hold(inside_, promise::protocol, "presence in " + room_ + " told to somebody outside of it");
    hold(happened == "join" || happened == "leave", promise::protocol, "presence of a third kind: " + happened);
    story_.count(news::presence);
    if (!present_) return;
    const auto changed = happened == "join" ? present_->insert(who).second : present_->erase(who) > 0;
    hold(changed, promise::protocol,
         who + (happened == "join" ? " joined " : " left ") + room_ + " and " +
             (happened == "join" ? "was there already" : "was not there"));
}

// One message, of the history or live.
void attendance::read(const json& message)
{
    const auto said = text(message, "text");
    ledger_.saw(room_, epoch_, number(message, "offset"), said, boost::json::serialize(message).size());
    check_order_of_sender(said);
}

// Texts begin with who says them and which of their sayings it is: "7-3 ...".
void attendance::check_order_of_sender(const std::string& text)
{
    const auto dash = text.find('-');
    std::uint64_t saying = 0;
    std::from_chars(text.data() + dash + 1, text.data() + text.size(), saying);
    auto& last = said_by_[text.substr(0, dash)];
    hold(saying > last, promise::every_message_once, [&] {
        return "what one caller said in " + room_ + " changed its order: '" + text + "' came after number " +
               std::to_string(last);
    });
    last = saying;
}

} // namespace chorus::simulation
