// task.hpp — says what a coroutine is here, and the one way an asynchronous operation answers it.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

namespace chorus {

namespace asio = boost::asio;
using boost::system::error_code;

// One thread runs one io_context, so its plain executor is all a coroutine ever needs.
using executor = asio::io_context::executor_type;

// A coroutine that somebody awaits, or that a scope owns. It starts when it is awaited, and stays on one shard.
template <class T = void> using task = asio::awaitable<T, executor>;

// The completion token of every Asio operation: `auto [error, size] = co_await socket.async_read_some(buffer,
// use_task);` A result is a value to look at; exceptions are left to bugs.
inline constexpr auto use_task = asio::as_tuple(asio::use_awaitable_t<executor>{});

// Goes to the back of the shard's queue, so that whatever is ready runs first.
task<> yield();

} // namespace chorus
