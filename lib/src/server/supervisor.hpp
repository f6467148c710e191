// supervisor.hpp — Tells whoever started this process how it is, as systemd asks to be told.
#pragma once

#include <string_view>

namespace chorus {

// "READY=1", "STOPPING=1", "RELOADING=1"; see sd_notify(3). Nothing happens where nobody asks (NOTIFY_SOCKET). Does not
// wait; what could not be told is logged.
void tell_supervisor(std::string_view state);

} // namespace chorus
