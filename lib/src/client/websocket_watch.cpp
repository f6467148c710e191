// websocket_watch.cpp — How a client watches its server: what may take how long, and what comes of it when it ends.
#include <chorus/client/websocket.hpp>

#include <algorithm>

namespace chorus {

time_point websocket::next_check() const
{
    auto next = std::min(write_deadline_, next_ping_);
    if (listening_) next = std::min({next, last_heard_ + limits_.pong_wait, message_deadline(), close_deadline()});
    return next;
}

// A server that still says what it had to say before our Close came is not cut off, while we listen.
time_point websocket::close_deadline() const
{
    if (closing_since_ == time_point::max()) return closing_since_;
    const auto since = heard_all_ ? closing_since_ : std::max(closing_since_, last_heard_);
    return std::min(since + limits_.close_wait, closing_since_ + limits_.backlog_wait);
}

// Half a message is on the clock only while we listen for the rest, and until goodbyes have other deadlines.
time_point websocket::message_deadline() const
{
    const bool is_timed = parser_.unfinished() && !heard_all_ && message_began_ != time_point::max();
    return is_timed ? message_began_ + limits_.message_wait : time_point::max();
}

// A server that has said Close just gets no more time to hang up.
void websocket::on_deadline()
{
    const auto now = shard_.clock().now();
    if (ended_) return;
    if (now >= write_deadline_) return give_up(parting::stalled, "write timeout");
    const bool closing_is_over = listening_ && now >= close_deadline();
    if (closing_is_over && (peer_closed_ || write_failed_)) return end();
    if (closing_is_over) return give_up(parting::stalled, "no answer to Close");
    if (listening_ && now >= last_heard_ + limits_.pong_wait) return give_up(parting::silent, "no sign of life");
    if (listening_ && now >= message_deadline()) refuse(close_code::policy_violation, "message took too long");
    ping_if_due();
    watch();
}

// Asked only for silence: whoever has just spoken is there.
void websocket::ping_if_due()
{
    const auto now = shard_.clock().now();
    if (now < next_ping_) return;
    const auto due = std::max(last_heard_ + limits_.ping_period, next_ping_);
    if (now >= due && !ping_) ping();
    next_ping_ = now >= due ? now + limits_.ping_period : due;
}

void websocket::conclude(connection_end found)
{
    if (!end_) end_ = std::move(found);
}

// The server did not do its part in time, or nobody wants it to. If goodbye was being said, that stays the reason.
void websocket::give_up(parting why, std::string_view detail)
{
    if (ended_) return;
    conclude({why, close_code::abnormal, std::string(detail)});
    transport_->cut();
    end();
}

void websocket::end()
{
    ended_ = true;
    transport_->close();
    changed_.ring();
    queue_.moved().ring();
}

} // namespace chorus
