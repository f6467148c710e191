// beast_server.cpp — a broadcast or echo server in the shape of Beast's chat examples, to measure that shape.
//
// Each session owns a websocket::stream, reads one message per operation, and has a queue of shared strings of which
// one async_write at a time is under way.
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <unordered_set>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using text = std::shared_ptr<const std::string>;

class session;

struct chat_room
{
    bool echo = false;
    std::unordered_set<session*> sessions;

    void publish(session& from, std::string message);
};

class session : public std::enable_shared_from_this<session>
{
public:
    session(tcp::socket socket, chat_room& room) : stream_(std::move(socket)), room_(room) {}
    ~session() { room_.sessions.erase(this); }

    void start()
    {
        beast::get_lowest_layer(stream_).set_option(tcp::no_delay(true));
        stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
        stream_.async_accept([self = shared_from_this()](error_code error) {
            if (error) return;
            self->room_.sessions.insert(self.get());
            self->read();
        });
    }

    // Posted, as in the example, so that it is right from any thread.
    void send(text message)
    {
        asio::post(stream_.get_executor(), [self = shared_from_this(), message = std::move(message)]() mutable {
            self->queue_.push_back(std::move(message));
            if (self->queue_.size() == 1) self->write();
        });
    }

private:
    void read()
    {
        stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
            if (error) return self->leave();
            self->room_.publish(*self, beast::buffers_to_string(self->buffer_.data()));
            self->buffer_.consume(self->buffer_.size());
            self->read();
        });
    }

    void write()
    {
        stream_.async_write(asio::buffer(*queue_.front()), [self = shared_from_this()](error_code error, std::size_t) {
            if (error) return self->leave();
            self->queue_.pop_front();
            if (!self->queue_.empty()) self->write();
        });
    }

    void leave() { room_.sessions.erase(this); }

    websocket::stream<tcp::socket> stream_;
    chat_room& room_;
    beast::flat_buffer buffer_;
    std::deque<text> queue_;
};

void chat_room::publish(session& from, std::string message)
{
    const auto shared = std::make_shared<const std::string>(std::move(message));
    if (echo) return from.send(shared);
    for (session* each : sessions)
        each->send(shared);
}

void accept_next(tcp::acceptor& acceptor, chat_room& room)
{
    acceptor.async_accept([&](error_code error, tcp::socket socket) {
        if (!error) std::make_shared<session>(std::move(socket), room)->start();
        accept_next(acceptor, room);
    });
}

} // namespace

// chorus_beast_server [echo]
int main(int argc, char** argv)
{
    asio::io_context context{1};
    chat_room room;
    room.echo = argc > 1 && std::string(argv[argc - 1]) == "echo";
    tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    std::printf("listening on ws://127.0.0.1:%u/ws\n", static_cast<unsigned>(acceptor.local_endpoint().port()));
    std::fflush(stdout);
    accept_next(acceptor, room);
    context.run();
}
