// task.cpp — the few lines of a coroutine that need an event loop.
#include <chorus/core/task.hpp>

#include <boost/asio/post.hpp>

namespace chorus {

task<> yield() { return asio::post(asio::use_awaitable_t<executor>{}); }

} // namespace chorus
