// server.cpp — The process: listens, spreads connections over its shards, and stops without losing anybody's goodbye.
#include <chorus/server/server.hpp>

#include "monitor.hpp"
#include "supervisor.hpp"
#include <chorus/core/log.hpp>
#include <chorus/core/scope.hpp>
#include <chorus/net/listener.hpp>
#include <chorus/server/peak_watch.hpp>
#include <chorus/server/worker.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iostream>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <malloc.h>

namespace chorus {
namespace {

// Without a descriptor, say, no connection can be taken, and trying at once would only burn the time of those who are
// here.
constexpr std::chrono::milliseconds pause_after_failure{100};

std::string url_of(const address& bound, bool over_tls)
{
    const std::string scheme = over_tls ? "wss" : "ws";
    return scheme + (bound.is_unix() ? "+unix://" + bound.path + ":" : "://" + to_string(bound)) + "/ws";
}

void print_url(const std::string& url) { std::cout << "listening on " << url << '\n' << std::flush; }

} // namespace

// The parts of a running server. The first shard runs on the caller's thread; it accepts, and it leads the drain.
class server::process
{
public:
    explicit process(const config& settings) : shared_(settings), monitor_(shared_) {}

    int run();
    void stop();
    void change(const config& wished);

    service shared_;
    router routes_;
    std::function<void(const std::string&)> on_listening_ = print_url;

    // What other threads may do; nothing unless it runs.
    bool post(ask::publish message);

private:
    using step = task<> (*)(worker&, process&);

    void make_workers();
    void begin_to_listen();
    void set_running(bool on);
    void ring_leader();
    task<> lead();
    task<> accept_loop(listener& at, const entrance& through);
    task<> signal_loop();
    void reload();
    task<> drain();
    task<> on_each_shard(step what);
    task<> perform(step what, worker& on, std::size_t& left, bell& done);
    worker& least_loaded();
    std::size_t sum_of(std::size_t (worker::*what)() const) const;
    std::size_t sessions() const { return sum_of(&worker::sessions); }
    std::chrono::milliseconds drain_window() const { return shared_.drain_timeout.load() / 3; }

    std::vector<std::unique_ptr<shard>> shards_;
    std::vector<std::unique_ptr<worker>> workers_;
    monitor monitor_;
    std::unique_ptr<listener> listener_, admin_listener_;
    std::unique_ptr<asio::basic_signal_set<executor>> signals_;
    std::optional<supervisor> supervisor_; // while it runs
    std::optional<peak_watch> peak_;       // the same
    std::atomic<unsigned> stops_ = 0;      // how often it was asked to stop
    bell woken_;                           // what the leading coroutine waits at
    bool leaving_ = false;                 // the first shard's: nobody is accepted any more

