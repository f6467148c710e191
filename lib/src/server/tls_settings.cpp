// tls_settings.cpp — Who the server is under TLS, as its config has it.
#include "tls_settings.hpp"

#include <chorus/core/log.hpp>
#include <chorus/net/address.hpp>

#include <chrono>
#include <string_view>

namespace chorus {
namespace {

// Who renews by machine has done so long before; who does it by hand still has the time.
constexpr std::chrono::days soon{7};

std::string_view doubt(const tls_identity& who, tls_identity::time now)
{
    if (now >= who.valid_until()) return "expired";
    if (now < who.valid_from()) return "not yet valid";
    return now + soon >= who.valid_until() ? "expires soon" : "";
}

} // namespace

std::optional<tls_identity> identity_of(const config& settings)
{
    if (settings.tls_self_signed) return tls_identity::self_signed(read_address(settings.listen)->host);
    if (settings.tls_cert.empty()) return std::nullopt;
    return tls_identity(settings.tls_cert, settings.tls_key);
}

void log_identity(const tls_identity& who)
{
    const auto now = std::chrono::system_clock::now();
    const auto days = std::chrono::floor<std::chrono::days>(who.valid_until() - now).count();
    log(log_level::info, "certificate", {{"sha256", who.fingerprint()}, {"days_left", days}});
    if (const auto why = doubt(who, now); !why.empty()) log(log_level::warning, "certificate_doubtful", {{"why", why}});
}

} // namespace chorus
