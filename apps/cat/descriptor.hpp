// descriptor.hpp — stdin and stdout for coroutines, without changing them for those who share them.
#pragma once

#include <chorus/core/shard.hpp>
#include <chorus/core/task.hpp>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chorus::app {

// Waits until a descriptor can be read or written. Asio would make it non-blocking, which a shell that shares the
// terminal would find so afterwards; here Asio watches an epoll of ours, and that watches the descriptor. A file is
// always ready.
class readiness
{
public:
    enum class of { reading, writing };

    readiness(shard& where, int descriptor, of what);

    // False after stop().
    task<bool> wait();
    void stop();

private:
    asio::posix::basic_stream_descriptor<executor> epoll_;
    bool always_ = false, stopped_ = false;
};

// What comes in by a descriptor, a line or a piece at a time.
class input
{
public:
    static constexpr std::size_t piece_size = 64 * 1024, longest_line = 16 * 1024 * 1024; // bytes

    input(shard& where, int descriptor) : descriptor_(descriptor), ready_(where, descriptor, readiness::of::reading) {}

    // Without its end; the last need not have one. Nothing: the input has ended, was stopped, or holds a line that is
    // too long.
    task<std::optional<std::string>> line();
    // As much as is there, `piece_size` at most.
    task<std::optional<std::string>> piece();

    void stop() { ready_.stop(); }
    bool has_more() const; // that could be read now
    bool line_was_too_long() const { return too_long_; }

private:
    int descriptor_;
    readiness ready_;
    std::string read_; // and not given out as a line yet
    bool ended_ = false, too_long_ = false;
};

// What goes out by a descriptor.
class output
{
public:
    output(shard& where, int descriptor) : descriptor_(descriptor), ready_(where, descriptor, readiness::of::writing) {}

    // False: nobody reads it any more.
    task<bool> write(std::string bytes);
    void stop() { ready_.stop(); } // what is not written yet is lost

private:
    int descriptor_;
    readiness ready_;
};

} // namespace chorus::app
