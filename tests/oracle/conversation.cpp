// conversation.cpp — Makes a conversation of a seed: sayings, frames, damage, pieces.
#include "oracle/conversation.hpp"

#include <chorus/wire/close_frame.hpp>
#include <chorus/wire/frame.hpp>

#include <algorithm>

namespace chorus::oracle {
namespace {

// --- what is said ----------------------------------------------------------------------------------------------------

// Mostly small, and often next to where the form of a frame changes.
std::size_t random_size(random& chance)
{
    switch (chance.below(8)) {
    case 0: return chance.between(120, 130);
    case 1: return chance.between(0, 1200);
    case 2: return chance.one_in(8) ? chance.between(65530, 65540) : chance.between(0, 6000);
    default: return chance.between(0, 24);
    }
}

void append_character(std::string& out, std::uint32_t point)
{
    const auto byte = [&](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
    const auto rest = [&](int shift) { byte(0x80 | (point >> shift & 0x3f)); };
    if (point < 0x80) return byte(point);
    if (point < 0x800) return byte(0xc0 | point >> 6), rest(0);
    if (point < 0x10000) return byte(0xe0 | point >> 12), rest(6), rest(0);
    byte(0xf0 | point >> 18), rest(12), rest(6), rest(0);
}

// Every length of character, with the ends of the ranges often among them.
std::uint32_t random_character(random& chance)
{
    const auto in = [&](std::uint32_t first, std::uint32_t last) {
        if (chance.one_in(4)) return chance.one_of({first, last});
        return static_cast<std::uint32_t>(chance.between(first, last));
    };
    switch (chance.below(6)) {
    case 0: return in(0x80, 0x7ff);
    case 1: return in(0x800, 0xd7ff);
    case 2: return in(0xe000, 0xffff);
    case 3: return in(0x10000, 0x10ffff);
    default: return in(0, 0x7f);
    }
}

std::string random_text(random& chance, std::size_t size)
{
    std::string out;
    while (out.size() < size)
        append_character(out, random_character(chance));
    return out;
}

std::vector<std::size_t> random_cuts(random& chance, std::size_t size)
{
    std::vector<std::size_t> cuts(chance.one_in(2) ? chance.below(5) : 0);
    for (auto& cut : cuts)
        cut = chance.between(0, size);
    std::ranges::sort(cuts);
    return cuts;
}

saying random_message(random& chance)
{
    saying out;
    const auto size = random_size(chance);
    out.op = chance.one_in(3) ? opcode::binary : opcode::text;
    out.payload = out.op == opcode::text ? random_text(chance, size) : chance.bytes(size);
    out.cuts = random_cuts(chance, out.payload.size());
    return out;
}

saying random_control(random& chance)
{
    return {.op = chance.one_in(3) ? opcode::pong : opcode::ping,
            .payload = chance.bytes(chance.one_in(4) ? 125 : chance.below(20))};
}

saying random_close(random& chance)
{
    const auto code = chance.one_of({1000u, 1001u, 1008u, 1011u, 1013u, 3000u, 4999u, 1005u});
    return {.op = opcode::close, .payload = code == 1005 ? "" : random_text(chance, chance.below(30)), .code = code};
}

// --- frames ----------------------------------------------------------------------------------------------------------

struct wire_frame
{
    frame_header header;
    std::string payload;
};

std::string payload_of(const saying& what)
{
    return what.op == opcode::close ? close_payload(static_cast<close_code>(what.code), what.payload) : what.payload;
}

void append_frames(std::vector<wire_frame>& out, const saying& what)
{
    const auto payload = payload_of(what);
    std::size_t start = 0;
    for (std::size_t i = 0; i <= what.cuts.size(); ++i) {
        const auto end = i == what.cuts.size() ? payload.size() : what.cuts[i];
        out.push_back(
            {{.fin = end == payload.size() && i == what.cuts.size(), .op = i == 0 ? what.op : opcode::continuation},
             payload.substr(start, end - start)});
        start = end;
    }
}

// Control frames may come between the fragments of a message.
std::vector<wire_frame> frames_of(const std::vector<saying>& sayings, random& chance, account& expected)
{
    std::vector<wire_frame> out;
    for (const auto& what : sayings) {
        std::vector<wire_frame> frames;
        append_frames(frames, what);
        for (auto& each : frames) {
            const bool between = each.header.op == opcode::continuation;
            if (between && chance.one_in(3)) {
                const auto control = random_control(chance);
                append_frames(out, control);
                expected.push_back(account_of({control}).front());
            }
            out.push_back(std::move(each));
        }
        expected.push_back(account_of({what}).front());
    }
    return out;
}

// --- damage ----------------------------------------------------------------------------------------------------------

// Any code, the doubtful ones more often than others, and a reason that is mostly text.
std::string strange_close(random& chance)
{
    const auto code = chance.one_in(2) ? chance.between(995, 1020)
                                       : chance.one_of<std::size_t>({0, 2999, 3000, 4999, 5000, chance.below(65'536)});
    const std::string bytes{static_cast<char>(code >> 8), static_cast<char>(code)};
    if (chance.one_in(8)) return bytes.substr(1);
    return bytes + (chance.one_in(2) ? random_text(chance, 5) : chance.bytes(chance.below(3)));
}

// One rule broken in one frame that is otherwise in order.
void break_a_rule(wire_frame& each, random& chance)
{
    auto& header = each.header;
    switch (chance.below(8)) {
    case 0: header.reserved = static_cast<std::uint8_t>(chance.between(1, 7)); break;
    case 1: header.op = static_cast<opcode>(chance.below(16)); break;
    case 2: header.fin = !header.fin; break;
    case 3: header.masked = !header.masked; break;
    case 4: each.payload.insert(chance.between(0, each.payload.size()), chance.bytes(chance.between(1, 4))); break;
    case 5: each.payload.resize(chance.between(0, each.payload.size())); break;
    case 6: each.payload.clear(); break;
    default: header = {.op = opcode::close, .masked = header.masked}; each.payload = strange_close(chance);
    }
}

// A length of eight bytes, whatever would be the shortest form.
std::string with_long_length(const frame_header& header, std::uint64_t length)
{
    std::array<char, max_header_size> bytes;
    auto long_form = header;
    long_form.length = std::uint64_t{1} << 40;
    const auto size = encode_header(bytes, long_form);
    for (std::size_t i = 0; i < 8; ++i)
        bytes[2 + i] = static_cast<char>(length >> (56 - 8 * i));
    return {bytes.data(), size};
}

std::string encoded(const wire_frame& each, random& chance, bool strange_length)
{
    std::string out;
    auto header = each.header;
    const auto key = chance.one_in(16) ? 0 : static_cast<std::uint32_t>(chance.bits());
    header.length = each.payload.size();
    header.key = key;
    if (strange_length) {
        out = with_long_length(header, chance.one_in(2) ? header.length : chance.bits());
        return out.append(each.payload);
    }
    const bool plain = header.reserved == 0;
    if (plain && header.masked) return append_masked_frame(out, header.op, each.payload, key, header.fin), out;
    if (plain && header.fin) return std::string{make_frame(header.op, each.payload)->bytes()};
    if (plain) return append_frame(out, header.op, each.payload, header.fin), out;
    append_masked_frame(out, header.op, each.payload, key, header.fin);
    out[0] = static_cast<char>(out[0] | header.reserved << 4);
    return out;
}

// Where it hurts: the first bytes of frames are preferred to payloads.
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
    default: bytes[at] = static_cast<char>(bytes[at] ^ 1 << chance.below(8));
    }
}

std::vector<std::size_t> random_pieces(random& chance, std::size_t size)
{
    const auto most = chance.one_of<std::size_t>({1, 3, 17, 500, 5000, 100'000, 100'000});
    std::vector<std::size_t> pieces;
    for (std::size_t left = size; left > 0; left -= pieces.back())
        pieces.push_back(
            std::min(left, most > 1000 && chance.one_in(4) ? chance.between(1, 20) : chance.between(1, most)));
    return pieces;
}

} // namespace

std::vector<saying> random_sayings(random& chance)
{
    std::vector<saying> out;
    for (auto left = chance.between(1, 8); left > 0; --left)
        out.push_back(chance.one_in(4) ? random_control(chance) : random_message(chance));
    if (chance.one_in(3)) out.push_back(random_close(chance));
    return out;
}

account account_of(const std::vector<saying>& sayings)
{
    account out;
    for (const auto& [op, payload, code, cuts] : sayings) {
        const auto what = op == opcode::ping    ? heard::ping
                          : op == opcode::pong  ? heard::pong
                          : op == opcode::close ? heard::close
                                                : heard::message;
        out.push_back(
            {.what = what, .op = is_control(op) ? opcode::continuation : op, .payload = payload, .code = code});
    }
    return out;
}

conversation overheard(std::uint64_t seed, role receiver, std::string bytes, account expected, random& chance)
{
    if (expected.empty() || expected.back().what != heard::close) expected.push_back({});
    auto pieces = random_pieces(chance, bytes.size());
    return {.seed = seed,
            .receiver = receiver,
            .bytes = std::move(bytes),
            .pieces = std::move(pieces),
            .expected = std::move(expected)};
}

conversation make_conversation(std::uint64_t seed)
{
    random chance{seed};
    const auto receiver = chance.one_of({role::server, role::client});
    const bool breaks_a_rule = chance.one_in(3);
    account expected;
    auto frames = frames_of(random_sayings(chance), chance, expected);
    for (auto& each : frames)
        each.header.masked = receiver == role::server;
    if (breaks_a_rule) break_a_rule(frames[chance.below(frames.size())], chance);

    std::string bytes;
    std::vector<std::size_t> starts;
    bool strange = false;
    for (const auto& each : frames) {
        const bool strange_length = chance.one_in(60);
        strange |= strange_length;
        starts.push_back(bytes.size());
        bytes += encoded(each, chance, strange_length);
    }
    const auto damages = chance.one_in(3) ? chance.between(1, 3) : 0;
    for (std::size_t i = 0; i < damages; ++i)
        damage(bytes, starts, chance);

    auto out = overheard(seed, receiver, std::move(bytes), std::move(expected), chance);
    const bool limited = chance.one_in(3);
    if (limited) out.max_message = chance.one_of<std::size_t>({1, 10, 125, 1000, 65'535});
    if (breaks_a_rule || strange || damages > 0 || limited) out.expected.reset();
    return out;
}

} // namespace chorus::oracle
