// gate.hpp — decides who may enter: by number when a connection is accepted, by its request before the upgrade.
#pragma once

#include <chorus/core/keyed_hash.hpp>
#include <chorus/wire/refusal.hpp>
#include <chorus/wire/request.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace chorus {

struct gate_options
{
    std::size_t max_connections = 100'000; // in total; 0: no limit
    std::size_t max_per_ip = 256;          // 0: no limit; an IPv6 /64 counts as one
    std::size_t max_turned_away = 256; // how many over a limit may wait for their answer; the rest are cut without one
    unsigned retry_after_seconds = 5;  // sent with 429 and 503: long enough for others to leave
};

class gate;

// One connection's place in the gate's counts, given back when it ends. The gate must outlive it.
class admission
{
public:
    admission(admission&& other) noexcept;
    admission& operator=(admission&&) = delete;
    ~admission();

    // Set when the connection came over a limit: it is not to be served, only told so.
    const refusal* turned_away() const { return turned_away_.get(); }
    const std::string& peer() const { return peer_; }

private:
    friend class gate;
    admission(gate& from, std::string_view peer, std::optional<refusal> turned_away);

    gate* from_; // null: moved from
    std::string peer_;
    std::unique_ptr<const refusal> turned_away_; // rarely there, and every session has an admission
};

// One for the whole process: any thread may call anything. The lock is taken when a connection comes and when it goes.
//
// Two moments:
// 1. accept: admit(peer) counts the connection, so that half-open handshakes count. Nothing: cut it, answer nothing.
// 2. the request has been read: check() says whether it may upgrade. Over a limit, that is where the connection gets
//    its 429 or 503: its one request is read like any other, under the same deadline, and at most max_turned_away of
//    them wait.
class gate
{
public:
    explicit gate(gate_options options = {}) : options_{options} {}

    // `peer` is an IP address; anything else (a Unix socket) counts in total only.
    std::optional<admission> admit(std::string_view peer);

    // Empty: welcome. Else the first rule that says no: limits (503 full, 429 too_many_from_ip), draining (503),
    // origin (403).
    std::optional<refusal> check(const request& head, const admission& place) const;

    void drain() { draining_ = true; } // from now on nobody is let in; who is in stays
    bool draining() const { return draining_; }
    std::string retry_after() const { return std::to_string(options_.retry_after_seconds); }
    std::size_t connections() const; // those turned away are not counted

private:
    friend class admission;

    std::optional<refusal> over_limit(std::string_view address) const;
    std::optional<refusal> check_draining() const;
    refusal try_later(unsigned status, std::string_view reason, std::string_view detail) const;
    void give_back(const admission& place);

    const gate_options options_;
    std::atomic<bool> draining_ = false;
    mutable std::mutex mutex_; // guards what follows
    std::size_t total_ = 0;
    std::size_t turned_away_ = 0;
    text_map<std::size_t> by_address_;
};

} // namespace chorus
