// cpp_beast.cpp — Boost.Beast's WebSocket stream, which waits instead of awaiting, as a client.
#include "story.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>

#include <boost/beast/websocket/ssl.hpp>

#include <type_traits>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;

struct place
{
    explicit place(const std::string& url)
    {
        const auto begin = url.find("://") + 3, colon = url.find(':', begin), slash = url.find('/', colon);
        host = url.substr(begin, colon - begin);
        port = url.substr(colon + 1, slash - colon - 1);
        target = url.substr(slash);
    }

    std::string host, port, target;
};

template <class Layer> class stream : public interop::connection
{
public:
    template <class... Context> stream(const place& where, bool deflate, Context&... context) : socket_(io_, context...)
    {
        asio::connect(beast::get_lowest_layer(socket_), tcp::resolver(io_).resolve(where.host, where.port));
        if constexpr (!std::is_same_v<Layer, tcp::socket>) {
            socket_.next_layer().set_verify_callback(asio::ssl::host_name_verification(where.host));
            socket_.next_layer().handshake(asio::ssl::stream_base::client);
        }
        websocket::permessage_deflate compression;
        compression.client_enable = deflate;
        socket_.set_option(compression);
        socket_.control_callback([this](websocket::frame_type kind, beast::string_view payload) {
            if (kind == websocket::frame_type::pong) pong_ = std::string(payload);
        });
        socket_.handshake(where.host + ":" + where.port, where.target);
    }

    void send(const std::string& message, bool is_binary) override
    {
        socket_.binary(is_binary);
        socket_.write(asio::buffer(message));
    }

    std::string receive() override
    {
        beast::flat_buffer message;
        socket_.read(message);
        return beast::buffers_to_string(message.data());
    }

    void send_fragments(const std::vector<std::string>& texts) override
    {
        socket_.text(true);
        for (std::size_t index = 0; index < texts.size(); ++index)
            socket_.write_some(index + 1 == texts.size(), asio::buffer(texts[index]));
    }

    // Pongs are heard while a message is waited for, so the answer to one is waited for as well.
    void ping(const std::string& payload) override
    {
        socket_.ping({payload.data(), payload.size()});
        send("after the ping", false);
        if (receive() != "after the ping" || pong_ != payload) throw std::runtime_error("no pong, but " + pong_);
    }

    void close(int code, const std::string& reason) override
    {
        socket_.close({static_cast<websocket::close_code>(code), reason});
    }

    std::pair<int, std::string> closed() override
    {
        beast::flat_buffer message;
        beast::error_code why;
        socket_.read(message, why);
        if (why != websocket::error::closed) throw beast::system_error(why);
        return {socket_.reason().code, std::string(socket_.reason().reason.data(), socket_.reason().reason.size())};
    }

private:
    asio::io_context io_;
    websocket::stream<Layer> socket_;
    std::string pong_;
};

std::unique_ptr<interop::connection> connect_to(const std::string& url, bool deflate, const std::string& certificate)
{
    const place where(url);
    if (url.compare(0, 4, "wss:") != 0) return std::make_unique<stream<tcp::socket>>(where, deflate);
    asio::ssl::context trust(asio::ssl::context::tls_client);
    trust.set_verify_mode(asio::ssl::verify_peer);
    trust.load_verify_file(certificate);
    return std::make_unique<stream<asio::ssl::stream<tcp::socket>>>(where, deflate, trust);
}

} // namespace

int main(int, char** arguments) { interop::story(connect_to, arguments).tell(); }