    std::mutex running_mutex_; // guards what follows, and with it the shards from other threads
    bool running_ = false;
};

int server::process::run()
{
    std::signal(SIGPIPE, SIG_IGN); // a vanished peer is an error of its write, not of the process
    supervisor_.emplace();
    if (!shared_.handlers.on_message) shared_.send_through(routes_);
    make_workers();
    auto& first = *shards_.front();
    begin_to_listen();
    signals_ = std::make_unique<asio::basic_signal_set<executor>>(first.get_executor(), SIGINT, SIGTERM);
    if (!shared_.reloads.empty()) signals_->add(SIGHUP);
    // Who has gone leaves memory to the next; after a crowd the heap is asked to let go, which takes some milliseconds.
    peak_.emplace(first.clock(), [this] { return sum_of(&worker::load); }, [] { ::malloc_trim(0); });
    auto threads = threads_of_others(workers_);
    set_running(true);
    on_listening_(url_of(listener_->where(), shared_.tls.has_value()));
    supervisor_->tell("READY=1");

    scope leading(first.get_executor());
    leading.spawn(lead());
    workers_.front()->run();
    for (auto& each : threads)
        each.join();

    const auto was_cut = std::ranges::any_of(workers_, [](const auto& each) { return each->was_cut(); });
    monitor_.stop();
    peak_.reset();
    workers_.clear();
    listener_.reset();
    admin_listener_.reset();
    signals_.reset();
    shards_.clear();
    supervisor_.reset();
    return was_cut ? 1 : 0;
}

void server::process::make_workers()
{
    const auto count = shared_.settings.threads;
    monitor_.stop(); // of a run that could not listen
    workers_.clear();
    shards_.clear();
    for (unsigned i = 0; i < count; ++i)
        shards_.push_back(std::make_unique<shard>(i));
    std::vector<hub*> hubs;
    for (const auto& each : shards_) {
        workers_.push_back(std::make_unique<worker>(*each, count, shared_, [this] { ring_leader(); }));
        hubs.push_back(&workers_.back()->hub());
    }
    for (const auto& each : workers_) {
        each->hub().connect(hubs);
        each->start();
    }
    monitor_.watch(workers_);
}

void server::process::begin_to_listen()
{
    const auto here = shards_.front()->get_executor();
    const auto& settings = shared_.settings;
    auto front = std::make_unique<listener>(here, *read_address(settings.listen));
    if (!settings.admin_listen.empty()) {
        admin_listener_ = std::make_unique<listener>(here, *read_address(settings.admin_listen));
        log(log_level::info, "admin_listening", {{"at", to_string(admin_listener_->where())}});
    }
    listener_ = std::move(front); // both, or none
    monitor_.warn_when_public((admin_listener_ ? admin_listener_ : listener_)->bound());
}

// Stopping is a story with a deadline: ask, wait, insist, wait.
task<> server::process::lead()
{
    auto& first = *shards_.front();
    scope accepting(first.get_executor());
    accepting.spawn(accept_loop(*listener_, shared_.front));
    if (admin_listener_) accepting.spawn(accept_loop(*admin_listener_, shared_.back));
    accepting.spawn(signal_loop());
    while (stops_ == 0)
        co_await woken_.wait();
    co_await drain();
    set_running(false);
    leaving_ = true;
    listener_->close();
    if (admin_listener_) admin_listener_->close();
    signals_->clear(); // from now on a signal ends the process, should a handler of the service never end
    signals_->cancel();
    co_await accepting.join();
    co_await on_each_shard([](worker& each, process&) { return each.finish(); });
    for (const auto& each : shards_)
        asio::post(each->get_executor(), [shard = each.get()] { shard->stop(); });
}

// While the server drains it goes on accepting: who comes is told to come back later, instead of being left waiting.
task<> server::process::accept_loop(listener& at, const entrance& through)
{
    bool told = false;
    bell pause;
    for (;;) {
        auto& next = least_loaded();
        next.expect_socket();
        auto [error, socket] = co_await at.accept(next.shard().get_executor());
        if (!error) next.take(make_socket_transport(std::move(socket)), through), peak_->somebody_came();
        if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
        if (!error || error == asio::error::connection_aborted) continue; // taken, or it vanished before that
        if (!std::exchange(told, true)) log(log_level::error, "accept_paused", {{"why", error.message()}});
        auto& clock = shards_.front()->clock();
        co_await pause.wait_until(clock, clock.now() + pause_after_failure);
    }
}

task<> server::process::signal_loop()
{
    while (!leaving_) { // a signal may come just when the wait is to be cancelled
        const auto [error, number] = co_await signals_->async_wait(use_task);
        if (error) co_return;
        log(log_level::info, "signal", {{"number", number}});
        if (number == SIGHUP) {
            reload();
            continue;
        }
        ++stops_;
        woken_.ring();
    }
}

// One that fails has left all as it was, and keeps no other from its turn. Who stops says nothing of being ready.
void server::process::reload()
{
    if (stops_ == 0) supervisor_->tell("RELOADING=1");
    for (const auto& each : shared_.reloads) {
        try {
            each();
        } catch (...) {
            log(log_level::error, "reload_failed", {{"why", what_escaped()}});
        }
    }
    if (stops_ == 0) supervisor_->tell("READY=1");
}

void server::process::change(const config& wished)
{
    const std::lock_guard lock(running_mutex_);
    if (!running_) return;
    const auto limits = shard_limits_of(shared_.change(wished));
    for (const auto& each : workers_)
        each->change(limits);
}

task<> server::process::drain()
{
    auto& clock = shards_.front()->clock();
    const auto deadline = clock.now() + shared_.drain_timeout.load();
    supervisor_->tell("STOPPING=1");
    log(log_level::info, "draining", {{"sessions", sessions()}});
    shared_.gate.drain();
    scope goodbyes(shards_.front()->get_executor());
    goodbyes.spawn(on_each_shard([](worker& each, process& all) { return each.drain(all.drain_window()); }));
    while (sessions() > 0 && stops_ < 2 && clock.now() < deadline)
        co_await woken_.wait_until(clock, deadline);
    co_await on_each_shard([](worker& each, process&) { return each.hurry(); });
    co_await goodbyes.join();
    log(log_level::info, "drained", {{"left", sessions()}});
}

// Runs a step on every shard, and waits here until all have done it.
task<> server::process::on_each_shard(step what)
{
    bell done;
    auto left = workers_.size();
    for (const auto& each : workers_)
        each->perform(perform(what, *each, left, done));
    while (left > 0)
        co_await done.wait();
}

task<> server::process::perform(step what, worker& on, std::size_t& left, bell& done)
{
    co_await what(on, *this);
    asio::post(shards_.front()->get_executor(), [&left, &done] {
        --left;
        done.ring();
    });
}

worker& server::process::least_loaded()
{
    return **std::ranges::min_element(workers_, {}, [](const auto& each) { return each->load(); });
}

std::size_t server::process::sum_of(std::size_t (worker::*what)() const) const
{
    std::size_t sum = 0;
    for (const auto& each : workers_)
        sum += (*each.*what)();
    return sum;
}

void server::process::set_running(bool on)
{
    const std::lock_guard lock(running_mutex_);
    running_ = on;
}

void server::process::stop()
{
    ++stops_;
    const std::lock_guard lock(running_mutex_);
    if (running_) ring_leader();
}

void server::process::ring_leader()
{
    asio::post(shards_.front()->get_executor(), [this] { woken_.ring(); });
}

bool server::process::post(ask::publish message)
{
    const std::lock_guard lock(running_mutex_);
    if (!running_) return false;
    const auto home =
        home_shard(message.room, static_cast<unsigned>(workers_.size())); // whose bound is the one that counts
    return workers_[home]->hub().post(std::move(message));
}

// --- the public face -------------------------------------------------------------------------------------------------

server::server(config settings)
{
    if (const auto wrong = validate(settings)) throw std::invalid_argument(*wrong);
    process_ = std::make_unique<process>(settings);
}

server::~server() = default;

router& server::routes() { return process_->routes_; }

server& server::on_message(message_handler handler)
{
    process_->shared_.handlers.on_message = std::move(handler);
    return *this;
}

server& server::authenticate(authenticator who)
{
    process_->shared_.authenticate = std::move(who);
    return *this;
}

server& server::on_open(std::function<void(session&)> handler)
{
    process_->shared_.handlers.on_open = std::move(handler);
    return *this;
}

server& server::counts_as_join(std::string type)
{
    routes().counts_as_join(std::move(type));
    return *this;
}

server& server::serve(std::span<const asset> files)
{
    for (const auto& each : files)
        process_->shared_.site.add(each);
    return *this;
}

server& server::serve_operators(std::span<const asset> files)
{
    for (const auto& each : files)
        process_->shared_.operators_site().add(each);
    return *this;
}

server& server::on_reload(std::function<void()> handler)
{
    process_->shared_.reloads.push_back(std::move(handler));
    return *this;
}

server& server::on_listening(std::function<void(const std::string&)> handler)
{
    process_->on_listening_ = std::move(handler);
    return *this;
}

int server::run() { return process_->run(); }

void server::stop() { process_->stop(); }

void server::change(const config& wished) { process_->change(wished); }

bool server::publish(std::string room, std::string_view type, const json& payload)
{
    std::string text;
    append_json(text, payload);
    return process_->post(ask::publish{{}, std::move(room), std::string(type), std::move(text), nullptr, {}});
}

} // namespace chorus
