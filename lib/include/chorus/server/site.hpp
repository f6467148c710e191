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

struct knock // asks to enter, and no rule of the gate is against it
{
};

// Every refusal ends the connection: a client that was told no has no claim on a place here.
http_answer refused(const request& asked, const refusal& why);

// Filled before the server runs, then only read: every shard may ask it.
class site
{
public:
    explicit site(gate& who_may_enter) : gate_(who_may_enter) {}

    void add(const asset& file) { assets_[std::string(file.path)] = file; }

    // What is spoken at /ws, for clients that ask; the first is preferred.
    void speak(std::string subprotocol) { subprotocols_.push_back(std::move(subprotocol)); }
    // How messages may be compressed there, with clients that offer it.
    void compress(deflate_mode willing) { deflate_ = willing; }

    std::variant<http_answer, knock> answer(const request& asked, admission& place) const;

    // Whether what knocks is a proper request for what is spoken here.
    std::variant<upgrade, refusal> agree(const request& asked) const
    {
        return check_upgrade(asked, subprotocols_, deflate_);
    }

private:
    http_answer page(const request& asked) const;
    http_answer ready(const request& asked) const;

    gate& gate_;
    std::map<std::string, asset, std::less<>> assets_;
    std::vector<std::string> subprotocols_;
    deflate_mode deflate_ = deflate_mode::off;
};

} // namespace chorus
