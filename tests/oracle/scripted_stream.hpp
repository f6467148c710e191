// scripted_stream.hpp — What Beast reads and writes: bytes in memory, in pieces of chosen sizes.
#pragma once
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace chorus::oracle {

// Gives what lies ready, at most a piece at a time, then the end; keeps what is written. Beast's own test stream does
// not let the reader choose the pieces.
class scripted_stream
{
public:
    using executor_type = boost::asio::io_context::executor_type;
    using error_code = boost::system::error_code;

    explicit scripted_stream(boost::asio::io_context& context) : context_(context) {}

    executor_type get_executor() { return context_.get_executor(); }

    template <class Buffers> std::size_t read_some(const Buffers& buffers, error_code& error)
    {
        if (answer_) lay_ready(std::exchange(answer_, {})(std::exchange(written, {})));
        error = at_ == ready_.size() ? boost::asio::error::eof : error_code{};
        if (error || boost::asio::buffer_size(buffers) == 0) return 0;
        auto& piece = pieces_[piece_];
        const auto size = boost::asio::buffer_copy(buffers, boost::asio::buffer(ready_.data() + at_, piece));
        at_ += size;
        piece -= size;
        if (piece == 0) ++piece_;
        return size;
    }

    template <class Buffers> std::size_t write_some(const Buffers& buffers, error_code& error)
    {
        error = {};
        const auto size = boost::asio::buffer_size(buffers);
        written.resize(written.size() + size);
        return boost::asio::buffer_copy(boost::asio::buffer(written.data() + written.size() - size, size), buffers);
    }

    // Beast asks for these, and uses them nowhere.
    template <class Buffers> std::size_t read_some(const Buffers&) { std::abort(); }
    template <class Buffers> std::size_t write_some(const Buffers&) { std::abort(); }

    void lay_ready(std::string bytes) { lay_ready(bytes, {bytes.size()}); }
    void lay_ready(std::string bytes, std::vector<std::size_t> pieces)
    {
        ready_ = std::move(bytes);
        pieces_ = std::move(pieces);
        at_ = piece_ = 0;
    }

    // Once: what is read next is made of what was written.
    void answer_with(std::function<std::string(std::string)> answer) { answer_ = std::move(answer); }

    std::string written;

private:
    boost::asio::io_context& context_;
    std::string ready_;
    std::vector<std::size_t> pieces_;
    std::size_t at_ = 0;
    std::size_t piece_ = 0;
    std::function<std::string(std::string)> answer_;
};

} // namespace chorus::oracle
