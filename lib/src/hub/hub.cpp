// hub.cpp — The one coroutine of a shard that decides who hears what: a select loop over register, unregister,
// broadcast.
#include <chorus/hub/hub.hpp>

#include <chorus/core/select.hpp>

#include <boost/assert.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace chorus {
namespace {

// After so many writes to sockets, and messages compressed, the round lets the others of its shard have their turn.
constexpr std::size_t labours_per_turn = 256;

// A round that touches many rooms ends before it has gathered too much for all of them together.
constexpr std::size_t rooms_per_round = 256;

// Hub channels are bounded where commands come in (each member's commands under way, the hand-over's capacity), so
// that nothing which was accepted is ever refused here.
constexpr std::size_t bounded_at_ingress = std::numeric_limits<std::size_t>::max();

// How many bytes a home posts to a shard before it lets its senders wait for that shard's deliveries.
constexpr std::size_t far_behind = 1024 * 1024;

std::size_t cost_of(const tagged_frame& message) { return sizeof(relay) + message.frame->size(); }

// What may wait from other threads than shards until it is delivered; batches between hubs come on top, bounded by what
// their members sent.
constexpr std::size_t posted_at_most = 16 * 1024;

bool is_posted(const relay& what)
{
    const auto* const message = std::get_if<ask::publish>(&what);
    return message ? message->from.id == 0 : std::holds_alternative<answer::direct>(what);
}

} // namespace

hub::hub(shard& where, unsigned shards, const hub_limits& limits)
    : shard_(where), limits_(limits), shed_again_(where.clock(), [this] { shed_again(); }),
      registrations_(bounded_at_ingress), unregistrations_(bounded_at_ingress), broadcasts_(bounded_at_ingress),
      relays_(bounded_at_ingress),
      inbox_(where.get_executor(), bounded_at_ingress, [this](std::vector<relay>& batch) { take(batch); }),
      home_(shards, limits, where.clock(), *this, measures_), outgoing_(shards), behind_(shards), delivered_(shards)
{
}

hub::~hub() = default;

task<> hub::run()
{
    for (;;) {
        const auto taken =
            co_await select(when(registrations_, [this](registration who) { admit(std::move(who)); }),
                            when(unregistrations_, [this](unregistration who) { dismiss(std::move(who)); }),
                            when(broadcasts_, [this](ask::publish message) { publish(std::move(message)); }),
                            when(relays_, [this](relay each) { apply(std::move(each)); }));
        if (taken != selected::one) co_return;
        if (round_ends()) co_await end_round();
    }
}

void hub::close()
{
    registrations_.close();
    unregistrations_.close();
    broadcasts_.close();
    relays_.close();
    shed_again_.clear();
}

// --- what comes in ---------------------------------------------------------------------------------------------------

task<> hub::enter(member& who)
{
    bell done;
    if (registrations_.try_send({&who, std::nullopt, &done}) == sent::queued) co_await done.wait();
}

task<> hub::leave(member& who)
{
    bell done;
    if (unregistrations_.try_send({&who, std::nullopt, &done}) == sent::queued) co_await done.wait();
}

accepted hub::submit(member& who, ask::enter asked)
{
    if (!who.may_command()) return accepted::busy;
    asked.from = {shard_.index(), who.id()};
    return count(who, registrations_.try_send({&who, std::move(asked), nullptr}));
}

accepted hub::submit(member& who, ask::leave asked)
{
    if (!who.may_command()) return accepted::busy;
    asked.from = {shard_.index(), who.id()};
    return count(who, unregistrations_.try_send({&who, std::move(asked), nullptr}));
}

accepted hub::submit(member& who, ask::publish asked)
{
    if (!who.may_command()) return accepted::busy;
    asked.from = {shard_.index(), who.id()};
    asked.accepted = time_of_acceptance();
    return count(who, broadcasts_.try_send(std::move(asked)));
}

bool hub::post(relay what)
{
    if (posted_.fetch_add(1, std::memory_order_relaxed) < posted_at_most) return inbox_.put(std::move(what));
    posted_.fetch_sub(1, std::memory_order_relaxed);
    return false;
}

// One by one, so that a round which is full ends in the middle of a batch.
void hub::take(std::vector<relay>& batch)
{
    for (auto& each : batch)
        relays_.try_send(std::move(each));
}

accepted hub::count(member& who, sent result)
{
    if (result != sent::queued) return accepted::closed;
    ++who.under_way_;
    return accepted::yes;
}

// The clock is read once for all that is accepted between two rounds: some then seem to have waited a little longer.
time_point hub::time_of_acceptance()
{
    if (accepted_ == time_point{}) accepted_ = clock().now();
    return accepted_;
}

// --- the select cases ------------------------------------------------------------------------------------------------

template <class Question> void hub::ask_home(Question asked)
{
    const auto home = home_of(asked.room);
    tell(home, std::move(asked));
}

void hub::admit(registration who)
{
    if (!who.room) {
        members_.emplace(who.who->id(), who.who);
        seat(*who.who, audience_of(everyone_));
        return who.done->ring();
    }
    ask_home(std::move(*who.room));
}

void hub::dismiss(unregistration who)
{
    if (!who.room) {
        farewell(*who.who);
        return who.done->ring();
    }
    ask_home(std::move(*who.room));
}

// The member is gone for good: it hears nothing any more, and the homes of its rooms are told. It sits in rooms it has
// asked to leave while their answer is on the way, and it does not sit yet in those it has just asked to join.
void hub::farewell(member& who)
{
    members_.erase(who.id());
    while (!who.seats_.empty())
        unseat(who, *who.seats_.back());
    for (const auto& [room, attempt] : who.rooms_)
        ask_home(ask::leave{{shard_.index(), who.id()}, who.user(), room, {}, true});
}

