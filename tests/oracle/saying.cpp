// saying.cpp — Makes up what is said: any character, any size, and talk that repeats itself.
#include "oracle/saying.hpp"

namespace chorus::oracle {
namespace {

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

// The words of one conversation. They come again, so that a message is worth compressing, and refers to those before
// it; the rare ones are found far behind, at the edge of a window.
class vocabulary
{
public:
    explicit vocabulary(random& chance)
    {
        for (auto& word : words_)
            word = random_text(chance, chance.one_in(8) ? chance.between(100, 400) : chance.between(1, 12));
    }

    std::string talk(random& chance, std::size_t size) const
    {
        std::string out;
        while (out.size() < size)
            out += words_[std::min(chance.below(words_.size()), chance.below(words_.size()))];
        return out;
    }

private:
    std::vector<std::string> words_ = std::vector<std::string>(20);
};

// Far more than the bytes that carry it.
constexpr std::size_t bomb = 1024 * 1024 + 1;

std::string random_payload(random& chance, const vocabulary& words, opcode op, bool compressed)
{
    const auto size = random_size(chance);
    if (compressed && chance.one_in(400)) return std::string(bomb, 'x');
    if (compressed && chance.one_in(8)) return std::string(size, static_cast<char>(chance.below(0x80)));
    if (chance.one_in(2)) return words.talk(chance, size);
    return op == opcode::text ? random_text(chance, size) : chance.bytes(size);
}

saying random_message(random& chance, const vocabulary& words, bool may_be_compressed)
{
    saying out;
    out.op = chance.one_in(3) ? opcode::binary : opcode::text;
    out.compressed = may_be_compressed && !chance.one_in(4);
    out.payload = random_payload(chance, words, out.op, out.compressed);
    return out;
}

saying random_close(random& chance)
{
    const auto code = chance.one_of({1000u, 1001u, 1008u, 1011u, 1013u, 3000u, 4999u, 1005u});
    return {.op = opcode::close, .payload = code == 1005 ? "" : random_text(chance, chance.below(30)), .code = code};
}

} // namespace

std::vector<saying> random_sayings(random& chance, bool may_be_compressed)
{
    const vocabulary words{chance};
    std::vector<saying> out;
    for (auto left = chance.between(1, 8); left > 0; --left)
        out.push_back(chance.one_in(4) ? random_control(chance) : random_message(chance, words, may_be_compressed));
    if (chance.one_in(3)) out.push_back(random_close(chance));
    return out;
}

saying random_control(random& chance)
{
    return {.op = chance.one_in(3) ? opcode::pong : opcode::ping,
            .payload = chance.bytes(chance.one_in(4) ? 125 : chance.below(20))};
}

std::string random_text(random& chance, std::size_t size)
{
    std::string out;
    while (out.size() < size)
        append_character(out, random_character(chance));
    return out;
}

event event_of(const saying& what)
{
    const auto kind = what.op == opcode::ping    ? heard::ping
                      : what.op == opcode::pong  ? heard::pong
                      : what.op == opcode::close ? heard::close
                                                 : heard::message;
    return {.what = kind,
            .op = is_control(what.op) ? opcode::continuation : what.op,
            .payload = what.payload,
            .code = what.code};
}

account account_of(const std::vector<saying>& sayings)
{
    account out(sayings.size());
    std::ranges::transform(sayings, out.begin(), event_of);
    return out;
}

} // namespace chorus::oracle
