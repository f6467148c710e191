// listener.hpp — Where connections arrive: a bound TCP or Unix socket, and one way to take the next from it.
#pragma once

#include <chorus/core/task.hpp>
#include <chorus/net/address.hpp>
#include <chorus/net/socket_transport.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>

#include <string>
#include <tuple>

namespace chorus {

// One per server, on the shard whose executor it was given. A second process cannot bind the same port (no
// SO_REUSEPORT), and a Unix path whose process has died is taken over. The file of a Unix socket has the mode 0777 less
// the process's umask, and who may write to it may connect; it goes when the listener closes. A socket that systemd has
// opened is left as it is.
class listener
{
public:
    // Throws std::runtime_error with a sentence that names the address and what is wrong with it.
    listener(executor where, const address& at);
    ~listener();
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    // The next connection, for use on the shard of `target`. Ends with `operation_aborted` after `close()`.
    task<std::tuple<error_code, stream_socket>> accept(executor target);

    // Nobody can connect any more; connections that were not accepted are refused. At a socket of systemd's they wait
    // for the next process.
    void close();

    // Where it really is: with the port that the system picked for port 0.
    const address& where() const { return bound_; }
    address bound() const; // in numbers, where that is a name

private:
    using acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, executor>;

    void bind_tcp(const address& at);
    void bind_unix(const address& at);
    void inherit();
    void listen();

    acceptor acceptor_;
    address bound_;
    bool made_file_ = false; // of a Unix socket
};

} // namespace chorus
