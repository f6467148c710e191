// socket_transport_test.cpp — real sockets: accepted, read, written, filled up and ended, through the transport's face.
#include "support/coroutine_test.hpp"
#include "support/scratch_file.hpp"

#include <chorus/core/scope.hpp>
#include <chorus/net/listener.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace chorus {

BOOST_AUTO_TEST_SUITE(net_socket_transport)

using asio::generic::stream_protocol;

namespace {

struct scratch : test::scratch_folder
{
    address socket() const { return {.host = {}, .port = 0, .path = name("socket")}; }
};

const address any_port{.host = "127.0.0.1", .port = 0, .path = {}};

stream_protocol::endpoint endpoint_of(const address& where)
{
    if (where.is_unix()) return asio::local::stream_protocol::endpoint(where.path);
    return asio::ip::tcp::endpoint(asio::ip::make_address(where.host), where.port);
}

// The client's end is a plain blocking socket, so that the test has a view of its own.
struct connected
{
    stream_socket client;
    transport_ptr server;
};

task<connected> connect(shard& here, listener& to)
{
    stream_socket client(here.get_executor());
    client.connect(endpoint_of(to.where()));
    auto [error, socket] = co_await to.accept(here.get_executor());
    BOOST_TEST(!error);
    co_return connected{std::move(client), make_socket_transport(std::move(socket))};
}

std::string read(transport& from)
{
    std::array<char, 1024> bytes;
    error_code error;
    const auto count = from.read_some(bytes, error);
    return std::string(bytes.data(), count) + (error ? "<" + error.message() + ">" : "");
}

std::string read(stream_socket& from)
{
    std::array<char, 1024> bytes;
    error_code error;
    const auto count = from.read_some(asio::buffer(bytes), error);
    return std::string(bytes.data(), count) + (error ? "<" + error.message() + ">" : "");
}

std::size_t write(transport& to, std::string_view bytes, error_code& error)
{
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    return to.write_some({&buffer, 1}, error);
}

std::string refusal(executor where, const address& at)
{
    try {
        listener refused{where, at};
        return "listens";
    } catch (const std::runtime_error& why) {
        return why.what();
    }
}

task<> expect_aborted_accept(listener& at, executor where, bool& ended)
{
    const auto [error, socket] = co_await at.accept(where);
    BOOST_TEST((error == asio::error::operation_aborted));
    ended = true;
}

task<> expect_aborted_read(transport& at, bool& ended)
{
    const auto [error] = co_await at.readable();
    BOOST_TEST((error == asio::error::operation_aborted));
    ended = true;
}

} // namespace

