// chat.hpp — The chat as a service on chorus: three messages of a client, and what each does.
#pragma once

#include <chorus/chorus.hpp>

namespace chorus::app {

// Teaches a server to chat: `chat`, `join` and `leave`, as docs/protocol.md tells them.
void make_chat(server& where);

} // namespace chorus::app
