// frames.cpp — Lays what is said into frames: compressed, cut, with control frames in between.
#include "oracle/frames.hpp"
#include "oracle/odd_deflater.hpp"

#include <chorus/wire/close_frame.hpp>
#include <chorus/wire/deflater.hpp>
#include <chorus/wire/frame.hpp>

#include <array>
#include <optional>

namespace chorus::oracle {
namespace {

// Compresses the messages of one direction: our way or oddly.
class sender
{
public:
    sender(const direction& way, random& chance) : chance_(chance)
    {
        if (!way.deflate) return;
        if (chance.one_in(2))
            odd_.emplace(way.takeover(), way.window());
        else
            ours_.emplace(memory_, way.takeover(), way.window());
    }

    // What the frames of it carry, all together.
    std::string carried_by(const saying& what)
    {
        if (what.op == opcode::close) return close_payload(static_cast<close_code>(what.code), what.payload);
        if (!what.compressed) return what.payload;
        if (odd_) return odd_->deflate(what.payload, chance_);
        return std::string{ours_->deflate(what.payload).value()};
    }

private:
    random& chance_;
    scratch_buffer memory_;
    std::optional<deflater> ours_;
    std::optional<odd_deflater> odd_;
};

std::vector<wire_frame> cut(const saying& what, const std::string& carried, random& chance)
{
    std::vector<wire_frame> out;
    const auto cuts = is_control(what.op) ? std::vector<std::size_t>{} : chance.cuts(carried.size());
    std::size_t start = 0;
    for (const auto end : cuts) {
        out.push_back({{.fin = false, .op = opcode::continuation}, carried.substr(start, end - start)});
        start = end;
    }
    out.push_back({{.op = opcode::continuation}, carried.substr(start)});
    auto& first = out.front().header;
    first.op = what.op;
    first.reserved = what.compressed ? rsv1 : 0;
    return out;
}

frame_header completed(const wire_frame& each, random& chance)
{
    auto header = each.header;
    header.length = each.payload.size();
    header.key = chance.one_in(16) ? 0 : static_cast<std::uint32_t>(chance.bits());
    return header;
}

} // namespace

std::vector<wire_frame> frames_of(std::vector<saying>& sayings, const direction& way, random& chance)
{
    std::vector<wire_frame> out;
    std::vector<saying> order;
    sender from{way, chance};
    for (const auto& what : sayings) {
        const auto carried = from.carried_by(what);
        for (auto& each : cut(what, carried, chance)) {
            if (each.header.op == opcode::continuation && chance.one_in(3)) {
                order.push_back(random_control(chance));
                out.push_back({{.op = order.back().op}, order.back().payload});
            }
            out.push_back(std::move(each));
        }
        order.push_back(what);
        order.back().carried = carried.size();
    }
    for (auto& each : out)
        each.header.masked = way.receiver == role::server;
    sayings = std::move(order);
    return out;
}

// By every function of ours that writes frames.
std::string encoded(const wire_frame& each, random& chance)
{
    std::string out;
    const auto header = completed(each, chance);
    const auto& payload = each.payload;
    if (header.masked)
        append_masked_frame(out, header.op, payload, header.key, header.fin, header.reserved);
    else if (header.fin && header.reserved == 0)
        out = make_frame(header.op, payload)->bytes();
    else if (header.fin && header.reserved == rsv1)
        out = make_compressed_frame(header.op, payload)->bytes();
    else
        append_frame(out, header.op, payload, header.fin, header.reserved);
    return out;
}

std::string encoded_with_long_length(const wire_frame& each, random& chance)
{
    std::array<char, max_header_size> bytes;
    auto header = completed(each, chance);
    const auto length = chance.one_in(2) ? header.length : chance.bits();
    header.length = std::uint64_t{1} << 40;
    const auto size = encode_header(bytes, header);
    for (std::size_t i = 0; i < 8; ++i)
        bytes[2 + i] = static_cast<char>(length >> (56 - 8 * i));
    return std::string{bytes.data(), size} + each.payload;
}

} // namespace chorus::oracle