// These wait for the kernel, so the shard runs until the test has ended, instead of being polled.
#define CHORUS_SOCKET_TEST(name)                                                                                       \
    static task<> name##_body(chorus::shard&);                                                                         \
    static task<> name##_whole(chorus::shard& shard)                                                                   \
    {                                                                                                                  \
        co_await name##_body(shard);                                                                                   \
        shard.stop();                                                                                                  \
    }                                                                                                                  \
    BOOST_AUTO_TEST_CASE(name, *boost::unit_test::timeout(60))                                                         \
    {                                                                                                                  \
        test::test_shard here;                                                                                         \
        scope children{here.shard.get_executor()};                                                                     \
        children.spawn(name##_whole(here.shard));                                                                      \
        here.shard.run();                                                                                              \
        here.shard.poll();                                                                                             \
    }                                                                                                                  \
    static task<> name##_body([[maybe_unused]] chorus::shard& shard)

CHORUS_SOCKET_TEST(a_tcp_connection_carries_bytes_both_ways)
{
    listener at{shard.get_executor(), any_port};
    BOOST_TEST(at.where().port != 0);
    auto [client, server] = co_await connect(shard, at);
    BOOST_TEST(server->peer() == "127.0.0.1");

    client.write_some(asio::buffer("hello", 5));
    const auto [error] = co_await server->readable();
    BOOST_TEST(!error);
    BOOST_TEST(read(*server) == "hello");
    BOOST_TEST(read(*server) == "<" + error_code(asio::error::would_block).message() + ">");

    const std::array<asio::const_buffer, 2> buffers{asio::buffer("the", 3), asio::buffer("re", 2)};
    error_code written;
    BOOST_TEST(server->write_some(buffers, written) == 5u);
    BOOST_TEST(read(client) == "there");
}

CHORUS_SOCKET_TEST(a_unix_socket_does_the_same_and_its_file_goes_with_the_listener)
{
    const scratch dir;
    {
        listener at{shard.get_executor(), dir.socket()};
        auto [client, server] = co_await connect(shard, at);
        BOOST_TEST(server->peer() == "unix");
        error_code error;
        BOOST_TEST(write(*server, "hello", error) == 5u);
        BOOST_TEST(read(client) == "hello");
        BOOST_TEST(std::filesystem::exists(dir.socket().path));
    }
    BOOST_TEST(!std::filesystem::exists(dir.socket().path));
}

CHORUS_SOCKET_TEST(a_write_never_blocks_and_waits_for_the_peer_to_read)
{
    listener at{shard.get_executor(), any_port};
    auto [client, server] = co_await connect(shard, at);
    const std::string block(64 * 1024, 'x');
    std::size_t sent = 0;
    error_code error;
    while (!error)
        sent += write(*server, block, error);
    BOOST_TEST((error == asio::error::would_block));

    std::size_t received = 0;
    client.non_blocking(true);
    while (received < sent) {
        std::string bytes(block.size(), '\0');
        received += client.read_some(asio::buffer(bytes), error);
        if (error == asio::error::would_block) co_await yield();
    }
    BOOST_TEST(received == sent);
    const auto [broken] = co_await server->writable();
    BOOST_TEST(!broken);
    BOOST_TEST(write(*server, "more", error) == 4u);
}

CHORUS_SOCKET_TEST(a_finish_ends_one_direction_only)
{
    listener at{shard.get_executor(), any_port};
    auto [client, server] = co_await connect(shard, at);
    error_code error;
    write(*server, "bye", error);
    server->finish();
    BOOST_TEST(read(client) == "bye");
    BOOST_TEST(read(client) == "<" + error_code(asio::error::eof).message() + ">");
    client.write_some(asio::buffer("so long", 7));
    co_await server->readable();
    BOOST_TEST(read(*server) == "so long");
}

CHORUS_SOCKET_TEST(a_close_delivers_what_was_written_and_a_cut_does_not)
{
    listener at{shard.get_executor(), any_port};
    auto closed = co_await connect(shard, at);
    error_code error;
    write(*closed.server, "bye", error);
    closed.server->close();
    BOOST_TEST(read(closed.client) == "bye");
    BOOST_TEST(read(closed.client) == "<" + error_code(asio::error::eof).message() + ">");

    auto cut = co_await connect(shard, at);
    cut.server->cut();
    BOOST_TEST(read(cut.client) == "<" + error_code(asio::error::connection_reset).message() + ">");
}

CHORUS_SOCKET_TEST(a_close_ends_a_wait)
{
    listener at{shard.get_executor(), any_port};
    auto [client, server] = co_await connect(shard, at);
    scope children{shard.get_executor()};
    bool ended = false;
    children.spawn(expect_aborted_read(*server, ended));
    while (shard.poll() > 0) {
    }
    server->close();
    co_await children.join();
    BOOST_TEST(ended);
    BOOST_TEST(server->peer() == "127.0.0.1", "who it was is still known");
    BOOST_TEST(read(*server).find("Bad file descriptor") != std::string::npos);
}

CHORUS_SOCKET_TEST(a_peer_that_went_before_it_was_accepted_does_no_harm)
{
    listener at{shard.get_executor(), any_port};
    {
        stream_socket client(shard.get_executor());
        client.connect(endpoint_of(at.where()));
        client.set_option(stream_socket::linger(true, 0));
        client.close(); // RST
    }
    auto [error, socket] = co_await at.accept(shard.get_executor());
    BOOST_TEST(!error);
    const auto server = make_socket_transport(std::move(socket));
    BOOST_TEST(server->peer() == "unknown");
    BOOST_TEST(read(*server).starts_with("<"));
    error_code broken;
    write(*server, "hello", broken);
    BOOST_TEST(broken.failed());
}

CHORUS_SOCKET_TEST(a_closed_listener_ends_its_accept_and_takes_nobody_in)
{
    listener at{shard.get_executor(), any_port};
    scope children{shard.get_executor()};
    bool ended = false;
    children.spawn(expect_aborted_accept(at, shard.get_executor(), ended));
    while (shard.poll() > 0) {
    }
    at.close();
    at.close();
    co_await children.join();
    BOOST_TEST(ended);
    stream_socket client(shard.get_executor());
    error_code error;
    client.connect(endpoint_of(at.where()), error);
    BOOST_TEST((error == asio::error::connection_refused));
}

BOOST_AUTO_TEST_CASE(an_address_in_use_is_refused_with_its_name)
{
    test::test_shard here;
    const auto where = here.shard.get_executor();
    listener first{where, any_port};
    const auto why = refusal(where, first.where());
    BOOST_TEST(why == "cannot listen on " + to_string(first.where()) + ": Address already in use");

    const scratch dir;
    listener unix_socket{where, dir.socket()};
    BOOST_TEST(refusal(where, dir.socket()).ends_with(": Address already in use"));
    BOOST_TEST(std::filesystem::exists(dir.socket().path), "the refusal left the file of the other alone");
}

BOOST_AUTO_TEST_CASE(a_host_that_does_not_exist_is_refused_with_its_name)
{
    test::test_shard here;
    const address nowhere{.host = "no such host", .port = 0, .path = {}};
    BOOST_TEST(refusal(here.shard.get_executor(), nowhere).starts_with("cannot listen on no such host:0: "));
}

BOOST_AUTO_TEST_CASE(the_socket_file_of_a_dead_process_is_taken_over)
{
    test::test_shard here;
    const scratch dir;
    {
        asio::io_context context;
        const asio::local::stream_protocol::acceptor dead(context,
                                                          asio::local::stream_protocol::endpoint(dir.socket().path));
    }
    BOOST_TEST(std::filesystem::exists(dir.socket().path));
    BOOST_TEST(refusal(here.shard.get_executor(), dir.socket()) == "listens");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_socket_is_left_alone)
{
    test::test_shard here;
    const scratch dir;
    std::ofstream(dir.socket().path) << "precious";
    BOOST_TEST(refusal(here.shard.get_executor(), dir.socket()).ends_with(": Address already in use"));
    std::string words;
    std::ifstream(dir.socket().path) >> words;
    BOOST_TEST(words == "precious");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
