// beast_peer.hpp — What boost::beast::websocket::stream hears of a conversation, and how it says the same things.
#pragma once
#include "oracle/conversation.hpp"

namespace chorus::oracle {

// The opening handshake comes first, with our half of it; whoever does not accept it throws.
account beast_hears(const conversation& what);

// What Beast writes when it says this, after its handshake: cut, masked and encoded its way.
std::string beast_says(role sender, const std::vector<saying>& sayings, random& chance);

} // namespace chorus::oracle
