// beast_peer.hpp — What boost::beast::websocket::stream hears of a conversation, and how it says the same things.
#pragma once
#include "oracle/conversation.hpp"
#include "oracle/opening.hpp"

#include <memory>

namespace chorus::oracle {

// One connection of Beast's, after the opening handshake with our half of it. Whoever does not accept it throws.
class beast_peer
{
public:
    beast_peer(role own, const wishes& about_compression);
    ~beast_peer();

    // As our half has understood it.
    const std::optional<deflate_parameters>& agreed() const { return agreed_; }

    account hears(const conversation& what);

    // What Beast writes when it says this: cut, compressed, masked and encoded its way.
    std::string says(const std::vector<saying>& sayings, random& chance);

private:
    struct stream;

    void accept(const wishes& ours);
    void connect(const wishes& ours);

    std::unique_ptr<stream> stream_;
    role own_;
    std::optional<deflate_parameters> agreed_;
};

} // namespace chorus::oracle
