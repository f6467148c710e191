// closing.cpp — One Close from each side, and what it carries.
#include <chorus/wire/closing.hpp>

#include <chorus/wire/utf8.hpp>

namespace chorus {

bool closing::send(close_code code)
{
    if (sent_) return false;
    sent_ = code;
    return true;
}

std::optional<close_code> closing::receive(close_code code)
{
    if (!received_) received_ = code;
    if (!send(code)) return std::nullopt;
    return code;
}

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
