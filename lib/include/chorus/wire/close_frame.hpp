// close_frame.hpp — The frame that says goodbye (RFC 6455, 5.5.1).
#pragma once
#include <chorus/wire/close_code.hpp>
#include <chorus/wire/frame.hpp>

#include <string>
#include <string_view>

namespace chorus {

// What a Close carries: two bytes of code and the reason, cut at 123 bytes between two characters. A code that only
// stands for something (no_status, abnormal, ...) gives the empty payload, which is how a Close without a code looks.
std::string close_payload(close_code code, std::string_view reason = {});
shared_frame make_close_frame(close_code code, std::string_view reason = {});

} // namespace chorus
