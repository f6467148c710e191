// conversation.cpp — Makes a conversation: sayings, frames, damage, a limit, pieces.
#include "oracle/conversation.hpp"
#include "oracle/damage.hpp"

namespace chorus::oracle {
namespace {

std::vector<std::size_t> random_pieces(random& chance, std::size_t size)
{
    const auto most = chance.one_of<std::size_t>({1, 3, 17, 500, 5000, 100'000, 100'000});
    std::vector<std::size_t> pieces;
    for (std::size_t left = size; left > 0; left -= pieces.back())
        pieces.push_back(
            std::min(left, most > 1000 && chance.one_in(4) ? chance.between(1, 20) : chance.between(1, most)));
    return pieces;
}

// Any, or what one of the messages needs, or a byte less.
std::size_t random_limit(const std::vector<saying>& sayings, random& chance)
{
    if (chance.one_in(2)) return chance.one_of<std::size_t>({1, 10, 125, 1000, 65'535});
    const auto size = sayings[chance.below(sayings.size())].payload.size();
    return std::max<std::size_t>(size - std::min(size, chance.below(2)), 1);
}

// How much of a message that is too big is read, and which control frames are heard before, is for Beast to say. The
// most that zlib may carry (nine bits for a byte, and its ends of blocks) is reckoned here anew, to be fair to it.
bool fits(const saying& each, std::size_t limit)
{
    const auto carried_at_most = limit + limit / 8 + 16;
    return is_control(each.op) || (each.payload.size() <= limit && each.carried <= carried_at_most);
}

std::optional<account> heard_of(const std::vector<saying>& sayings, std::size_t limit)
{
    if (!std::ranges::all_of(sayings, [&](const saying& each) { return fits(each, limit); })) return {};
    auto out = account_of(sayings);
    if (out.empty() || out.back().what != heard::close) out.push_back({});
    return out;
}

// What was agreed on, but a context is kept, and the largest window.
direction without_promises(const direction& way) { return {way.receiver, deflate_parameters{}}; }

// Frames side by side, and what was done to them.
struct spoken
{
    std::string bytes;
    bool sound = true;
};

spoken speak(const std::vector<wire_frame>& frames, random& chance)
{
    spoken out;
    std::vector<std::size_t> starts;
    for (const auto& each : frames) {
        const bool strange_length = chance.one_in(60);
        out.sound = out.sound && !strange_length;
        starts.push_back(out.bytes.size());
        out.bytes += strange_length ? encoded_with_long_length(each, chance) : encoded(each, chance);
    }
    const auto damages = chance.one_in(3) ? chance.between(1, 3) : 0;
    for (std::size_t i = 0; i < damages; ++i)
        damage(out.bytes, starts, chance);
    out.sound = out.sound && damages == 0;
    return out;
}

} // namespace

conversation overheard(std::uint64_t seed, const direction& way, std::string bytes, const std::vector<saying>& sayings,
                       random& chance)
{
    conversation out{.seed = seed, .way = way, .bytes = std::move(bytes), .pieces = {}, .expected = {}};
    out.pieces = random_pieces(chance, out.bytes.size());
    if (chance.one_in(3)) out.max_message = random_limit(sayings, chance);
    out.expected = heard_of(sayings, out.max_message);
    return out;
}

conversation make_conversation(std::uint64_t seed, const direction& way, random& chance)
{
    const bool spoils_a_text = chance.one_in(10);
    const bool breaks_a_rule = chance.one_in(3);
    const bool breaks_a_promise = way.deflate && chance.one_in(20);
    auto sayings = random_sayings(chance, way.deflate.has_value());
    if (spoils_a_text) spoil_a_text(sayings, chance);
    auto frames = frames_of(sayings, breaks_a_promise ? without_promises(way) : way, chance);
    if (breaks_a_rule) break_a_rule(frames[chance.below(frames.size())], chance);
    auto said = speak(frames, chance);
    auto out = overheard(seed, way, std::move(said.bytes), sayings, chance);
    if (spoils_a_text || breaks_a_promise || breaks_a_rule || !said.sound) out.expected.reset();
    return out;
}

} // namespace chorus::oracle
