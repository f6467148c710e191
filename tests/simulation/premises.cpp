// premises.cpp — Builds the server, lets its shards take turns, and leads its drain.
#include "simulation/premises.hpp"

#include <apps/chat/chat.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <numeric>

namespace chorus::simulation {

premises::premises(const settings& rules, story& told, referee& judge)
    : settings_(rules), story_(told), referee_(judge), service_(rules.server)
{
    auto limits = shard_limits_of(rules.server);
    limits.rooms.rooms = rules.places_for_rooms;
    limits.rooms.presence_users = rules.presence_users;
    limits.rooms.listed_members = rules.listed_members;
    app::make_chat(routes_);
    service_.handlers.on_open = [this](session& each) { open(each); };
    service_.handlers.on_message = [this](session& from, const message& what) { return take(from, what); };
    const auto count = rules.server.threads;
    std::vector<hub*> hubs;
    for (unsigned index = 0; index < count; ++index) {
        places_.push_back(std::make_unique<place>(index, count, service_, std::make_unique<manual_clock>()));
        hubs.push_back(&places_.back()->worker.hub());
    }
    for (const auto& each : places_) {
        each->worker.change(limits); // before anybody comes
        each->worker.hub().connect(hubs);
        each->worker.start();
    }
}

std::unique_ptr<memory_transport> premises::connect(std::shared_ptr<line> to, unsigned shard, std::size_t capacity)
{
    auto ends = make_memory_pair(capacity);
    lines_[to->address] = to;
    places_[shard]->worker.take(std::make_unique<server_end>(std::move(ends.first), std::move(to),
                                                             places_[shard]->clock, settings_, story_, referee_));
    return std::move(ends.second);
}

std::shared_ptr<line> premises::line_of(const session& who) const { return lines_.at(who.peer()).lock(); }

void premises::open(session& who)
{
    const auto line = line_of(who);
    line->talk = &who;
    line->user = who.user();
    line->ref = who.ref();
    referee_.watch([&] {
        const auto is_namesake = [&](const auto& each) {
            const auto other = each.second.lock();
            return other && other != line && other->is_member() && other->user == line->user;
        };
        hold(std::ranges::none_of(lines_, is_namesake), promise::protocol, "two clients have one name");
        if (line->caller) line->caller->on_opened();
    });
}

// The chat handles it; what came of it shows in the number of commands under way.
work premises::take(session& from, const message& what)
{
    const auto line = line_of(from);
    const std::string payload(what.payload);
    const auto before = from.hub().under_way();
    auto pending = routes_.route(from, what);
    const auto accepted = from.hub().under_way() > before;
    if (line->caller) referee_.watch([&] { line->caller->on_taken({what.op, payload}, accepted); });
    return pending;
}

// --- time and turns --------------------------------------------------------------------------------------------------

bool premises::turn(unsigned shard, std::size_t handlers)
{
    auto& context = places_[shard]->shard.context();
    std::size_t ran = 0;
    while (ran < handlers && context.poll_one() > 0)
        ++ran;
    return ran > 0;
}

bool premises::turn_all()
{
    bool moved = false;
    for (const auto& each : places_)
        moved |= each->shard.poll() > 0;
    return moved;
}

void premises::advance(duration by)
{
    for (const auto& each : places_)
        each->clock.advance(by);
}

void premises::publish(const std::string& room, const std::string& text)
{
    std::string payload;
    append_json(payload, json{{"user", "the server"}, {"text", text}});
    auto& home = places_[home_shard(room, shards())]->worker.hub();
    const auto posted = home.post(ask::publish{{}, room, "chat", payload, nullptr, {}});
    hold(posted, promise::bounded_queues, "a message of the process was refused though nothing waits");
}

// --- the end ---------------------------------------------------------------------------------------------------------

// Runs a step on every shard, and counts those that are under way.
void premises::perform(task<> (*chore)(premises&, worker&))
{
    for (const auto& each : places_) {
        ++chores_;
        each->worker.perform(do_and_count(chore, each->worker));
    }
}

task<> premises::do_and_count(task<> (*chore)(premises&, worker&), worker& where)
{
    co_await chore(*this, where);
    --chores_;
}

void premises::drain()
{
    phase_ = phase::saying_goodbye;
    drain_began_ = now();
    drain_deadline_ = drain_began_ + settings_.server.drain_timeout;
    service_.gate.drain();
    perform([](premises& all, worker& each) { return each.drain(all.drain_window()); });
}

void premises::stop_at_once()
{
    phase_ = phase::hurrying;
    drain_began_ = now();
    service_.gate.drain();
}

void premises::lead()
{
    if (phase_ == phase::saying_goodbye && (sessions() == 0 || insisted_ || now() >= drain_deadline_)) {
        phase_ = phase::hurrying;
        perform([](premises&, worker& each) { return each.hurry(); });
    } else if (phase_ == phase::hurrying && chores_ == 0) {
        finish();
    } else if (phase_ == phase::finishing && chores_ == 0) {
        phase_ = phase::over;
    }
}

void premises::finish()
{
    phase_ = phase::finishing;
    for (const auto& [address, each] : lines_)
        if (const auto line = each.lock()) line->must_end_now = true;
    perform([](premises&, worker& each) { return each.finish(); });
}

bool premises::had_to_cut() const
{
    return std::ranges::any_of(places_, [](const auto& each) { return each->worker.was_cut(); });
}

// --- sums over the shards --------------------------------------------------------------------------------------------

std::size_t premises::sessions() const
{
    return std::accumulate(places_.begin(), places_.end(), std::size_t{0},
                           [](std::size_t sum, const auto& each) { return sum + each->worker.sessions(); });
}

std::size_t premises::members() const
{
    return std::accumulate(places_.begin(), places_.end(), std::size_t{0},
                           [](std::size_t sum, const auto& each) { return sum + each->worker.hub().members(); });
}

std::size_t premises::rooms() const
{
    return std::accumulate(places_.begin(), places_.end(), std::size_t{0},
                           [](std::size_t sum, const auto& each) { return sum + each->worker.hub().rooms(); });
}

std::size_t premises::load() const
{
    return std::accumulate(places_.begin(), places_.end(), std::size_t{0},
                           [](std::size_t sum, const auto& each) { return sum + each->worker.load(); });
}

} // namespace chorus::simulation
