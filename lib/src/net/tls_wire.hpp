// tls_wire.hpp — Where OpenSSL's bytes come from and go to: the transport below, through a BIO that is never full.
#pragma once

#include "openssl.hpp"

#include <chorus/net/transport.hpp>

#include <string>

namespace chorus {

// What OpenSSL writes goes to the transport below at once. What that does not take is kept here, and OpenSSL told that
// all is well: so it never holds half a record or half a handshake, and what it asks of those who meet a full socket
// (to come again with the same bytes, to write before they may read) is asked of nobody. Whoever writes next flushes
// first, and begins no record before nothing is left.
//
// What is read goes straight into OpenSSL's buffer. Threads: one shard.
class tls_wire
{
public:
    explicit tls_wire(transport_ptr below) : below_(std::move(below)) {}
    tls_wire(const tls_wire&) = delete;
    tls_wire& operator=(const tls_wire&) = delete;

    // For the SSL that speaks through it; it owns the BIO, and ends before this does.
    BIO* make_bio();

    transport& below() const { return *below_; }

    // Allows one look at what has come. A read that gave less than was asked for has taken all there was; to ask again
    // would only cost a system call.
    void look_again()
    {
        drained_ = had_more_ = false;
        allowed_ = most_at_a_look;
    }
    // Whether the look ended because it had taken so much: OpenSSL reads on by itself through what is no data (a peer
    // may change its keys ten thousand times), and the others of the shard must have their turn.
    bool had_more() const { return had_more_; }

    // Hands on what was kept. False: some is left (`would_block`), or the transport below has failed.
    bool flush(error_code& error);
    bool has_unsent() const { return !unsent_.empty(); }

    // What the transport below said when it failed.
    const error_code& failure() const { return failure_; }

private:
    struct callbacks;

    static constexpr std::size_t most_at_a_look = 128 * 1024;

    bool read(std::span<char> into, std::size_t& count);
    bool write(std::string_view bytes);

    transport_ptr below_;
    std::string unsent_;
    error_code failure_, cannot_send_;     // the last of all, and the one after which nothing is sent any more
    std::size_t allowed_ = most_at_a_look; // of this look
    bool drained_ = false, had_more_ = false, ended_ = false;
};

} // namespace chorus
