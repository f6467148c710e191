// coming_back.hpp — What a client that was refused does next; what it does after a Close is in close_code.hpp.
#pragma once

#include <chorus/wire/close_code.hpp>
#include <chorus/wire/refusal.hpp>

#include <chrono>
#include <optional>

namespace chorus {

// `why` comes from opening a connection (opener.hpp), so it is the server's answer, a proxy's, or says that there was
// none. 401 of the server: only a new token helps; what is wrong with the request or with the server's handshake stays
// wrong; a server that is full, draining or not there may be back.
reconnect reconnect_rule(const refusal& why);

// What Retry-After asks for, in its form of seconds, and five minutes at most: a server that says a year means a
// mistake. Nothing when it says nothing we understand.
std::optional<std::chrono::seconds> retry_after(const refusal& why);

} // namespace chorus
