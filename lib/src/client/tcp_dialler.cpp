// tcp_dialler.cpp — resolver, sockets, and the deadline of each wait.
#include <chorus/client/tcp_dialler.hpp>

#include <chorus/core/bell.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <memory>

namespace chorus {
namespace {

using asio::ip::tcp;
using resolver = asio::ip::basic_resolver<tcp, executor>;

constexpr std::size_t most_addresses = 16; // of one name; more are not tried

// What the handler of a look-up shares with the coroutine that waits for it, and may have given up.
struct answer_of_resolver
{
    bell ready;
    error_code error = asio::error::timed_out;
    resolver::results_type found;
};

fault given_up() { return {"given_up", "nobody wants the connection any more"}; }

fault no_such_host(const address& what, const error_code& error)
{
    return {"no_such_host", "cannot look up '" + what.host + "': " + error.message()};
}

fault cannot_connect(const address& to, const error_code& error)
{
    return {error == asio::error::timed_out ? "too_late" : "cannot_connect",
            "cannot connect to " + to_string(to) + ": " + error.message()};
}

void close(stream_socket& socket)
{
    error_code ignored;
    socket.close(ignored);
}

} // namespace

task<result<transport_ptr>> tcp_dialler::dial(address to)
{
    given_up_ = false;
    const auto found = co_await find(to);
    if (!found) co_return found.error();
    const auto deadline = shard_.clock().now() + limits_.connect_wait;
    error_code error = asio::error::host_not_found;
    for (auto left = static_cast<int>(found->size()); left > 0 && !given_up_; --left) {
        const auto now = shard_.clock().now();
        stream_socket socket(shard_.get_executor());
        error = co_await connect(socket, (*found)[found->size() - static_cast<std::size_t>(left)],
                                 now + (deadline - now) / left);
        if (!error && !given_up_) co_return make_socket_transport(std::move(socket));
    }
    if (given_up_) co_return given_up();
    co_return cannot_connect(to, error);
}

void tcp_dialler::give_up()
{
    given_up_ = true;
    if (end_wait_) end_wait_();
}

task<result<tcp_dialler::endpoints>> tcp_dialler::find(address what)
{
    if (what.is_unix()) co_return endpoints{asio::local::stream_protocol::endpoint(what.path)};
    error_code error;
    const auto number = asio::ip::make_address(what.host, error);
    if (!error) co_return endpoints{tcp::endpoint(number, what.port)};
    co_return co_await look_up(std::move(what));
}

// The answer may come when nobody waits for it any more; it then belongs to its handler alone.
task<result<tcp_dialler::endpoints>> tcp_dialler::look_up(address what)
{
    const auto answer = std::make_shared<answer_of_resolver>();
    resolver asked(shard_.get_executor());
    asked.async_resolve(what.host, std::to_string(what.port), resolver::numeric_service,
                        [answer](error_code error, resolver::results_type found) {
                            answer->error = error;
                            answer->found = std::move(found);
                            answer->ready.ring();
                        });
    end_wait_ = [answer] { answer->ready.ring(); };
    co_await answer->ready.wait_until(shard_.clock(), shard_.clock().now() + limits_.resolve_wait);
    end_wait_ = nullptr;
    if (given_up_) co_return given_up();
    if (answer->error) co_return no_such_host(what, answer->error);
    endpoints found;
    for (const auto& entry : answer->found)
        if (found.size() < most_addresses) found.emplace_back(entry.endpoint());
    co_return found;
}

// A wait for a connection ends by closing its socket.
task<error_code> tcp_dialler::connect(stream_socket& socket, endpoint to, time_point deadline)
{
    bool late = false;
    alarm too_late{shard_.clock(), [&] { late = true, close(socket); }};
    too_late.set(deadline);
    end_wait_ = [&socket] { close(socket); };
    auto [error] = co_await socket.async_connect(to, use_task);
    end_wait_ = nullptr;
    if (late) error = asio::error::timed_out;
    co_return error;
}

} // namespace chorus
