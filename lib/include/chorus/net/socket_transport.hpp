// socket_transport.hpp — The transport over a stream socket of the operating system: TCP or Unix.
#pragma once

#include <chorus/net/transport.hpp>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

namespace chorus {

using stream_socket = asio::basic_stream_socket<asio::generic::stream_protocol, executor>;

// Takes over a connected socket: switches it to non-blocking (a blocking write would freeze its shard) and, for TCP,
// sends small writes at once (TCP_NODELAY). The socket's executor must be that of the shard which will use it.
transport_ptr make_socket_transport(stream_socket socket);

} // namespace chorus
