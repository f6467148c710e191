// session_log.cpp — What is said of a session in words: why it ended, how it is called, and what escaped its handlers.
#include <chorus/session/session.hpp>

#include <chorus/core/log.hpp>

#include <exception>

namespace chorus {

std::string what_escaped()
{
    try {
        throw;
    } catch (const std::exception& escaped) {
        return escaped.what();
    } catch (...) {
        return "something that is no std::exception";
    }
}

std::string_view to_string(end_reason why)
{
    switch (why) {
    case end_reason::closed_by_peer: return "closed_by_peer";
    case end_reason::closed_by_us: return "closed_by_us";
    case end_reason::cut_by_peer: return "cut_by_peer";
    case end_reason::refused: return "refused";
    case end_reason::silent: return "silent";
    case end_reason::stalled: return "stalled";
    case end_reason::failed: return "failed";
    }
    return "unknown";
}

session_traffic session::traffic() const
{
    const auto& out = member_.out();
    return {heard_messages_, out.sent_messages(), heard_bytes_, out.sent_bytes()};
}

void session::log_failure() const
{
    ++hub_.measures().handler_failures;
    const auto own = id(), request = request_id(), what = what_escaped();
    std::vector<field> fields{{"session", own}, {"user", user()}, {"request", request}, {"what", what}};
    if (!traceparent().empty()) fields.emplace_back("traceparent", traceparent());
    log(log_level::error, "handler_failed", fields);
}

// Called while an exception is handled. It is a bug of the service, and ends this session only.
void session::handler_failed()
{
    log_failure();
    close_now(close_code::internal_error, "internal error");
}

} // namespace chorus
