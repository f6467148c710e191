// inflater_fuzz.cpp — no bytes make an inflater take more memory than its limit, and what is compressed comes back.
//
// An input: a byte for limit, context and window, a byte for the size of the first message, then both messages.
#include "fuzz.hpp"

#include <chorus/wire/deflater.hpp>
#include <chorus/wire/inflater.hpp>

#include <array>

using namespace chorus;

namespace {

struct settings
{
    std::size_t limit;
    context_takeover takeover;
    int window_bits;

    explicit settings(std::uint8_t choice)
        : limit{std::array<std::size_t, 4>{1, 100, 70'000, 1'000'000}[choice % 4]},
          takeover{choice / 4 % 2 == 0 ? context_takeover::no : context_takeover::yes},
          window_bits{smallest_window + choice / 8 % (largest_window - smallest_window + 1)}
    {
    }
};

using messages = std::array<std::string_view, 2>;

void check_inflating(const settings& chosen, const messages& compressed)
{
    scratch_buffer memory;
    inflater reader{memory, chosen.takeover, chosen.window_bits};
    for (const auto message : compressed) {
        const auto result = reader.inflate(message, chosen.limit);
        fuzz::require(memory.capacity() <= chosen.limit + 1, "no memory is taken beyond the limit");
        if (result == inflate_result::whole)
            fuzz::require(reader.message().size() <= chosen.limit, "a whole message is within the limit");
        else if (chosen.takeover == context_takeover::yes)
            return; // of no further use
    }
}

void check_the_way_back(const settings& chosen, const messages& plain)
{
    scratch_buffer compressed, inflated;
    deflater writer{compressed, chosen.takeover, chosen.window_bits};
    inflater reader{inflated, chosen.takeover, chosen.window_bits};
    for (const auto message : plain) {
        const auto sent = writer.deflate(message);
        fuzz::require(sent && sent->size() <= compressed_at_most(message.size(), 1), "there is a worst case");
        fuzz::require(reader.inflate(*sent, message.size() + 1) == inflate_result::whole,
                      "what is written can be read");
        fuzz::require(reader.message() == message, "what comes back is what was sent");
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto rest = fuzz::as_text(data, size);
    const settings chosen{fuzz::take_byte(rest)};
    const auto first = rest.substr(0, fuzz::take_byte(rest));
    rest.remove_prefix(first.size());
    check_inflating(chosen, {first, rest});
    check_the_way_back(chosen, {first, rest});
    return 0;
}
