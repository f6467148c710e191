// close_frame.cpp — What a Close carries.
#include <chorus/wire/close_frame.hpp>

#include <chorus/wire/utf8.hpp>

namespace chorus {

std::string close_payload(close_code code, std::string_view reason)
{
    if (!may_be_sent(code)) return {};
    const auto number = static_cast<std::uint16_t>(code);
    std::string payload{static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
    payload.append(utf8_prefix(reason, max_control_payload - payload.size()));
    return payload;
}

shared_frame make_close_frame(close_code code, std::string_view reason)
{
    return make_frame(opcode::close, close_payload(code, reason));
}

} // namespace chorus
