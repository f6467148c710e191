// inherited_socket.cpp — The listening socket that was open before this process began, passed on as systemd does it.
#include "inherited_socket.hpp"

#include <chorus/core/system_message.hpp>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace chorus {
namespace {

constexpr int first_passed = 3; // behind the three that every process has

[[noreturn]] void refuse(const std::string& why)
{
    throw std::runtime_error("cannot listen on what systemd has passed: " + why);
}

// 0 when it is not set, or no number.
int number_in(const char* variable)
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here sets the environment
    const char* const set = std::getenv(variable);
    const std::string_view text = set ? set : "";
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

int option_of(int socket, int name)
{
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? value : 0;
}

} // namespace

int inherited_socket()
{
    // Variables are inherited also by processes that they do not speak of.
    const auto count = number_in("LISTEN_PID") == ::getpid() ? number_in("LISTEN_FDS") : 0;
    if (count < 1) refuse("nothing was passed to this process (LISTEN_PID, LISTEN_FDS)");
    if (count > 1) refuse("it is one socket that can be listened on, not " + std::to_string(count));
    const auto listens = option_of(first_passed, SO_ACCEPTCONN) != 0;
    if (!listens || option_of(first_passed, SO_TYPE) != SOCK_STREAM) refuse("it is no listening stream socket");
    ::fcntl(first_passed, F_SETFD, FD_CLOEXEC); // it was for us, not for our children
    const int own = ::fcntl(first_passed, F_DUPFD_CLOEXEC, first_passed);
    if (own < 0) refuse(system_message(errno));
    return own;
}

} // namespace chorus
