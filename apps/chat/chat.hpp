// chat.hpp — The chat as a service on chorus: three messages of a client, and what each does.
#pragma once

#include <chorus/chorus.hpp>

namespace chorus::app {

// Teaches a server to chat: `chat`, `join` and `leave`, as docs/protocol.md tells them.
void make_chat(server& where);
// The same for the routes alone, where something else than a server holds the sessions.
void make_chat(router& where);

} // namespace chorus::app
