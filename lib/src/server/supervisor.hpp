// supervisor.hpp — Tells whoever started this process how it is, as systemd asks to be told.
#pragma once

#include <string_view>

#include <sys/socket.h>
#include <sys/un.h>

namespace chorus {

// Asks the environment once who wants to be told (NOTIFY_SOCKET), and opens its socket then: what there is to tell when
// the process is out of descriptors can still be told. Threads: one at a time.
class supervisor
{
public:
    supervisor();
    ~supervisor();
    supervisor(const supervisor&) = delete;
    supervisor& operator=(const supervisor&) = delete;

    // "READY=1", "STOPPING=1", "RELOADING=1"; see sd_notify(3). Nothing happens where nobody asks. Does not wait; the
    // first time that something could not be told is logged.
    void tell(std::string_view state) noexcept;

private:
    void failed(std::string_view what, int why) noexcept;

    int socket_ = -1; // where nobody asks, or cannot be told
    ::sockaddr_un to_{};
    ::socklen_t size_ = 0;
    bool has_failed_ = false;
};

} // namespace chorus
