// identity.hpp — who somebody is, what they bring along to show it, and who decides.
#pragma once

#include <chorus/core/task.hpp>
#include <chorus/wire/refusal.hpp>
#include <chorus/wire/request.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace chorus {

struct identity
{
    std::string user;                         // empty: a guest, who is given a name
    std::optional<std::int64_t> expires = {}; // seconds since 1970, UTC; nothing: never
};

// What somebody brings along.
struct credentials
{
    std::optional<std::string> token; // token_of(head), or the fresh one of somebody who is inside
    request head;                     // asks to enter; empty when a fresh token comes from inside
    std::string peer;                 // the address it comes from, as far as proxies can be trusted
    std::int64_t now = 0;             // seconds since 1970, UTC
};

using verdict = std::variant<identity, refusal>;

// Decides who somebody is. A coroutine, because it may have to ask elsewhere; it runs on the shard of the connection,
// under the deadline of the handshake, also for a fresh token within a session: then the client gets its 503 (or the
// error `too_slow`), and what the coroutine awaits is cancelled, as it is when a session ends. It must end then, for
// the connection keeps its place, and the server does not end, until it has. An exception is answered by 500, and so is
// a user whose name is none (is_identified_name).
using authenticator = std::function<task<verdict>(credentials)>;

// The token of a request: the first of these that is there decides, even if another would be right.
// 1. ?token=TOKEN, percent-decoded
// 2. Authorization: Bearer TOKEN (RFC 6750, 2.1)
// 3. Cookie: token=TOKEN
// 4. Sec-WebSocket-Protocol: chorus.token.TOKEN, for browsers, which cannot send 2; offer chorus.json.v1 beside it
std::optional<std::string> token_of(const request& head);

// 401 with WWW-Authenticate (RFC 6750, 3). Nothing was brought along, or it is no good.
refusal token_missing();
refusal token_refused(std::string_view detail);

// A name that a token may give: 1 to 128 bytes of UTF-8, none of them a control character.
bool is_identified_name(std::string_view name);

} // namespace chorus
