// response_fuzz.cpp — whatever a server answers to our upgrade request is agreed to by the rules or refused by name.
#include "fuzz.hpp"

#include <chorus/wire/handshake.hpp>

#include <array>

using namespace chorus;

namespace {

using state = response_reader::state;

constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
const std::array<std::string, 2> subprotocols{"chorus.json.v1", "chorus.binary.v1"};

state read_by_the_byte(std::string_view text)
{
    response_reader reader;
    state outcome = state::need_more;
    for (std::size_t at = 0; at < text.size() && outcome == state::need_more; ++at) {
        std::span<const char> in{text.substr(at, 1)};
        outcome = reader.feed(in);
    }
    return outcome;
}

void check_response(const response& head)
{
    const auto answer = check_upgrade_response(head, key, subprotocols);
    if (const auto* no = std::get_if<refusal>(&answer))
        return fuzz::require(!no->reason.empty() && !no->detail.empty(), "a refusal has a name");
    const auto& agreed = std::get<upgrade>(answer);
    fuzz::require(head.status == 101 && agreed.accept == accept_key(key), "only who knows the key is spoken to");
    fuzz::require(agreed.subprotocol.empty() || agreed.subprotocol == subprotocols[0] ||
                      agreed.subprotocol == subprotocols[1],
                  "only what was offered is agreed to");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = fuzz::as_text(data, size);
    response_reader reader;
    std::span<const char> in{text};
    const auto outcome = reader.feed(in);
    fuzz::require(read_by_the_byte(text) == outcome, "the split changes nothing");
    fuzz::require(outcome != state::refused || !reader.why().reason.empty(), "a refusal has a name");
    if (outcome == state::complete) check_response(reader.take());
    return 0;
}
