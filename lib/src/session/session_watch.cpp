// session_watch.cpp — How a session watches its client: what may take how long, and what comes of it when it ends.
#include <chorus/session/session.hpp>

#include <algorithm>

namespace chorus {

void session::wait_at_most(time_point until)
{
    patience_ = until;
    deadline_.set(std::min(patience_, next_check()));
}

// Ends a wait by ending the connection. A client that has said Close itself just gets no more time to hang up.
void session::on_deadline()
{
    const auto is_closing = member_.out().close_sent();
    if (shard_.clock().now() < patience_)
        check_life();
    else if (is_closing && peer_closed_)
        transport_->close();
    else
        give_up(end_reason::stalled, is_closing ? "no answer to Close" : "write timeout");
}

void session::check_life()
{
    const auto now = shard_.clock().now();
    if (!working_ && now >= last_heard_ + limits_.pong_wait) return give_up(end_reason::silent, "no sign of life");
    if (!working_ && now >= message_deadline()) refuse(close_code::policy_violation, "message took too long");
    if (now >= next_ping_) {
        member_.out().ping();
        next_ping_ = now + limits_.ping_period;
    }
    wait_at_most(patience_);
}

// Who is hanging up has other deadlines.
time_point session::message_deadline() const
{
    const auto is_timed = limits_.message_wait.count() > 0 && message_began_ != time_point::max();
    if (!is_timed || heard_all_ || member_.out().closing()) return time_point::max();
    return message_began_ + limits_.message_wait;
}

// While a handler works nothing is read, so nothing can be missed.
time_point session::next_check() const
{
    return working_ ? next_ping_ : std::min({next_ping_, last_heard_ + limits_.pong_wait, message_deadline()});
}

session_end session::our_goodbye() const
{
    const auto& out = member_.out();
    const auto why = out.closed_with() == close_code::internal_error ? end_reason::failed : end_reason::closed_by_us;
    return {why, out.closed_with(), out.close_reason()};
}

end_reason session::conclude(session_end found)
{
    if (!end_) end_ = std::make_unique<session_end>(std::move(found));
    return end_->why;
}

// The client did not do its part in time, or nobody wants it to. If we were saying goodbye, that stays the reason.
void session::give_up(end_reason why, std::string_view detail)
{
    auto& out = member_.out();
    if (out.ended()) return;
    conclude(out.closing() ? our_goodbye() : session_end{why, close_code::abnormal, std::string(detail)});
    was_cut_ = true;
    transport_->cut();
    out.end();
}

} // namespace chorus
