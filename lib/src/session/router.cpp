// router.cpp — Sends each message to the handler of its type, with its payload already the struct that it wants.
#include <chorus/session/router.hpp>

#include <chorus/wire/binary_envelope.hpp>
#include <chorus/wire/notice.hpp>

namespace chorus {
namespace {

const fault rate_limited{"rate_limited", "rate limit exceeded"};
const fault internal{"internal", "internal error"};
const fault not_json{"malformed", "malformed message: expected JSON in a text message, got a binary one"};

} // namespace

send_result refuse(session& to, const fault& why, const message_id& id)
{
    return to.answer(notice::in_frame(why, id ? &*id : nullptr));
}

result<envelope> router::read(const session& from, const message& what)
{
    if (what.op == opcode::text) return read_envelope(what.payload);
    if (!from.speaks_binary()) return not_json;
    const auto binary = read_binary_envelope(what.payload);
    if (!binary) return binary.error();
    return read_envelope(name_of(binary->type), binary->payload);
}

work router::route(session& from, const message& what) const
{
    auto read = this->read(from, what);
    const message_id none;
    const auto& id = read ? read->id : none;
    if (!may(from, read ? read->type : "", what.payload.size())) return refuse(from, rate_limited, id), work{};
    if (!read) return refuse(from, read.error(), id), work{};
    return handle(from, *read);
}

bool router::may(session& from, std::string_view type, std::size_t bytes) const
{
    if (const auto own = limited_.find(type); own != limited_.end()) return from.may_send_type(own->second, bytes);
    return type == join_type_ ? from.may_join(bytes) : from.may_send(bytes);
}

work router::handle(session& from, envelope& what) const
{
    const auto found = routes_.find(what.type);
    if (found == routes_.end()) return refuse(from, unknown_type(what.type), what.id), work{};
    const auto id = what.id;
    try {
        return found->second(from, what);
    } catch (...) {
        failed(from, id);
        return {};
    }
}

void router::failed(session& from, const message_id& id)
{
    from.log_failure();
    refuse(from, internal, id);
}

} // namespace chorus
