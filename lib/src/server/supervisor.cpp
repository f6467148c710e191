// supervisor.cpp — Tells whoever started this process how it is, as systemd asks to be told.
#include "supervisor.hpp"

#include <chorus/core/log.hpp>
#include <chorus/core/task.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>

#include <cstdlib>
#include <string>

namespace chorus {

void tell_supervisor(std::string_view state)
{
    using datagrams = asio::local::datagram_protocol;
    const char* const asked = std::getenv("NOTIFY_SOCKET");
    std::string path = asked ? asked : "";
    if (path.empty()) return;
    if (path.front() == '@') path.front() = '\0'; // it has no file
    asio::io_context unused;
    datagrams::socket to(unused);
    error_code error;
    to.open(datagrams(), error);
    if (!error) to.non_blocking(true, error);
    if (!error) to.send_to(asio::buffer(state), datagrams::endpoint(path), 0, error);
    if (error) log(log_level::warning, "supervisor_not_told", {{"what", state}, {"why", error.message()}});
}

} // namespace chorus
