// run.hpp — Runs a server as its program was told, and says in one line why it could not.
#pragma once

#include <apps/programs.hpp>

#include <functional>

namespace chorus {
class server;
}

namespace chorus::app {

// Each connection is a descriptor. The usual soft limit of 1,024 is there for programs that use select(), so this
// process takes what the hard limit allows.
void raise_descriptor_limit();

// For main(). `prepare` tells the server what to do with messages. Where options come from a file, it is read again at
// SIGHUP. Returns the exit code of the process: 0 drained, 1 somebody had to be cut, 2 it could not start. A bug that
// comes up later ends it with SIGABRT.
int run(const program& who, int argument_count, char** arguments, const std::function<void(server&)>& prepare);

} // namespace chorus::app
