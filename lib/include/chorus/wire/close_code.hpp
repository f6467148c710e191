// close_code.hpp — Every goodbye: its code, its name, who may say it, and whether the client may come back.
#pragma once
#include <cstdint>
#include <string_view>

namespace chorus {

// RFC 6455 section 7.4.1, what IANA registered since (1012 to 1014), and ours (4001, 4002).
enum class close_code : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported_data = 1003,
    no_status = 1005, // stands for a Close without a code
    abnormal = 1006,  // stands for no Close at all
    invalid_payload = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    mandatory_extension = 1010,
    internal_error = 1011,
    service_restart = 1012,
    try_again_later = 1013, // here: too slow
    bad_gateway = 1014,
    tls_handshake = 1015, // stands for a TLS handshake that failed
    token_expired = 4001,
    closed_by_operator = 4002,
};

// What a client that was told a code does next.
enum class reconnect : std::uint8_t { as_it_likes, with_jitter, with_backoff, and_resume, with_a_new_token, never };

// Whether a Close frame may carry this number: 1004, 1005, 1006 and 1015 only stand for something that was not said,
// below 1000 and from 5000 on nothing is defined, and 1016 to 2999 wait for a later standard.
bool is_valid_on_wire(std::uint16_t code);
bool may_be_sent(close_code code);

reconnect reconnect_rule(close_code code);
bool may_reconnect(close_code code);

// "going_away"; a code without a name of its own is "application" (3000 to 4999) or "unassigned".
std::string_view to_string(close_code code);

} // namespace chorus
