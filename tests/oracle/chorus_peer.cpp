// chorus_peer.cpp — Feeds a parser piece by piece, and writes down what it tells.
#include "oracle/chorus_peer.hpp"

#include <chorus/wire/compression.hpp>
#include <chorus/wire/parser.hpp>

#include <optional>

namespace chorus::oracle {
namespace {

event told(const parser::event& from)
{
    const auto code = static_cast<unsigned>(from.code);
    switch (from.what) {
    case parser::kind::message: return {.what = heard::message, .op = from.op, .payload = std::string{from.payload}};
    case parser::kind::ping: return {.what = heard::ping, .payload = std::string{from.payload}};
    case parser::kind::pong: return {.what = heard::pong, .payload = std::string{from.payload}};
    case parser::kind::close: return {.what = heard::close, .payload = std::string{from.payload}, .code = code};
    case parser::kind::error: return {.what = heard::failure, .code = code, .why = std::string{from.why}};
    case parser::kind::need_more: break;
    }
    return {};
}

bool ends(const event& each) { return each.what == heard::close || each.what == heard::failure; }

// What our server inflates with, and what a client has to.
class receiving_end
{
public:
    explicit receiving_end(const direction& way) : as_server_{way.deflate, lent_}
    {
        if (way.receiver == role::server)
            incoming_ = as_server_.incoming();
        else if (way.deflate)
            incoming_ = &as_client_.emplace(memory_, way.takeover(), way.window());
    }

    inflater* incoming() { return incoming_; }

private:
    shared_compression lent_;
    compression as_server_;
    scratch_buffer memory_;
    std::optional<inflater> as_client_;
    inflater* incoming_ = nullptr;
};

} // namespace

account chorus_hears(const conversation& what)
{
    receiving_end end{what.way};
    parser hearing{what.way.receiver, {.max_message = what.max_message, .max_fragments = 0}, end.incoming()};
    account out;
    auto bytes = what.bytes;
    std::span<char> rest{bytes};
    for (const auto size : what.pieces) {
        auto piece = rest.first(size);
        rest = rest.subspan(size);
        for (auto each = hearing.next(piece); each.what != parser::kind::need_more; each = hearing.next(piece)) {
            out.push_back(told(each));
            if (ends(out.back())) return out;
        }
    }
    out.push_back({});
    return out;
}

} // namespace chorus::oracle
