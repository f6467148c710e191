// parser_fuzz.cpp — frames in any split tell the same events as in one piece, within the limits, for both roles.
//
// An input: a byte for role, limits and compression, a byte for how many sizes follow, the sizes of the pieces, then
// what arrives.
#include "fuzz.hpp"

#include <chorus/wire/inflater.hpp>
#include <chorus/wire/parser.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

using namespace chorus;

namespace {

struct told
{
    parser::kind what;
    opcode op;
    std::string payload; // a copy: the view must be readable now
    close_code code;
    std::string_view why;

    explicit told(const parser::event& event)
        : what{event.what}, op{event.op}, payload{event.payload}, code{event.code}, why{event.why}
    {
    }
    bool operator==(const told&) const = default;
};

context_takeover takeover_of(std::uint8_t choice)
{
    return choice / 64 % 2 == 0 ? context_takeover::no : context_takeover::yes;
}

parser make_parser(std::uint8_t choice, inflater& compression)
{
    constexpr std::array<std::size_t, 4> sizes{0, 16, 300, 70'000}, fragments{0, 1, 3, 1000};
    return parser{choice % 2 == 0 ? role::server : role::client,
                  {.max_message = sizes[choice / 2 % 4], .max_fragments = fragments[choice / 8 % 4]},
                  choice / 32 % 2 == 0 ? nullptr : &compression};
}

class listener
{
public:
    explicit listener(std::uint8_t choice)
        : compression_{inflated_, takeover_of(choice)}, reader_{make_parser(choice, compression_)}
    {
    }

    // The piece lies in memory of its own, which is gone afterwards.
    void hear(std::string_view piece)
    {
        std::vector<char> memory(piece.begin(), piece.end());
        std::span<char> in{memory};
        fed_ += piece.size();
        while (!failed() && hear_event(in))
            fuzz::require(reader_.held_bytes() <= 2 * fed_, "no more is held than has arrived, and room to grow");
    }

    const std::vector<told>& events() const { return events_; }

private:
    bool failed() const { return !events_.empty() && events_.back().what == parser::kind::error; }

    bool hear_event(std::span<char>& in)
    {
        const told event{reader_.next(in)};
        if (event.what == parser::kind::need_more) return fuzz::require(in.empty(), "all is used up"), false;
        events_.push_back(event);
        if (failed()) fuzz::require(told{reader_.next(in)} == event, "an error is final");
        return true;
    }

    scratch_buffer inflated_;
    inflater compression_;
    parser reader_;
    std::size_t fed_ = 0;
    std::vector<told> events_;
};

std::vector<told> hear_in_pieces(std::uint8_t choice, std::string_view sizes, std::string_view stream)
{
    listener pieces{choice};
    for (std::size_t turn = 0; !stream.empty(); ++turn) {
        const auto wanted = sizes.empty() ? 1u : 1u + static_cast<unsigned char>(sizes[turn % sizes.size()]);
        const auto piece = stream.substr(0, wanted);
        pieces.hear(piece);
        stream.remove_prefix(piece.size());
    }
    return pieces.events();
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto rest = fuzz::as_text(data, size);
    const auto choice = fuzz::take_byte(rest);
    const auto sizes = rest.substr(0, fuzz::take_byte(rest) % 8);
    rest.remove_prefix(sizes.size());
    listener whole{choice};
    whole.hear(rest);
    fuzz::require(hear_in_pieces(choice, sizes, rest) == whole.events(), "the split changes nothing");
    return 0;
}
