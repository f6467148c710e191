// worker.cpp — One shard of a server: its hub, its connections, and how they are asked to leave.
#include <chorus/server/worker.hpp>

#include <chorus/core/log.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdlib>
#include <stop_token>

namespace chorus {
namespace {

constexpr std::chrono::milliseconds drain_interval{100};
constexpr std::size_t smallest_batch = 100;

// How often memory that is not needed is given back to the heap.
constexpr std::chrono::seconds surplus_period{10};

// What ends as a session should is news; the rest is somebody's fault, and worth a look.
log_level level_of(close_code code)
{
    const auto usual = code == close_code::normal || code == close_code::going_away || code == close_code::abnormal ||
                       code == close_code::no_status || code == close_code::token_expired;
    return usual ? log_level::info : log_level::warning;
}

} // namespace

drain_pace pace_of_drain(std::size_t sessions, std::chrono::milliseconds window)
{
    const auto turns = static_cast<std::size_t>(std::max<std::int64_t>(1, window / drain_interval));
    return {std::max(smallest_batch, (sessions + turns - 1) / turns), drain_interval};
}

worker::worker(chorus::shard& where, unsigned shards, service& shared, std::function<void()> emptied)
    : shard_(where), service_(shared), limits_(shard_limits_of(shared.settings)), hub_(where, shards, limits_.rooms),
      emptied_(std::move(emptied)), visits_(shared.settings.recycled_sessions),
      surplus_(where.clock(), [this] { release_memory(); }), hub_scope_(where.get_executor()),
      connection_scope_(where.get_executor()), chores_(where.get_executor())
{
}

void worker::start() { hub_scope_.spawn(hub_.run()); }

// What escapes a loop is a bug, and whom it was about is not known any more.
void worker::run()
try {
    shard_.run();
} catch (...) {
    log(log_level::error, "loop_failed", {{"what", what_escaped()}});
    std::abort();
}

void worker::perform(task<> chore)
{
    asio::post(shard_.get_executor(), [this, chore = std::move(chore)]() mutable { chores_.spawn(std::move(chore)); });
}

void worker::change(shard_limits to)
{
    asio::post(shard_.get_executor(), [this, to = std::move(to)]() mutable {
        const auto fill_control = limits_.sessions.control != to.sessions.control;
        limits_ = std::move(to);
        hub_.look_again();
        for (auto* const all : {&staying_, &leaving_})
            for (auto& each : *all)
                each.session.limits_changed(fill_control);
    });
}

void worker::take(transport_ptr to, const entrance& through)
{
    ++load_;
    asio::post(shard_.get_executor(), [this, &through, to = std::move(to)]() mutable {
        ++counters_.accepted;
        auto place = through.gate.admit(to->peer());
        if (place) return connection_scope_.spawn(serve(std::move(to), through, std::move(*place)));
        ++counters_.cut;
        to->cut();
        --load_;
    });
}

task<> worker::serve(transport_ptr to, const entrance& through, admission place)
{
    auto in = co_await speak_http(std::move(to), through, std::move(place));
    if (!in) {
        --load_;
        co_return;
    }
    // A coroutine of its own: what HTTP needed is given back while the session, which may stay for days, lasts.
    ++sessions_; // from here on a drain waits for it
    connection_scope_.spawn(converse(visits_.make(*this, std::move(*in))));
}

task<std::optional<arrival>> worker::speak_http(transport_ptr to, const entrance& through, admission place)
{
    connection each(shard_, service_, through, counters_, std::move(to), std::move(place));
    connections_.push_back(each); // which leaves by itself
    co_return co_await each.run();
}

worker::visit::visit(worker& at, arrival in)
    : place(std::move(in.place)), name(std::move(in.name)), began(at.shard_.clock().now()),
      session(at.shard_, at.hub_, std::move(in.transport),
              {.id = in.id,
               .user = name.text(),
               .greeting = std::move(in.greeting),
               .early = std::move(in.early),
               .deflate = in.deflate,
               .peer = place.peer(),
               .is_guest = in.is_guest,
               .speaks_binary = in.speaks_binary,
               .expires = in.expires,
               .may = &name.may(),
               .trace = std::move(in.trace)},
              at.limits_.sessions, at.service_.handlers)
{
}

task<> worker::converse(object_pool<visit>::pointer who)
{
    auto& session = who->session;
    (draining_ ? leaving_ : staying_).push_back(*who);
    if (draining_) say_goodbye(session);
    if (finishing_) session.cut();
    const auto end = co_await session.run();
    who->unlink();
    --sessions_;
    --load_;
    counters_.ended.add(static_cast<unsigned>(end.code));
    log_end(*who, end);
    if (!surplus_.is_set()) surplus_.set(shard_.clock().now() + surplus_period);
    if (!draining_) co_return;
    if (end.cut) was_cut_ = true;
    if (sessions_ == 0) emptied_();
}

// Who is gone leaves memory to the next; what nobody has needed for a while goes back.
void worker::release_memory()
{
    visits_.release_surplus();
    if (visits_.kept() > 0) surplus_.set(shard_.clock().now() + surplus_period);
}

void worker::log_end(const visit& who, const session_end& end) const
{
    const auto level = level_of(end.code);
    if (!log_enabled(level)) return;
    const std::chrono::duration<double> lasted = shard_.clock().now() - who.began;
    const auto id = who.session.id(), request = who.session.request_id();
    const auto traffic = who.session.traffic();
    std::vector<field> fields{{"session", id},
                              {"user", who.name.text()},
                              {"peer", who.place.peer()},
                              {"why", to_string(end.why)},
                              {"code", static_cast<unsigned>(end.code)},
                              {"reason", end.detail},
                              {"seconds", lasted.count()},
                              {"messages_in", traffic.messages_in},
                              {"messages_out", traffic.messages_out},
                              {"bytes_in", traffic.bytes_in},
                              {"bytes_out", traffic.bytes_out},
                              {"request", request}};
    if (!who.session.traceparent().empty()) fields.emplace_back("traceparent", who.session.traceparent());
    log(level, "session_ended", fields);
}

void worker::say_goodbye(session& to) { to.close(close_code::going_away, "server shutting down"); }

task<> worker::drain(std::chrono::milliseconds window)
{
    draining_ = true;
    const auto [batch, interval] = pace_of_drain(sessions_, window);
    for (;;) {
        for (std::size_t said = 0; (said < batch || in_a_hurry_) && !staying_.empty(); ++said) {
            auto& next = staying_.front();
            next.unlink();
            leaving_.push_back(next);
            say_goodbye(next.session);
        }
        if (staying_.empty()) break;
        co_await hurry_.wait_until(shard_.clock(), shard_.clock().now() + interval);
    }
    if (sessions_ == 0) emptied_(); // the last may have gone between the leader's look and our beginning
}

task<> worker::hurry()
{
    in_a_hurry_ = true;
    hurry_.ring();
    co_return;
}

task<> worker::finish()
{
    finishing_ = true;
    if (sessions_ > 0) was_cut_ = true;
    for (auto& each : connections_)
        each.cut();
    for (auto* const all : {&staying_, &leaving_})
        for (auto& each : *all)
            each.session.cut();
    co_await connection_scope_.join();
    hub_.close();
    co_await hub_scope_.join();
}

std::vector<std::jthread> threads_of_others(std::span<const std::unique_ptr<worker>> all)
{
    std::vector<std::jthread> threads;
    for (const auto& each : all.subspan(1))
        threads.emplace_back([&each](const std::stop_token& left) {
            const std::stop_callback stop(left, [&each] { each->shard().stop(); });
            each->run();
        });
    return threads;
}

} // namespace chorus
