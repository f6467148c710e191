// live_update.hpp — What a server that runs can take from a new config.
#pragma once

#include <chorus/server/config.hpp>

namespace chorus {

// The running config with these of the wished: whose pages may connect; how many connections there may be in all, from
// an address and of a user; what a user may send, as long as the same types of message have a rate of their own; the
// number and names of rooms; what all clients together may leave unread; the largest message, for those who come from
// then on; how long messages, fresh tokens and a drain may take. The rest is what a server is built upon: sockets,
// threads, outboxes, who knows the tokens.
config live_update(const config& running, const config& wished);

} // namespace chorus
