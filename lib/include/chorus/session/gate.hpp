// gate.hpp — decides who may enter: by number when a connection is accepted, by its request before the upgrade.
#pragma once

#include <chorus/core/keyed_hash.hpp>
#include <chorus/session/origin.hpp>
#include <chorus/session/trusted_proxies.hpp>
#include <chorus/wire/refusal.hpp>
#include <chorus/wire/request.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chorus {

struct gate_options
{
    std::size_t max_connections = 100'000; // in total; 0: no limit
    std::size_t max_per_ip = 256;          // 0: no limit; an IPv6 /64 counts as one
    std::size_t max_turned_away = 256; // how many over a limit may wait for their answer; the rest are cut without one
    unsigned retry_after_seconds = 5;  // sent with 429 and 503: long enough for others to leave
    std::vector<origin_pattern> origins = {}; // whose pages may connect; empty: those of the host that was asked
    bool require_origin = false;              // whether programs, which send none, are refused too
    trusted_proxies proxies = {};
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
    const std::string& peer() const { return peer_; } // its address; that of the client once a proxy has told it

private:
    friend class gate;
    admission(gate& from, std::string_view peer) : from_(&from), peer_(peer) {}

    gate* from_; // null: moved from
    std::string peer_;
    bool counts_ = false;                                  // in total; who is turned away does not
    bool counts_by_ip_ = false;                            // among those of its address
    bool speaks_for_itself_ = false;                       // a proxy that said so: its requests are not believed
    std::unique_ptr<const refusal> turned_away_ = nullptr; // rarely there, and every session has an admission
};

// One for the whole process: any thread may call anything. The lock is taken when a connection comes and when it goes,
// and when a proxy tells for whom it speaks.
//
// Two moments:
// 1. accept: admit(peer) counts the connection, so that half-open handshakes count. Nothing: cut it, answer nothing. A
//    trusted proxy counts in total only, until it has told for whom it speaks.
// 2. the request has been read: check() says whether it may upgrade. Over a limit, that is where the connection gets
//    its 429 or 503: its one request is read like any other, under the same deadline, and at most max_turned_away of
//    them wait.
class gate
{
public:
    explicit gate(gate_options options = {});

    // `peer` is an IP address; anything else (a Unix socket) counts in total only.
    std::optional<admission> admit(std::string_view peer);

    // The proxy at the other end has said so in the PROXY protocol: it speaks for this client, which is counted from
    // now on; or, empty, for nobody, whatever its requests say. False: the client is over its limit, and so many are
    // being told so that this one is to be cut.
    bool speaks_for(admission& place, std::string_view client);

    // Empty: welcome. Else the first rule that says no: limits (503 full, 429 too_many_from_ip), draining (503),
    // origin (403). Sees by the request for whom a trusted proxy speaks.
    std::optional<refusal> check(const request& head, admission& place);

    objection check_draining() const; // the second of these alone

    bool trusts(std::string_view peer) const { return proxies_.trusts(peer); }

    // Limits and origins for those who come from now on; who is in stays. The rest remains as it was: proxies above
    // all, by which those who are in are counted.
    void change(const gate_options& to);

    void drain() { draining_ = true; } // from now on nobody is let in; who is in stays
    bool draining() const { return draining_; }
    std::string retry_after() const { return std::to_string(retry_after_seconds_); }
    std::size_t connections() const; // those turned away are not counted

private:
    friend class admission;

    struct pages // that may connect
    {
        std::vector<origin_pattern> origins;
        bool require_origin;
    };

    std::string counted_address(std::string_view peer) const;
    objection over_total() const;
    objection over_share_of(std::string_view address) const;
    refusal over_share() const;
    objection check_origin(const request& head) const;
    std::shared_ptr<const pages> allowed_pages() const;
    refusal try_later(unsigned status, std::string_view reason, std::string_view detail) const;
    bool turn_away(admission& place, refusal why);
    bool move_to(admission& place, std::string_view client);
    void count(admission& place, const std::string& address);
    void give_back(const admission& place);
    void give_back_share(const std::string& address);

    const std::size_t max_turned_away_;
    const unsigned retry_after_seconds_;
    const trusted_proxies proxies_;
    std::atomic<bool> draining_ = false;
    mutable std::mutex mutex_; // guards what follows
    std::size_t max_connections_, max_per_ip_;
    std::shared_ptr<const pages> pages_;
    std::size_t total_ = 0;
    std::size_t turned_away_ = 0;
    text_map<std::size_t> by_address_;
};

} // namespace chorus
