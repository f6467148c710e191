// site.hpp — What the server answers to plain HTTP, and which requests become sessions.
#pragma once

#include <chorus/server/asset.hpp>
#include <chorus/session/gate.hpp>
#include <chorus/wire/handshake.hpp>
#include <chorus/wire/request.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chorus {

// What becomes of one request: an answer to write, after which the connection may live on, or an upgrade.
struct http_answer
{
    std::string bytes;
    bool keep_alive = true;
    unsigned status = 200;
};

struct welcome // the request may become a session
{
    upgrade agreed;
    std::string name; // as the client wishes to be called; empty: no wish
};

// Filled before the server runs, then only read: every shard may ask it.
class site
{
public:
    explicit site(const gate& who_may_enter) : gate_(who_may_enter) {}

    void add(const asset& file) { assets_[std::string(file.path)] = file; }

    // What is spoken at /ws, for clients that ask; the first is preferred.
    void speak(std::string subprotocol) { subprotocols_.push_back(std::move(subprotocol)); }
    // How messages may be compressed there, with clients that offer it.
    void compress(deflate_mode willing) { deflate_ = willing; }

    std::variant<http_answer, welcome> answer(const request& asked, const admission& place) const;

private:
    http_answer page(const request& asked) const;
    http_answer ready(const request& asked) const;
    std::variant<http_answer, welcome> enter(const request& asked, const admission& place) const;

    const gate& gate_;
    std::map<std::string, asset, std::less<>> assets_;
    std::vector<std::string> subprotocols_;
    deflate_mode deflate_ = deflate_mode::off;
};

} // namespace chorus
