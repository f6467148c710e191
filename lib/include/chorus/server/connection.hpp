// connection.hpp — One accepted socket as long as it speaks HTTP: answers requests until one may become a session.
#pragma once

#include <chorus/core/bell.hpp>
#include <chorus/core/cancellable.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/server/counters.hpp>
#include <chorus/server/service.hpp>
#include <chorus/wire/deflate_parameters.hpp>

#include <boost/intrusive/list_hook.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace chorus {

// What HTTP hands over when a request may become a session.
struct arrival
{
    transport_ptr transport;
    admission place;
    claimed_name name;
    std::uint64_t id = 0;
    std::unique_ptr<const chorus::trace> trace; // what the client has said of that, if anything
    bool is_guest = true;
    bool speaks_binary = false;
    std::optional<std::int64_t> expires; // its token
    std::string greeting;                // the answer to its handshake, not yet sent
    std::string early;                   // what came behind its request
    std::optional<deflate_parameters> deflate;
};

// Threads: its shard only. Every wait has its deadline: the handshake's from the accept on, then that between requests;
// for an answer that the client does not take, and for the end of a connection that is over, those of a session.
class connection : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>
{
public:
    connection(shard& where, service& shared, const entrance& through, server_counters& counters, transport_ptr to,
               admission place);

    // Nothing: the connection has ended as it began, with HTTP.
    task<std::optional<arrival>> run();
    void cut();

private:
    task<bool> hear_proxy();
    bool no_proxy(std::string_view why) const;
    task<bool> read_exactly(std::span<char> into);
    task<std::optional<arrival>> serve_http();
    task<verdict> identify(const request& asked);
    std::variant<arrival, refusal> enter(const verdict& found, const request& asked);
    task<std::optional<request>> read_request(request_reader& reader);
    task<> refuse_head(const refusal& why);
    task<> tell(const feed& events);
    std::string_view early() const { return std::string_view(early_).substr(early_at_); }
    task<bool> write(std::string bytes);
    task<> finish();
    void wait_at_most(duration time);
    void too_late();
    void say_at_last(const refusal& why);
    refusal with_id(refusal why) const;
    std::string request_id() const;
    void note(unsigned status, std::string_view reason);

    shard& shard_;
    service& service_;
    const entrance& entrance_;
    server_counters& counters_;
    transport_ptr transport_;
    admission place_;
    alarm deadline_;
    std::string early_;               // what came behind the last head...
    std::size_t early_at_ = 0;        // ...from here on
    std::uint64_t number_ = 0;        // of the request that is read or answered...
    time_point began_;                // ...and when it began
    const request* asked_ = nullptr;  // once it has been read, until it is answered
    bool head_begun_ = false;         // part of a request has come, and the rest is waited for
    cancellable* deciding_ = nullptr; // while it is being found out who this is
    bell* pausing_ = nullptr;         // between two events of a feed
    bool was_too_late_ = false, was_cut_ = false;
};

} // namespace chorus
