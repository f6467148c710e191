// transport.hpp — One face for every way bytes travel: reads and writes that never block, and waiting until one is
// possible.
#pragma once

#include <chorus/core/task.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <tuple>

namespace chorus {

// A byte stream to one peer.
//
// Threads: one shard only, except that it may be made elsewhere.
// At most one coroutine awaits `readable()` and one `writable()` at a time; `read_some` and `write_some` may be called
// whenever their own wait is not pending. Nobody else closes it: after `close()` or `cut()` both waits end with an
// error, so a watchdog ends a wait by closing, never by racing it.
class transport
{
public:
    // What a wait yields: no error means "try now".
    using waited = task<std::tuple<error_code>>;

    virtual ~transport() = default;

    // Reads what is there, at most `into.size()` bytes. `would_block`: nothing yet; `eof`: the peer has finished.
    virtual std::size_t read_some(std::span<char> into, error_code& error) = 0;

    // Writes what the peer's side takes now, gathered from up to `gather_limit` buffers. `would_block`: it is full.
    virtual std::size_t write_some(std::span<const asio::const_buffer> from, error_code& error) = 0;

    virtual waited readable() = 0;
    virtual waited writable() = 0;

    // Says that no more will be written; the peer reads an end after the last byte.
    virtual void finish() = 0;

    // Ends both directions; bytes already written are still delivered.
    virtual void close() = 0;

    // Ends both directions at once and throws away what is still on its way (TCP: RST).
    virtual void cut() = 0;

    // The peer's address without its port ("127.0.0.1"); "unix" or "memory" where there is none.
    virtual std::string peer() const = 0;

    // How many buffers one write gathers: past this the kernel gains nothing and our stack frames grow.
    static constexpr std::size_t gather_limit = 64;
};

using transport_ptr = std::unique_ptr<transport>;

} // namespace chorus
