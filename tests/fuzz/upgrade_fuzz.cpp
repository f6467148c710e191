// upgrade_fuzz.cpp — a request's head is read the same in any split, and whatever is answered to it can be read.
#include "fuzz.hpp"

#include <chorus/wire/handshake.hpp>

#include <array>

using namespace chorus;

namespace {

using state = request_reader::state;

const std::array<std::string, 2> subprotocols{"chorus.json.v1", "chorus.binary.v1"};
const std::array<deflate_offer, 1> anything{};

struct reading
{
    request_reader reader;
    state outcome = state::need_more;
    std::size_t consumed = 0;

    void feed(std::string_view piece)
    {
        std::span<const char> in{piece};
        outcome = reader.feed(in);
        consumed += piece.size() - in.size();
    }
};

response read_back(std::string_view text)
{
    response_reader reader;
    std::span<const char> in{text};
    fuzz::require(reader.feed(in) == response_reader::state::complete, "what is answered is a response");
    return reader.take();
}

reading read_by_the_byte(std::string_view text)
{
    reading slow;
    for (std::size_t at = 0; at < text.size() && slow.outcome == state::need_more; ++at)
        slow.feed(text.substr(at, 1));
    return slow;
}

void check_refusal(const refusal& why)
{
    fuzz::require(!why.reason.empty() && why.status >= 400, "a refusal has a name and a status");
    fuzz::require(read_back(refuse(why, false)).status == why.status, "the client is told the refusal");
}

void check_agreement(const request& head, const upgrade& agreed)
{
    const auto answer = check_upgrade_response(read_back(upgrade_response(agreed)), *head.field("Sec-WebSocket-Key"),
                                               subprotocols, anything);
    fuzz::require(std::holds_alternative<upgrade>(answer), "a client takes what the server has agreed to");
    fuzz::require(std::get<upgrade>(answer).subprotocol == agreed.subprotocol, "both have the same subprotocol");
    fuzz::require(std::get<upgrade>(answer).deflate == agreed.deflate, "both compress in the same way");
}

void check_request(const request& head)
{
    head.query_value("name");
    const auto answer = check_upgrade(head, subprotocols, deflate_mode::shared);
    if (const auto* no = std::get_if<refusal>(&answer)) return check_refusal(*no);
    check_agreement(head, std::get<upgrade>(answer));
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = fuzz::as_text(data, size);
    reading whole;
    whole.feed(text);
    const auto slow = read_by_the_byte(text);
    fuzz::require(slow.outcome == whole.outcome, "the split changes nothing");
    fuzz::require(slow.reader.why().reason == whole.reader.why().reason, "the split does not change the reason");
    if (whole.outcome == state::refused) check_refusal(whole.reader.why());
    if (whole.outcome != state::complete) return 0;
    fuzz::require(slow.consumed == whole.consumed, "the head ends at the same byte");
    fuzz::require(text.substr(0, whole.consumed).ends_with("\r\n\r\n"), "nothing behind the head is taken");
    check_request(whole.reader.take());
    return 0;
}
