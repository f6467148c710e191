// session_watch.cpp — How a session watches its client: what may take how long, and what comes of it when it ends.
#include <chorus/session/session.hpp>

#include <algorithm>
#include <utility>

namespace chorus {

void session::wait_at_most(time_point until)
{
    patience_ = until;
    deadline_.set(std::min(patience_, next_check()));
}

// Who is just beginning, or has ended, has no alarm to be set anew.
void session::limits_changed(bool fill_control)
{
    if (fill_control) control_.fill();
    if (deadline_.is_set()) wait_at_most(patience_);
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
    if (now >= expires_) check_token(now);
    if (now >= batch_due_) {
        batch_due_ = time_point::max();
        member_.out().end_wait();
    }
    if (now >= next_ping_) {
        member_.out().ping();
        next_ping_ = now + limits_.ping_period;
    }
    wait_at_most(patience_);
}

// Twice in the life of a token: when it expires, and when its grace is over. In between one that is judged takes its
// place.
void session::check_token(time_point now)
{
    if (judging_) {
        expires_ = time_point::max();
        return end_judging();
    }
    const auto is_over = std::exchange(in_grace_, true);
    expires_ = is_over ? time_point::max() : now + limits_.token_grace;
    if (is_over) return member_.out().close(close_code::token_expired, "token expired");
    try {
        if (handlers_.on_expiry && !member_.out().closing()) handlers_.on_expiry(*this);
    } catch (...) {
        handler_failed();
    }
}

session::judgement::judgement(session& of, cancellable& judging, duration at_most) : of_(of)
{
    const auto now = of_.shard_.clock().now();
    if (now >= of_.expires_) of_.check_token(now); // or else who shows one bad token after the other would stay
    expires_ = std::exchange(of_.expires_, now + at_most);
    of_.judging_ = &judging;
    of_.wait_at_most(of_.patience_);
}

session::judgement::~judgement()
{
    of_.judging_ = nullptr;
    of_.expires_ = expires_;
    of_.wait_at_most(of_.patience_);
}

void session::end_judging()
{
    if (judging_) std::exchange(judging_, nullptr)->cancel();
}

void session::renew(std::optional<std::int64_t> expires)
{
    expires_ = expiry(expires);
    in_grace_ = false;
    wait_at_most(patience_);
}

// Tokens speak of the time of day, alarms of the time since: a day that is set anew moves nothing.
time_point session::expiry(std::optional<std::int64_t> unix_seconds) const
{
    constexpr std::int64_t longest = 10LL * 365 * 24 * 60 * 60; // for longer nobody stays
    if (!unix_seconds) return time_point::max();
    const auto seconds = std::max<std::int64_t>(*unix_seconds, 0);
    const auto now = shard_.clock().unix_ms();
    if (seconds - now / 1000 > longest) return time_point::max();
    return shard_.clock().now() + std::chrono::milliseconds{seconds * 1000 - now};
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
    const auto always = std::min({next_ping_, expires_, batch_due_});
    return working_ ? always : std::min({always, last_heard_ + limits_.pong_wait, message_deadline()});
}

void session::batch_begun()
{
    batch_due_ = shard_.clock().now() + limits_.outbox.batch.interval;
    wait_at_most(patience_);
}

session_end session::our_goodbye() const
{
    const auto& out = member_.out();
    const auto why = out.closed_with() == close_code::internal_error ? end_reason::failed : end_reason::closed_by_us;
    return {why, out.closed_with(), out.close_reason()};
}

void session::conclude(session_end found)
{
    if (!end_) end_ = std::make_unique<session_end>(std::move(found));
}

void session::conclude_by_outbox() { conclude(member_.out().closing() ? our_goodbye() : session_end{}); }

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
