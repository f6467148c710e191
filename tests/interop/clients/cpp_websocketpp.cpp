// cpp_websocketpp.cpp — websocketpp, its event loop turned by hand, as a client.
#include "story.hpp"

#include <websocketpp/client.hpp>
#include <websocketpp/config/asio_client.hpp>
#include <websocketpp/extensions/permessage_deflate/enabled.hpp>

#include <deque>
#include <optional>

namespace {

// It compresses what the server agrees to compress; whoever compiles it decides, not whoever connects.
template <class Config> struct deflating : Config
{
    struct permessage_deflate_config
    {
    };
    using permessage_deflate_type = websocketpp::extensions::permessage_deflate::enabled<permessage_deflate_config>;
};

using plain = deflating<websocketpp::config::asio_client>;
using secure = deflating<websocketpp::config::asio_tls_client>;
namespace opcode = websocketpp::frame::opcode;

template <class Config> class connection : public interop::connection
{
public:
    connection(const std::string& url, const std::string& certificate)
    {
        endpoint_.clear_access_channels(websocketpp::log::alevel::all);
        endpoint_.clear_error_channels(websocketpp::log::elevel::all);
        endpoint_.init_asio();
        if constexpr (std::is_same_v<Config, secure>) trust(certificate);
        endpoint_.set_open_handler([this](auto) { opened_ = true; });
        endpoint_.set_fail_handler([this](auto) { failed_ = true; });
        endpoint_.set_close_handler([this](auto) { closed_ = true; });
        endpoint_.set_message_handler([this](auto, auto what) { messages_.push_back(what->get_payload()); });
        endpoint_.set_pong_handler([this](auto, const std::string& payload) { pong_ = payload; });
        websocketpp::lib::error_code why;
        socket_ = endpoint_.get_connection(url, why);
        check(why);
        endpoint_.connect(socket_);
        wait_until([this] { return opened_ || failed_; });
        if (failed_) throw std::runtime_error(socket_->get_ec().message());
    }

    void send(const std::string& message, bool is_binary) override
    {
        check(socket_->send(message, is_binary ? opcode::binary : opcode::text));
    }

    std::string receive() override
    {
        wait_until([this] { return closed_ || !messages_.empty(); });
        if (messages_.empty()) throw std::runtime_error("closed before a message came");
        const auto message = std::move(messages_.front());
        messages_.pop_front();
        return message;
    }

    void send_fragments(const std::vector<std::string>& texts) override
    {
        for (std::size_t index = 0; index < texts.size(); ++index) {
            const auto message = socket_->get_message(index ? opcode::continuation : opcode::text, texts[index].size());
            message->set_payload(texts[index]);
            message->set_fin(index + 1 == texts.size());
            check(socket_->send(message));
        }
    }

    void ping(const std::string& payload) override
    {
        socket_->ping(payload);
        wait_until([this] { return closed_ || pong_; });
        if (pong_ != payload) throw std::runtime_error("no pong");
    }

    void close(int code, const std::string& reason) override
    {
        socket_->close(static_cast<websocketpp::close::status::value>(code), reason);
        wait_until([this] { return closed_; });
    }

    std::pair<int, std::string> closed() override
    {
        wait_until([this] { return closed_; });
        return {socket_->get_remote_close_code(), socket_->get_remote_close_reason()};
    }

private:
    void trust(const std::string& certificate)
    {
        endpoint_.set_tls_init_handler([certificate](auto) {
            namespace ssl = websocketpp::lib::asio::ssl;
            const auto context = websocketpp::lib::make_shared<ssl::context>(ssl::context::tls_client);
            context->set_verify_mode(ssl::verify_peer);
            context->load_verify_file(certificate);
            return context;
        });
    }

    static void check(const websocketpp::lib::error_code& why)
    {
        if (why) throw std::runtime_error(why.message());
    }

    template <class Condition> void wait_until(Condition holds)
    {
        while (!holds())
            if (endpoint_.get_io_service().run_one_for(std::chrono::seconds(interop::patience)) == 0)
                throw std::runtime_error("too late");
    }

    websocketpp::client<Config> endpoint_;
    typename websocketpp::client<Config>::connection_ptr socket_;
    std::deque<std::string> messages_;
    std::optional<std::string> pong_;
    bool opened_ = false, failed_ = false, closed_ = false;
};

std::unique_ptr<interop::connection> connect_to(const std::string& url, bool, const std::string& certificate)
{
    if (url.compare(0, 4, "wss:") != 0) return std::make_unique<connection<plain>>(url, certificate);
    return std::make_unique<connection<secure>>(url, certificate);
}

} // namespace

int main(int, char** arguments) { interop::story(connect_to, arguments).tell(); }
