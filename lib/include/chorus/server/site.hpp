// site.hpp — What the server answers to plain HTTP, and which requests become sessions.
#pragma once

#include <chorus/server/asset.hpp>
#include <chorus/server/feed.hpp>
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
    std::string reason = {};   // why it was refused
    feed::place watching = {}; // what follows, until the connection ends
};

struct knock // asks to enter, and no rule of the gate is against it
{
};

// A page that is made anew for each who asks, on any shard.
struct live_page
{
    std::string content_type;
    std::function<std::string()> body;
};

// Every refusal ends the connection: a client that was told no has no claim on a place here.
http_answer refused(const request& asked, const refusal& why);

// What goes along with every answer: by what name it is followed.
http_fields trace_fields(const request& asked);

// Filled before the server runs, then only read: every shard may ask it.
class site
{
public:
    explicit site(gate& who_may_enter) : gate_(who_may_enter) {}

    void add(const asset& file) { assets_[std::string(file.path)] = file; }
    void add(std::string path, live_page page) { live_.insert_or_assign(std::move(path), std::move(page)); }
    void add(std::string path, std::function<std::string()> tell) { feeds_.try_emplace(std::move(path), tell); }

    // Nobody becomes a session here: /ws is nothing.
    void close_to_sessions() { takes_sessions_ = false; }
    // What is spoken at /ws, for clients that ask; the first is preferred.
    void speak(std::string subprotocol) { subprotocols_.push_back(std::move(subprotocol)); }
    // How messages may be compressed there, with clients that offer it.
    void compress(deflate_mode willing) { deflate_ = willing; }

    std::variant<http_answer, knock> answer(const request& asked, admission& place);

    // Whether what knocks is a proper request for what is spoken here.
    std::variant<upgrade, refusal> agree(const request& asked) const
    {
        return check_upgrade(asked, subprotocols_, deflate_);
    }

private:
    http_answer page(const request& asked);
    http_answer ready(const request& asked) const;
    http_answer begin(const request& asked, feed& events) const;

    gate& gate_;
    std::map<std::string, asset, std::less<>> assets_;
    std::map<std::string, live_page, std::less<>> live_;
    std::map<std::string, feed, std::less<>> feeds_;
    std::vector<std::string> subprotocols_;
    deflate_mode deflate_ = deflate_mode::off;
    bool takes_sessions_ = true;
};

} // namespace chorus
