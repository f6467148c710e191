// damage.cpp — What a faulty or wicked peer does to a text, to a frame, to bytes.
#include "oracle/damage.hpp"

namespace chorus::oracle {
namespace {

// Any code, the doubtful ones more often than others, and a reason that is mostly text.
std::string strange_close(random& chance)
{
    const auto code = chance.one_in(2) ? chance.between(995, 1020)
                                       : chance.one_of<std::size_t>({0, 2999, 3000, 4999, 5000, chance.below(65'536)});
    const std::string bytes{static_cast<char>(code >> 8), static_cast<char>(code)};
    if (chance.one_in(8)) return bytes.substr(1);
    return bytes + (chance.one_in(2) ? random_text(chance, 5) : chance.bytes(chance.below(3)));
}

void change_a_bit(std::string& bytes, std::size_t at, random& chance)
{
    bytes[at] = static_cast<char>(bytes[at] ^ 1 << chance.below(8));
}

void change_payload(std::string& payload, random& chance)
{
    switch (chance.below(4)) {
    case 0: payload.insert(chance.between(0, payload.size()), chance.bytes(chance.between(1, 4))); break;
    case 1: payload.resize(chance.between(0, payload.size())); break;
    case 2: payload.clear(); break;
    default:
        if (!payload.empty()) change_a_bit(payload, chance.below(payload.size()), chance);
    }
}

} // namespace

void spoil_a_text(std::vector<saying>& sayings, random& chance)
{
    const auto found = std::ranges::find_if(
        sayings, [](const saying& each) { return each.op == opcode::text && !each.payload.empty(); });
    if (found == sayings.end()) return;
    auto& payload = found->payload;
    if (chance.one_in(2))
        payload[chance.below(payload.size())] = static_cast<char>(chance.bits());
    else
        payload.resize(chance.between(0, payload.size()));
}

void break_a_rule(wire_frame& each, random& chance)
{
    auto& header = each.header;
    switch (chance.below(9)) {
    case 0: header.reserved = static_cast<std::uint8_t>(chance.between(1, 7)); break;
    case 1: header.reserved ^= rsv1; break;
    case 2: header.op = static_cast<opcode>(chance.below(16)); break;
    case 3: header.fin = !header.fin; break;
    case 4: header.masked = !header.masked; break;
    case 5:
        header = {.op = opcode::close, .masked = header.masked};
        each.payload = strange_close(chance);
        break;
    default: change_payload(each.payload, chance);
    }
}

void damage(std::string& bytes, const std::vector<std::size_t>& starts, random& chance)
{
    if (bytes.empty()) return;
    const auto near_a_start = std::min(starts[chance.below(starts.size())] + chance.below(15), bytes.size() - 1);
    const auto at = chance.one_in(3) ? chance.below(bytes.size()) : near_a_start;
    switch (chance.below(6)) {
    case 0: bytes.insert(at, chance.bytes(chance.between(1, 5))); break;
    case 1: bytes.erase(at, chance.between(1, 5)); break;
    case 2: bytes.resize(at); break;
    case 3: bytes[at] = static_cast<char>(chance.bits()); break;
    default: change_a_bit(bytes, at, chance);
    }
}

} // namespace chorus::oracle
