// story.hpp — What every client in C++ goes through: story.py, which says how it is called and what it says, once more.
#pragma once

#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace interop {

constexpr int patience = 20; // seconds for one feature

struct connection
{
    virtual ~connection() = default;
    virtual void send(const std::string& message, bool is_binary) = 0;
    virtual std::string receive() = 0;
    virtual void send_fragments(const std::vector<std::string>& texts) = 0;
    virtual void ping(const std::string& payload) = 0; // until its pong is there
    virtual void close(int code, const std::string& reason) = 0;
    virtual std::pair<int, std::string> closed() = 0; // by the server
};

// A client opens a connection to a URL; believes whom the certificate of the last argument vouches for.
using opener = std::function<std::unique_ptr<connection>(std::string url, bool deflate, std::string certificate)>;

class story
{
public:
    story(opener open, char** arguments) : open_(std::move(open)), arguments_(arguments + 1) {}

    void tell()
    {
        tell("text", [this] { echoes(open(echo, "text"), {greeting}, false); });
        tell("empty", [this] { echoes(open(echo, "empty"), {"", ""}, false); });
        tell("large", [this] { echoes(open(echo, "large"), {large()}, false); });
        tell("binary", [this] { echoes(open(echo, "binary"), {every_byte()}, true); });
        tell("fragments", [this] { with_fragments(); });
        const auto again = greeting + greeting + greeting + greeting;
        tell("deflate", [&] { echoes(open(deflating, "deflate"), {large(), again, again}, false); });
        tell("ping", [this] { with_ping(); });
        tell("close", [this] { open(echo, "close")->close(4321, "bye 🎈"); });
        tell("closed", [this] { with_closed(); });
        tell("wss", [this] { echoes(open(secure, "wss"), {greeting, large()}, false); });
        tell("chat", [this] { with_chat(); });
    }

private:
    enum url { echo, deflating, pinging, chat, secure, certificate };

    static std::string large() // a mebibyte
    {
        std::string text;
        while (text.size() < 1024 * 1024)
            text += "é";
        return text;
    }

    static std::string every_byte()
    {
        std::string bytes;
        for (int index = 0; index < 1024; ++index)
            bytes += static_cast<char>(index % 256);
        return bytes;
    }

    static void expect(bool holds, const std::string& what)
    {
        if (!holds) throw std::runtime_error(what);
    }

    std::unique_ptr<connection> open(url where, const std::string& feature)
    {
        return open_(std::string(arguments_[where]) + "?" + feature, where == deflating, arguments_[certificate]);
    }

    static void echoes(std::unique_ptr<connection> through, const std::vector<std::string>& messages, bool is_binary)
    {
        for (const auto& message : messages) {
            through->send(message, is_binary);
            expect(through->receive() == message, "another message came back");
        }
        through->close(1000, "");
    }

    void with_fragments()
    {
        const auto through = open(echo, "fragments");
        through->send_fragments({"Gr", "üß", "", "e"});
        expect(through->receive() == "Grüße", "another message came back");
        through->close(1000, "");
    }

    void with_ping()
    {
        auto through = open(echo, "ping");
        through->ping("there?");
        echoes(std::move(through), {greeting}, false);
    }

    void with_closed()
    {
        const auto heard = open(pinging, "closed")->closed();
        expect(heard == std::pair<int, std::string>(1001, "server shutting down"),
               std::to_string(heard.first) + " " + heard.second);
    }

    void with_chat()
    {
        const auto through = open(chat, "chat");
        through->send(R"({"type":"join","payload":{"room":"tea"}})", false);
        expect(through->receive().find("\"joined\"") != std::string::npos, "not joined");
        through->send(R"({"type":"chat","payload":{"room":"tea","text":")" + greeting + "\"}}", false);
        expect(through->receive().find(greeting) != std::string::npos, "not heard");
        through->close(1000, "");
    }

    template <class Story> static void tell(const std::string& feature, Story through)
    {
        try {
            through();
            std::cout << feature << " yes" << std::endl;
        } catch (const std::exception& wrong) {
            std::cout << feature << " no " << wrong.what() << std::endl;
        }
    }

    const std::string greeting = "Grüße, 日本語, 🎈";
    opener open_;
    char** arguments_;
};

} // namespace interop
