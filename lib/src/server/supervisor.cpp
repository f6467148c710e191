// supervisor.cpp — Tells whoever started this process how it is, as systemd asks to be told.
#include "supervisor.hpp"

#include <chorus/core/log.hpp>
#include <chorus/core/system_message.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <unistd.h>

namespace chorus {

supervisor::supervisor()
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here sets the environment
    const char* const asked = std::getenv("NOTIFY_SOCKET");
    const std::string_view path = asked ? asked : "";
    if (path.empty()) return;
    if (path.size() >= sizeof to_.sun_path) {
        failed("NOTIFY_SOCKET", ENAMETOOLONG);
        return;
    }
    to_.sun_family = AF_UNIX;
    std::ranges::copy(path, to_.sun_path);
    if (path.front() == '@') to_.sun_path[0] = '\0'; // it has no file
    size_ = static_cast<::socklen_t>(offsetof(::sockaddr_un, sun_path) + path.size());
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) failed("NOTIFY_SOCKET", errno);
}

supervisor::~supervisor()
{
    if (socket_ >= 0) ::close(socket_);
}

void supervisor::tell(std::string_view state) noexcept
{
    if (socket_ < 0) return;
    const auto* const to = reinterpret_cast<const ::sockaddr*>(&to_);
    if (::sendto(socket_, state.data(), state.size(), MSG_DONTWAIT | MSG_NOSIGNAL, to, size_) < 0) failed(state, errno);
}

void supervisor::failed(std::string_view what, int why) noexcept
{
    if (std::exchange(has_failed_, true)) return;
    const auto said = system_message(why);
    log(log_level::warning, "supervisor_not_told", {{"what", what}, {"why", std::string_view(said)}});
}

} // namespace chorus
