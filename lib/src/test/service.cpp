// service.cpp — a service under test: its handlers and a hub in one thread, clients in memory, time set by hand.
#include <chorus/test/service.hpp>

#include <chorus/test/complaint.hpp>
#include <chorus/wire/append_json.hpp>

namespace chorus::test {

service::service() = default;

service::~service()
{
    for (const auto& each : clients_)
        each->peer().connection().cut();
    pass(std::chrono::hours{1});
    bool all_left = true;
    for (const auto& each : clients_) {
        all_left &= !each->session();
        expect(!each->session(), "a handler still waits when its client has gone, and for more than time");
    }
    if (hub_) hub_->close();
    settle();
    expect(!all_left || running_.size() == 0,
           "everybody has left, and the service still runs after its hub was closed");
}

service& service::on_message(message_handler handler)
{
    handlers.on_message = std::move(handler);
    return *this;
}

service& service::on_open(std::function<void(session&)> handler)
{
    handlers.on_open = std::move(handler);
    return *this;
}

service& service::counts_as_join(std::string type)
{
    routes.counts_as_join(std::move(type));
    return *this;
}

void service::open()
{
    if (hub_) return;
    if (!handlers.on_message)
        handlers.on_message = [this](session& from, const message& what) { return routes.route(from, what); };
    names_.limit_types(limits.by_type.size());
    hub_.emplace(here_.shard, 1, rooms).connect({&*hub_});
    running_.spawn(hub_->run());
}

fake_client& service::enter(std::string user, const entrance& how)
{
    open();
    auto [ours, theirs] = make_memory_pair(how.capacity);
    std::unique_ptr<fake_client> made(new fake_client(*this, std::move(theirs), how.speaks_binary));
    auto& who = *clients_.emplace_back(std::move(made));
    running_.spawn(serve(*this, who, std::move(ours), how, std::move(user)));
    settle();
    return who;
}

task<> service::serve(service& all, fake_client& who, transport_ptr to, entrance how, std::string user)
{
    const auto name = all.names_.share(user, 0);
    session serves(all.here_.shard, *all.hub_, std::move(to),
                   {.id = all.clients_.size(),
                    .user = name->text(),
                    .peer = std::move(how.address),
                    .is_guest = how.is_guest,
                    .speaks_binary = how.speaks_binary,
                    .expires = how.expires,
                    .may = &name->may()},
                   all.limits, all.handlers);
    who.session_ = &serves;
    who.end_ = co_await serves.run();
    who.session_ = nullptr;
}

bool service::publish(std::string room, std::string_view type, const json& payload)
{
    open();
    std::string text;
    append_json(text, payload);
    const auto taken = hub_->post(ask::publish{{}, std::move(room), std::string(type), std::move(text), nullptr, {}});
    settle();
    return taken;
}

void service::settle()
{
    for (bool moved = true; moved;) {
        moved = here_.shard.poll() > 0;
        for (const auto& each : clients_) {
            moved |= each->peer().listen();
            moved |= each->peer().push();
        }
    }
}

void service::pass(duration time)
{
    pass_time(here_.clock, time, [this] { settle(); });
}

} // namespace chorus::test
