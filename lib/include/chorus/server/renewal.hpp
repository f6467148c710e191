// renewal.hpp — How a client whose token expires stays: it sends a fresh one as a message.
#pragma once

#include <chorus/server/service.hpp>
#include <chorus/session/router.hpp>

namespace chorus {

// Teaches the routes `token {"token"}`, answered by `ok {"expires"}`, and lets a session say `token_expired {"grace"}`
// when its token has. Both must outlive the sessions.
void teach_renewal(router& routes, service& all);

} // namespace chorus
