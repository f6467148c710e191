// hub.hpp — The one coroutine of a shard that decides who hears what: a select loop over register, unregister,
// broadcast.
#pragma once

#include <chorus/core/channel.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/core/handover.hpp>
#include <chorus/core/keyed_hash.hpp>
#include <chorus/core/shard.hpp>
#include <chorus/hub/audience.hpp>
#include <chorus/hub/home.hpp>
#include <chorus/hub/member.hpp>
#include <chorus/hub/relay.hpp>
#include <chorus/wire/compression.hpp>

#include <atomic>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chorus {

// One hub per shard. It is the home of some rooms, and the place where all members of its shard hear theirs.
//
// Threads: its shard only, but for `post`. It knows outboxes, never sessions, and it waits for nobody: no member, and
// no other hub. What it has accepted is bounded where it comes in: by each member's commands under way, and by the
// capacity of the hand-over for everyone else.
// Order: all members of a room see the same messages in the same order, on every shard; what one member asks for is
// done in the order in which it asked.
class hub final : private home_listener
{
public:
    hub(shard& where, unsigned shards, const hub_limits& limits);
    ~hub();

    // Makes the hubs of all shards, this one included, known to each other. Before any of them runs.
    void connect(std::vector<hub*> all) { hubs_ = std::move(all); }

    // Runs until `close` and until all that was accepted is done.
    task<> run();
    void close();

    // When this has ended the member hears everyone. It must stay where it is until `leave` has ended.
    task<> enter(member& who);
    // Takes the member out of all its rooms. Never refused; afterwards the hub does not know it any more.
    task<> leave(member& who);

    // What a member asks for.
    accepted submit(member& who, ask::enter asked);
    accepted submit(member& who, ask::leave asked);
    accepted submit(member& who, ask::publish asked);

    // From any thread: a message of the process itself, or a frame for one member here. False: too much waits already.
    // A message of the process must come to the hub at its room's home.
    bool post(relay what);

    // Holds all outboxes of the process together to their bound, or a sixty-fourth above. Done at the end of each
    // round; also to be done after messages that no hub has delivered. `look_again` when the bound has become lower.
    void keep_bound();
    void look_again();

    const hub_limits& limits() const { return limits_; }
    outbox_counters& counters() { return outboxes_; }
    hub_counters& measures() { return measures_; }
    shared_compression& compression() { return compression_; } // for the connections of this shard
    executor get_executor() { return shard_.get_executor(); }
    std::size_t members() const { return members_.size(); }
    std::size_t rooms() const { return measures_.rooms; }
    chorus::clock& clock() { return shard_.clock(); }

private:
    struct registration // somebody comes: to the hub, or to a room
    {
        member* who;
        std::optional<ask::enter> room;
        bell* done;
    };
    struct unregistration // somebody goes: from a room, or for good
    {
        member* who;
        std::optional<ask::leave> room;
        bell* done;
    };

    void admit(registration who);
    void dismiss(unregistration who);
    void farewell(member& who);
    void publish(ask::publish message);

    unsigned home_of(std::string_view room) const { return home_shard(room, static_cast<unsigned>(outgoing_.size())); }
    void take(std::vector<relay>& batch);

    template <class Question> void ask_home(Question asked);
    void apply(relay what);
    void on(answer::admitted& what);
    void on(answer::dismissed& what);
    void on(answer::refused& what);
    void on(answer::posted& what);
    void on(answer::settled& what);
    void on(answer::heard& what);
    void on(answer::direct& what);
    void on(ask::enter& what) { home_.handle(std::move(what)); }
    void on(ask::leave& what) { home_.handle(std::move(what)); }
    void on(ask::publish& what);
    void on(ask::shed& what);
    void tell(unsigned shard, relay what) override;
    void carry(unsigned shard, relay what);
    bool a_shard_is_far_behind() const;
    std::size_t queued_bytes() const; // in the process
    void ask_to_shed(std::size_t bound);
    std::size_t shed();
    void shed_again();
    void acknowledge_round();

    member* find(std::uint64_t id);
    audience& audience_of(const room_label& room);
    void seat(member& who, audience& where);
    void unseat(member& who, audience& where);
    void touch(audience& which);

    bool round_ends() const;
    task<> end_round();
    void hand_over();

    accepted count(member& who, sent result);
    time_point time_of_acceptance();

    shard& shard_;
    const hub_limits& limits_;
    outbox_counters outboxes_;
    hub_counters measures_;
    shared_compression compression_;
    std::vector<hub*> hubs_;    // by shard
    std::size_t looked_at_ = 0; // what this shard held when it last looked whether all hold too much
    std::atomic<bool> asked_to_shed_ = false;
    alarm shed_again_;

    channel<registration> registrations_;
    channel<unregistration> unregistrations_;
    channel<ask::publish> broadcasts_;
    channel<relay> relays_;
    handover<relay> inbox_;
    std::atomic<std::size_t> posted_{0}; // by other threads, and not applied yet

    home home_;
    room_label everyone_ = std::make_shared<const std::string>(everyone);
    std::unordered_map<std::uint64_t, member*> members_;
    text_map<audience> audiences_;
    std::vector<audience*> touched_;           // this round
    bool round_is_full_ = false;               // for one of them
    time_point accepted_ = {};                 // when the first message since the last round was; none: there was none
    std::vector<std::vector<relay>> outgoing_; // this round, by shard

    // By shard: bytes posted there and not yet delivered, and bytes of theirs delivered here in this round.
    std::vector<std::size_t> behind_, delivered_;
    std::deque<std::pair<unsigned, relay>> unsettled_; // what waits for a shard that is far behind
};

} // namespace chorus
