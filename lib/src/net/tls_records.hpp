// tls_records.hpp — Takes what is to be written apart into records: small buffers are gathered, large ones are cut.
#pragma once

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace chorus {

// Each record costs 22 bytes, two passes of a cipher's set-up, and a system call: sixty small frames shall be one. A
// buffer that fills a record by itself is not copied.
class tls_records
{
public:
    static constexpr std::size_t largest = 16 * 1024; // RFC 8446 section 5.1

    explicit tls_records(std::span<const boost::asio::const_buffer> from) : left_(from) { pass_empty(); }

    bool empty() const { return left_.empty(); }

    // Valid until the next call.
    std::string_view next()
    {
        if (left_.size() == 1 || front().size() >= largest) return take(largest);
        std::size_t size = 0;
        while (!empty() && size < gathered_.size()) {
            const auto piece = take(gathered_.size() - size);
            std::memcpy(gathered_.data() + size, piece.data(), piece.size());
            size += piece.size();
        }
        return {gathered_.data(), size};
    }

    // Up to so many bytes off the front.
    std::string_view take(std::size_t most)
    {
        const auto piece = front().substr(0, most);
        used_ += piece.size();
        pass_empty();
        return piece;
    }

private:
    std::string_view front() const
    {
        const auto& first = left_.front();
        return std::string_view(static_cast<const char*>(first.data()), first.size()).substr(used_);
    }

    void pass_empty()
    {
        while (!left_.empty() && used_ == left_.front().size()) {
            left_ = left_.subspan(1);
            used_ = 0;
        }
    }

    std::span<const boost::asio::const_buffer> left_;
    std::size_t used_ = 0; // of the first of them
    std::array<char, largest> gathered_;
};

} // namespace chorus
