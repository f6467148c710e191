// response.cpp — turns a collected head into a response.
#include <chorus/wire/response.hpp>

#include "http_codec.hpp"

namespace chorus {

response_reader::state response_reader::feed(std::span<const char>& in)
{
    const state collected = collector_.feed(in);
    if (collected == state::refused) why_ = collector_.why();
    if (collected != state::complete) return collected;
    auto parsed = http_codec::parse_response(collector_.text());
    if (auto* no = std::get_if<refusal>(&parsed)) return why_ = std::move(*no), state::refused;
    response_ = std::get<response>(std::move(parsed));
    return state::complete;
}

} // namespace chorus
