// outbox_fixture.hpp — an outbox between a writer that does only what the test says and a client that reads likewise.
#pragma once

#include "support/hearing.hpp"

#include <chorus/hub/outbox.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <string>

namespace chorus::test {

// Counts how often an outbox asked for its writer.
struct counting_owner final : outbox_owner
{
    void outbox_changed() override { ++changes; }
    void batch_begun() override { ++batches; }

    int changes = 0, batches = 0;
};

struct outbox_fixture
{
    explicit outbox_fixture(const outbox_limits& of = {}, std::size_t capacity = 64 * 1024,
                            std::optional<context_takeover> compressed = {})
        : limits(of), wire(make_memory_pair(capacity)), deflater(deflated, compressed.value_or(context_takeover::no))
    {
        if (!compressed) return;
        out.compress_with(deflater);
        ears.expect_compressed(*compressed);
    }

    // The socket has become writable, as far as it has.
    flush_result write()
    {
        out.unblock();
        return out.flush();
    }

    // Writes and reads until nothing moves any more: what the client has heard since the last time.
    lines heard()
    {
        lines all;
        for (bool moved = true; moved;) {
            write();
            moved = ears.take_some(all);
        }
        return all;
    }

    // The socket takes nothing until the client reads on.
    void stall()
    {
        wire.second->stall();
        out.flush();
    }
    lines heard_after_stall()
    {
        wire.second->stall(false);
        return heard();
    }

    outbox_limits limits;
    outbox_counters counters;
    counting_owner owner;
    memory_transport::pair wire;
    outbox out{*wire.first, owner, limits, counters};
    hearing ears{*wire.second};
    scratch_buffer deflated;
    chorus::deflater deflater;
};

inline shared_frame text(std::string_view payload) { return make_frame(opcode::text, payload); }

inline room_label room_named(std::string name) { return std::make_shared<const std::string>(std::move(name)); }

// A chat message of an ordered room: heard as "tea 5 hello".
inline shared_frame numbered(const room_label& room, std::uint64_t offset, std::string_view words = "hello")
{
    return text(R"({"type":"chat","payload":{"room":")" + *room + R"(","offset":)" + std::to_string(offset) +
                R"(,"text":")" + std::string{words} + R"("}})");
}

} // namespace chorus::test
