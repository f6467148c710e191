// memory_transport.hpp — Two transports joined in memory, for tests: short reads and writes, a stalled peer, a cut
// anywhere.
#pragma once

#include <chorus/core/bell.hpp>
#include <chorus/net/transport.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace chorus {

// One direction of a memory pair: a bounded pipe. Belongs to both ends.
class memory_pipe
{
public:
    explicit memory_pipe(std::size_t capacity) : capacity_(capacity) {}

private:
    friend class memory_transport;

    static constexpr auto never = std::numeric_limits<std::uint64_t>::max();

    std::size_t room() const;

    std::string bytes_;
    bell readable_, writable_;
    std::size_t capacity_;
    std::size_t at_most_ = std::numeric_limits<std::size_t>::max(); // of one read or write
    std::uint64_t until_cut_ = never;
    bool stalled_ = false, finished_ = false, broken_ = false;
};

// One end. All of it happens on one shard; nothing here waits for real time.
class memory_transport final : public transport
{
public:
    struct pair;

    memory_transport(std::shared_ptr<memory_pipe> in, std::shared_ptr<memory_pipe> out);
    ~memory_transport() override;

    std::size_t read_some(std::span<char> into, error_code& error) override;
    std::size_t write_some(std::span<const asio::const_buffer> from, error_code& error) override;
    waited readable() override;
    waited writable() override;
    void finish() override;
    void close() override;
    void cut() override;
    std::string peer() const override { return "memory"; }

    // What a test does to what this end sends and receives.

    // No read gives and no write takes more than `bytes`: short reads and writes.
    void move_at_most(std::size_t bytes);
    // From now on this end's peer cannot write: its bytes find no room, as with a peer that stopped reading.
    void stall(bool on = true);
    // After `bytes` more bytes to this end, which can still be read, the connection is cut.
    void cut_after(std::uint64_t bytes);
    // Sees without taking them the bytes that wait to be read here.
    std::string_view waiting() const { return in_->bytes_; }
    bool is_open() const { return open_; }

private:
    error_code nothing_to_read() const;
    void break_both();

    std::shared_ptr<memory_pipe> in_, out_;
    bool open_ = true;
};

struct memory_transport::pair
{
    std::unique_ptr<memory_transport> first, second;
};

// Two ends of one connection; each direction holds at most `capacity` bytes under way, as a socket buffer does.
memory_transport::pair make_memory_pair(std::size_t capacity = 64 * 1024);

} // namespace chorus
