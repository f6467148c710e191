// opener.hpp — From a URL to an open WebSocket: dial, proxy, TLS, handshake, each within its time.
#pragma once

#include <chorus/client/dialler.hpp>
#include <chorus/client/proxy.hpp>
#include <chorus/client/url.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/core/shard.hpp>
#include <chorus/net/tls.hpp>
#include <chorus/wire/handshake.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace chorus {

// How a connection is opened.
struct approach
{
    url to;
    std::optional<proxy> through = {}; // not for Unix sockets
    http_fields fields = {};           // sent with the handshake: Authorization, Origin, ...
    std::vector<std::string> subprotocols = {};
    std::vector<deflate_offer> deflate = {};
    std::optional<tls_trust> trust = {}; // whom wss:// believes; nothing: whom the system trusts
};

struct opened
{
    transport_ptr transport;
    upgrade agreed;
    std::string early; // what the server said right behind its handshake
};

struct opening_limits // for whole answers, whatever their pieces
{
    std::chrono::milliseconds proxy_wait = std::chrono::seconds{10};
    std::chrono::milliseconds handshake_wait = std::chrono::seconds{10};
};

// One attempt at a time, on one shard. A refusal has the status of the HTTP answer, 0 where none came, and says in
// `reason` what was wrong: a dialler's word, `proxy_refused`, `no_tls` (here), `tls_failed` and `certificate_refused`
// (there), `too_late`, `no_answer` (hung up), `given_up`, what the server names in its body ("origin_not_allowed"),
// `not_upgraded`, or the rule that its handshake breaks ("wrong_accept").
class opener
{
public:
    opener(shard& where, dialler& by, opening_limits limits = {});

    task<std::variant<opened, refusal>> open(approach how);

    // The attempt under way, if there is one, ends at once with `given_up`.
    void give_up();

private:
    task<objection> pass_through(transport& proxy, const approach& how);
    objection begin_tls(transport_ptr& server, const approach& how);
    task<std::variant<opened, refusal>> shake_hands(transport_ptr server, const approach& how);
    task<std::variant<response, refusal>> ask(transport& whom, std::string head, duration at_most);
    task<std::variant<response, refusal>> converse(transport& whom, std::string head);
    task<bool> write(transport& to, std::string_view bytes);
    task<bool> read(transport& from);
    task<refusal> read_refusal(transport& from, response head);

    void wait_for(transport& whom, duration at_most);
    void stop_waiting();

    shard& shard_;
    dialler& dialler_;
    opening_limits limits_;
    std::string heard_;            // bytes that came and are not used up yet
    error_code error_;             // what ended the stream
    transport* at_work_ = nullptr; // whom we wait for
    alarm deadline_;
    bool late_ = false, given_up_ = false;
};

} // namespace chorus
