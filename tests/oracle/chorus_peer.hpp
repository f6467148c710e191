// chorus_peer.hpp — What the parser of this library hears of a conversation.
#pragma once
#include "oracle/conversation.hpp"

namespace chorus::oracle {

account chorus_hears(const conversation& what);

} // namespace chorus::oracle