void hub::publish(ask::publish message) { ask_home(std::move(message)); }

// --- between members and homes ---------------------------------------------------------------------------------------

// What a home has accepted, a slower shard may not have delivered yet. A sender's command counts as done only when no
// shard is far behind: that is what bounds the queues between hubs.
void hub::tell(unsigned shard, relay what)
{
    if (const auto* const message = std::get_if<answer::posted>(&what); message && shard != shard_.index())
        behind_[shard] += cost_of(message->message);
    if (std::holds_alternative<answer::settled>(what) && a_shard_is_far_behind())
        unsettled_.emplace_back(shard, std::move(what));
    else
        carry(shard, std::move(what));
}

bool hub::a_shard_is_far_behind() const
{
    return std::ranges::any_of(behind_, [](std::size_t bytes) { return bytes > far_behind; });
}

void hub::on(answer::heard& what)
{
    behind_[what.shard] -= what.bytes;
    while (!unsettled_.empty() && !a_shard_is_far_behind()) {
        auto [shard, settled] = std::move(unsettled_.front());
        unsettled_.pop_front();
        carry(shard, std::move(settled));
    }
}

void hub::carry(unsigned shard, relay what)
{
    if (shard == shard_.index())
        apply(std::move(what));
    else
        outgoing_[shard].push_back(std::move(what));
}

void hub::apply(relay what)
{
    if (is_posted(what)) posted_.fetch_sub(1, std::memory_order_relaxed);
    std::visit([this](auto& each) { on(each); }, what);
}

void hub::on(answer::admitted& what)
{
    auto* const who = find(what.member);
    if (!who) return;                   // gone meanwhile; its farewell is on the way to the home
    seat(*who, audience_of(what.room)); // first, so that who joins again hears before the answer what was said before
    who->out().answer(std::move(what.notice), what.room);
    who->one_join_settled();
}

void hub::on(answer::dismissed& what)
{
    auto* const who = find(what.member);
    if (!who) return;
    room_label room; // none: nobody here was ever in it
    if (const auto where = audiences_.find(what.room); where != audiences_.end()) {
        unseat(*who, where->second);
        room = where->second.label();
    }
    who->out().answer(std::move(what.notice), std::move(room));
    who->one_settled();
}

void hub::on(answer::refused& what)
{
    auto* const who = find(what.member);
    if (!who) return;
    const auto asked = who->rooms_.find(what.room);
    if (asked != who->rooms_.end() && asked->second == what.attempt) who->rooms_.erase(asked);
    who->out().answer(std::move(what.notice));
    who->one_join_settled();
}

void hub::on(ask::publish& what)
{
    BOOST_ASSERT(home_of(what.room) == shard_.index());
    if (what.from.id == 0) what.accepted = time_of_acceptance();
    home_.handle(std::move(what));
}

void hub::on(answer::posted& what)
{
    auto& hearers = audience_of(what.room);
    const auto home = home_of(*what.room);
    if (home != shard_.index()) delivered_[home] += cost_of(what.message);
    hearers.post(what.message, what.accepted);
    round_is_full_ |= hearers.round_is_full();
    touch(hearers);
}

void hub::on(answer::settled& what)
{
    auto* const who = find(what.member);
    if (!who) return;
    if (what.notice) who->out().answer(std::move(what.notice));
    who->one_settled();
}

void hub::on(answer::direct& what)
{
    if (auto* const who = find(what.member)) who->out().send(std::move(what.message));
}

member* hub::find(std::uint64_t id)
{
    const auto found = members_.find(id);
    return found == members_.end() ? nullptr : found->second;
}

// --- audiences and rounds --------------------------------------------------------------------------------------------

audience& hub::audience_of(const room_label& room) { return audiences_.try_emplace(*room, room).first->second; }

void hub::seat(member& who, audience& where)
{
    if (where.add(who)) who.seats_.push_back(&where);
}

void hub::unseat(member& who, audience& where)
{
    if (std::erase(who.seats_, &where) == 0) return;
    where.remove(who);
    touch(where); // an audience without members ends with the round
}

void hub::touch(audience& which)
{
    if (!which.touch()) touched_.push_back(&which);
}

// A round gathers while commands wait, until one room has all that a burst may hold.
bool hub::round_ends() const
{
    const auto idle = registrations_.size() + unregistrations_.size() + broadcasts_.size() + relays_.size() == 0;
    return idle || round_is_full_ || touched_.size() >= rooms_per_round;
}

task<> hub::end_round()
{
    accepted_ = time_point{};
    hand_over();
    std::size_t labours = 0;
    for (auto* const each : touched_) {
        if (each->has_round()) {
            each->begin_delivery();
            for (std::size_t seat = 0; seat < each->size(); ++seat) {
                labours += each->deliver(seat);
                if (labours >= labours_per_turn) {
                    labours = 0;
                    co_await yield();
                }
            }
            each->add_latencies(measures_.fan_out, clock().now());
        }
        each->end_round();
        if (each->empty()) audiences_.erase(std::string(each->room()));
    }
    touched_.clear();
    round_is_full_ = false;
    keep_bound();
    acknowledge_round();
}

// The homes of what was delivered may go on.
void hub::acknowledge_round()
{
    for (unsigned home = 0; home < delivered_.size(); ++home)
        if (delivered_[home] > 0) carry(home, answer::heard{shard_.index(), std::exchange(delivered_[home], 0)});
    hand_over();
}

// One batch per shard and round, however many messages the round had.
void hub::hand_over()
{
    for (std::size_t shard = 0; shard < outgoing_.size(); ++shard)
        if (!outgoing_[shard].empty()) hubs_[shard]->inbox_.put_all(outgoing_[shard]);
}

} // namespace chorus
