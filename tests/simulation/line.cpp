// line.cpp — The server's end of a line: what it read when, where it waits, and whether it may hang up.
#include "simulation/line.hpp"

namespace chorus::simulation {

void line::look_for_a_goodbye(time_point now)
{
    if (!talk) return;
    const auto& out = talk->hub().out();
    if (out.too_slow() && !too_slow_since) too_slow_since = now;
    if (out.close_sent() && !close_sent_since) close_sent_since = now;
}

server_end::server_end(std::unique_ptr<memory_transport> end, std::shared_ptr<line> to, const clock& time,
                       const settings& rules, story& told, referee& judge)
    : end_(std::move(end)), line_(std::move(to)), clock_(time), settings_(rules), story_(told), referee_(judge)
{
    line_->far_end = end_.get();
    line_->began = line_->last_read = clock_.now();
}

server_end::~server_end()
{
    line_->far_end = nullptr;
    line_->talk = nullptr;
}

std::size_t server_end::read_some(std::span<char> into, error_code& error)
{
    const auto count = end_->read_some(into, error);
    if (count > 0) line_->last_read = clock_.now();
    return count;
}

std::size_t server_end::write_some(std::span<const asio::const_buffer> from, error_code& error)
{
    return end_->write_some(from, error);
}

transport::waited server_end::writable()
{
    line_->blocked_since = clock_.now();
    const auto result = co_await end_->writable();
    line_->blocked_since.reset();
    co_return result;
}

void server_end::close()
{
    if (end_->is_open()) referee_.watch([this] { judge_close(); });
    end_->close();
}

void server_end::cut()
{
    if (end_->is_open()) referee_.watch([this] { judge_cut(); });
    line_->was_cut = true;
    end_->cut();
}

// A session ends when its client has, or after a Close. (Before it is one, HTTP has its own rules.)
void server_end::judge_close() const
{
    auto* const talk = line_->talk;
    hold(!talk || line_->caller_is_gone || line_->may_break || talk->hub().out().closing(), promise::every_message_once,
         "the server hung up without a word");
}

void server_end::judge_cut()
{
    const auto now = clock_.now();
    const auto& limits = settings_.server;
    const auto has_waited = [now](const std::optional<time_point>& since, duration time) {
        return since && now >= *since + time;
    };
    line_->look_for_a_goodbye(now);
    // Who has not taken the answer to its handshake yet may be too slow for what others say; from here nobody sees it.
    const auto is_greeted = line_->talk != nullptr;
    if (line_->must_end_now)
        story_.count(event::cut_at_the_end);
    else if (now >= line_->last_read + limits.pong_wait)
        story_.count(event::cut_for_silence);
    else if (has_waited(line_->blocked_since, limits.write_wait) ||
             has_waited(is_greeted ? line_->too_slow_since : line_->blocked_since, limits.slow_close_wait))
        story_.count(event::cut_for_stalling);
    else if (has_waited(line_->close_sent_since, limits.close_wait))
        story_.count(event::cut_for_not_answering);
    else
        hold(false, promise::every_message_once, "the server cut a connection for no reason, or too early");
}

} // namespace chorus::simulation
