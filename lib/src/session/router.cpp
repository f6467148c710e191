// router.cpp — Sends each message to the handler of its type, with its payload already the struct that it wants.
#include <chorus/session/router.hpp>

#include <chorus/core/log.hpp>
#include <chorus/wire/notice.hpp>

namespace chorus {
namespace {

const fault rate_limited{"rate_limited", "rate limit exceeded"};
const fault internal{"internal", "internal error"};
const fault not_json{"malformed", "malformed message: expected JSON in a text message, got a binary one"};

} // namespace

send_result refuse(session& to, const fault& why, const message_id& id)
{
    return to.send_text(notice::text(why, id ? &*id : nullptr));
}

work router::route(session& from, const message& what) const
{
    if (what.op != opcode::text) return refuse(from, not_json, {}), work{};
    auto read = read_envelope(what.payload);
    const auto is_join = read && read->type == join_type_;
    if (!(is_join ? from.may_join() : from.may_send()))
        return refuse(from, rate_limited, read ? read->id : message_id{}), work{};
    if (!read) return refuse(from, read.error(), {}), work{};
    const auto found = routes_.find(read->type);
    if (found == routes_.end()) return refuse(from, unknown_type(read->type), read->id), work{};
    const auto id = read->id;
    try {
        return found->second(from, *read);
    } catch (const std::exception& escaped) {
        failed(from, escaped, id);
        return {};
    }
}

void router::failed(session& from, const std::exception& escaped, const message_id& id)
{
    log(log_level::error, "handler_failed",
        {{"session", from.id()}, {"user", from.user()}, {"what", std::string_view(escaped.what())}});
    refuse(from, internal, id);
}

} // namespace chorus
