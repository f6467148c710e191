// descriptor.cpp — an epoll for each, and reads and writes that are known not to block.
#include "descriptor.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <system_error>

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace chorus::app {

readiness::readiness(shard& where, int descriptor, of what)
    : epoll_(where.get_executor(), ::epoll_create1(EPOLL_CLOEXEC))
{
    epoll_event interest{};
    interest.events = what == of::reading ? EPOLLIN : EPOLLOUT;
    if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &interest) == 0) return;
    if (errno != EPERM) throw std::system_error(errno, std::generic_category(), "cannot wait for a descriptor");
    always_ = true; // a file
}

task<bool> readiness::wait()
{
    if (always_) {
        co_await yield();
    } else if (!stopped_) {
        co_await epoll_.async_wait(asio::posix::descriptor_base::wait_read, use_task);
    }
    co_return !stopped_;
}

void readiness::stop()
{
    stopped_ = true;
    error_code ignored;
    epoll_.close(ignored);
}

task<std::optional<std::string>> input::piece()
{
    const auto ready = co_await ready_.wait();
    if (!ready || ended_) co_return std::nullopt;
    std::string bytes(piece_size, '\0');
    const auto count = ::read(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) co_return std::string{};
    ended_ = count <= 0;
    if (ended_) co_return std::nullopt;
    bytes.resize(static_cast<std::size_t>(count));
    co_return bytes;
}

task<std::optional<std::string>> input::line()
{
    for (std::size_t seen = 0;;) {
        const auto end = read_.find('\n', seen);
        if (end != read_.npos || (ended_ && !read_.empty())) {
            auto line = read_.substr(0, end);
            read_.erase(0, end == read_.npos ? end : end + 1);
            co_return line;
        }
        seen = read_.size();
        too_long_ = seen > longest_line;
        if (too_long_) co_return std::nullopt;
        auto more = co_await piece();
        if (more) read_ += *more;
        if (!more && (!ended_ || read_.empty())) co_return std::nullopt;
    }
}

bool input::has_more() const
{
    int bytes = 0;
    return !read_.empty() || (::ioctl(descriptor_, FIONREAD, &bytes) == 0 && bytes > 0);
}

// Once a pipe is ready it takes PIPE_BUF bytes without blocking.
task<bool> output::write(std::string bytes)
{
    for (std::string_view rest = bytes; !rest.empty();) {
        const auto ready = co_await ready_.wait();
        if (!ready) co_return false;
        const auto count = ::write(descriptor_, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
        if (count < 0 && errno != EINTR && errno != EAGAIN) co_return false;
        if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    }
    co_return true;
}

} // namespace chorus::app
