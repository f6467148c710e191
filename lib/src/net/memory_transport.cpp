// memory_transport.cpp — Two transports joined in memory, for tests: short reads and writes, a stalled peer, a cut
// anywhere.
#include <chorus/net/memory_transport.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cstring>

namespace chorus {

std::size_t memory_pipe::room() const
{
    if (stalled_) return 0;
    const auto free = capacity_ > bytes_.size() ? capacity_ - bytes_.size() : 0;
    return std::min(free, at_most_);
}

memory_transport::memory_transport(std::shared_ptr<memory_pipe> in, std::shared_ptr<memory_pipe> out)
    : in_(std::move(in)), out_(std::move(out))
{
}

memory_transport::~memory_transport() { close(); }

std::size_t memory_transport::read_some(std::span<char> into, error_code& error)
{
    error = {};
    if (!open_) return error = asio::error::bad_descriptor, 0;
    const auto count = std::min({into.size(), in_->bytes_.size(), in_->at_most_});
    if (count == 0 && !into.empty()) {
        error = nothing_to_read();
        return 0;
    }
    std::memcpy(into.data(), in_->bytes_.data(), count);
    in_->bytes_.erase(0, count);
    if (in_->room() > 0) in_->writable_.ring();
    return count;
}

std::size_t memory_transport::write_some(std::span<const asio::const_buffer> from, error_code& error)
{
    error = {};
    if (!open_) return error = asio::error::bad_descriptor, 0;
    if (out_->broken_ || out_->finished_) return error = asio::error::broken_pipe, 0;
    auto left = std::min<std::uint64_t>(out_->room(), out_->until_cut_);
    std::size_t written = 0;
    for (const auto& buffer : from) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left));
        out_->bytes_.append(static_cast<const char*>(buffer.data()), count);
        written += count;
        left -= count;
    }
    if (written > 0) out_->readable_.ring();
    if (out_->until_cut_ != memory_pipe::never) out_->until_cut_ -= written;
    if (out_->until_cut_ == 0) break_both();
    if (written == 0 && asio::buffer_size(from) > 0) error = asio::error::would_block;
    return written;
}

error_code memory_transport::nothing_to_read() const
{
    if (in_->broken_) return asio::error::connection_reset;
    if (in_->finished_) return asio::error::eof;
    return asio::error::would_block;
}

transport::waited memory_transport::readable()
{
    while (open_ && in_->bytes_.empty() && !in_->finished_ && !in_->broken_) {
        const auto reason = co_await in_->readable_.wait();
        if (reason == wake::cancelled) co_return error_code(asio::error::operation_aborted);
    }
    co_return open_ ? error_code{} : error_code(asio::error::operation_aborted);
}

transport::waited memory_transport::writable()
{
    while (open_ && out_->room() == 0 && !out_->finished_ && !out_->broken_) {
        const auto reason = co_await out_->writable_.wait();
        if (reason == wake::cancelled) co_return error_code(asio::error::operation_aborted);
    }
    co_return open_ ? error_code{} : error_code(asio::error::operation_aborted);
}

void memory_transport::finish()
{
    out_->finished_ = true;
    out_->readable_.ring();
}

void memory_transport::close()
{
    if (!std::exchange(open_, false)) return;
    finish();
    in_->broken_ = true; // whoever writes to a closed end is told so
    in_->readable_.ring();
    in_->writable_.ring();
    out_->writable_.ring();
}

void memory_transport::cut()
{
    if (!open_) return;
    out_->broken_ = true;
    out_->bytes_.clear();
    close();
}

void memory_transport::move_at_most(std::size_t bytes) { in_->at_most_ = out_->at_most_ = bytes; }

void memory_transport::stall(bool on)
{
    in_->stalled_ = on;
    if (!on) in_->writable_.ring();
}

void memory_transport::cut_after(std::uint64_t bytes)
{
    in_->until_cut_ = bytes;
    if (bytes == 0) break_both();
}

// What has arrived can still be read; then both ends find the connection broken.
void memory_transport::break_both()
{
    for (auto* const each : {in_.get(), out_.get()}) {
        each->broken_ = true;
        each->readable_.ring();
        each->writable_.ring();
    }
}

memory_transport::pair make_memory_pair(std::size_t capacity)
{
    auto there = std::make_shared<memory_pipe>(capacity);
    auto back = std::make_shared<memory_pipe>(capacity);
    return {std::make_unique<memory_transport>(back, there), std::make_unique<memory_transport>(there, back)};
}

} // namespace chorus
