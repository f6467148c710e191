// fake_member.hpp — a member's seat between its hub and a client; it stands in for the session.
#pragma once

#include <chorus/hub/hub.hpp>
#include <chorus/test/peer.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace chorus::test {

// Its hub writes to it as to any member; what a session's writer would do happens when it listens. One shard.
class fake_member final : private outbox_owner
{
public:
    fake_member(hub& where, std::uint64_t id, std::string user, const outbox_limits& limits, std::size_t capacity);

    // To join, leave, publish, and look at its outbox.
    member& operator*() { return seat_; }
    member* operator->() { return &seat_; }
    hub& home() { return hub_; }

    // Publishes `chat {"text"}`.
    accepted say(const std::string& room, const std::string& words, std::optional<json> id = {});

    // The client has agreed on compressed messages, and the server keeps no context.
    void expect_compressed();

    // The client takes nothing until it listens again.
    void stall(bool on = true) { peer_.connection().stall(on); }

    // Bytes that are on their way to the client.
    std::size_t under_way() const { return peer_.connection().waiting().size(); }

    // All that the client has heard since it last listened, as `line_of_text` and `in_words` put it; a batch is not
    // waited for, and taken apart.
    lines heard();

    // Only what was said in one room, as "tea 5 hello".
    lines heard_in(const std::string& room);

private:
    void outbox_changed() override {}
    void batch_begun() override {}

    const outbox_limits limits_;
    memory_transport::pair wire_;
    member seat_;
    peer peer_;
    hub& hub_;
};

} // namespace chorus::test
