// inherited_socket.hpp — The listening socket that was open before this process began, passed on as systemd does it.
#pragma once

namespace chorus {

// A descriptor of its own for it; what was passed stays open, so each call gives another. See sd_listen_fds(3).
// Throws std::runtime_error with what is wrong: nothing was passed to this process, or more than one socket, or
// something else than a listening stream socket.
int inherited_socket();

} // namespace chorus
