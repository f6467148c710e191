// tls_settings.hpp — Who the server is under TLS, as its config has it.
#pragma once

#include <chorus/net/tls.hpp>
#include <chorus/server/config.hpp>

#include <optional>

namespace chorus {

// Nothing when there is no TLS. Throws std::runtime_error with what is wrong with the files.
std::optional<tls_identity> identity_of(const config& settings);

// What clients will see, and a warning when they will not believe it.
void log_identity(const tls_identity& who);

} // namespace chorus
