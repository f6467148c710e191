// close_code.cpp — The one table of goodbyes.
#include <chorus/wire/close_code.hpp>

#include <algorithm>
#include <array>

namespace chorus {
namespace {

struct goodbye
{
    close_code code;
    std::string_view name;
    bool on_wire;
    reconnect rule;
};

constexpr std::array table{
    goodbye{close_code::normal, "normal", true, reconnect::as_it_likes},
    goodbye{close_code::going_away, "going_away", true, reconnect::with_jitter},
    goodbye{close_code::protocol_error, "protocol_error", true, reconnect::never},
    goodbye{close_code::unsupported_data, "unsupported_data", true, reconnect::never},
    goodbye{close_code::no_status, "no_status", false, reconnect::as_it_likes},
    goodbye{close_code::abnormal, "abnormal", false, reconnect::with_backoff},
    goodbye{close_code::invalid_payload, "invalid_payload", true, reconnect::never},
    goodbye{close_code::policy_violation, "policy_violation", true, reconnect::never},
    goodbye{close_code::message_too_big, "message_too_big", true, reconnect::never},
    goodbye{close_code::mandatory_extension, "mandatory_extension", true, reconnect::never},
    goodbye{close_code::internal_error, "internal_error", true, reconnect::with_backoff},
    goodbye{close_code::service_restart, "service_restart", true, reconnect::with_jitter},
    goodbye{close_code::try_again_later, "try_again_later", true, reconnect::and_resume},
    goodbye{close_code::bad_gateway, "bad_gateway", true, reconnect::with_backoff},
    goodbye{close_code::tls_handshake, "tls_handshake", false, reconnect::with_backoff},
    goodbye{close_code::token_expired, "token_expired", true, reconnect::with_a_new_token},
    goodbye{close_code::closed_by_operator, "closed_by_operator", true, reconnect::never},
};

// Codes 3000 to 3999 belong to registered libraries, 4000 to 4999 to applications (RFC 6455, 7.4.2).
constexpr bool is_application(std::uint16_t code) { return code >= 3000 && code <= 4999; }

// What we do not know gets the careful answer.
goodbye row_of(close_code code)
{
    const auto row = std::ranges::find(table, code, &goodbye::code);
    if (row != table.end()) return *row;
    const bool application = is_application(static_cast<std::uint16_t>(code));
    return {code, application ? "application" : "unassigned", application, reconnect::with_backoff};
}

} // namespace

bool is_valid_on_wire(std::uint16_t code) { return row_of(static_cast<close_code>(code)).on_wire; }

bool may_be_sent(close_code code) { return row_of(code).on_wire; }

reconnect reconnect_rule(close_code code) { return row_of(code).rule; }

bool may_reconnect(close_code code) { return reconnect_rule(code) != reconnect::never; }

std::string_view to_string(close_code code) { return row_of(code).name; }

} // namespace chorus
