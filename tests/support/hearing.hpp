// hearing.hpp — what a client at the far end of a memory pair hears, each message as one short line.
#pragma once

#include "wire/parsing.hpp"

#include <chorus/net/memory_transport.hpp>
#include <chorus/test/lines.hpp>
#include <chorus/wire/inflater.hpp>

#include <boost/json/parse.hpp> // for what a test reads itself
#include <boost/json/serialize.hpp>

#include <array>
#include <optional>
#include <string>

namespace chorus::test {

// Reads like a client and keeps to the RFC: a byte stream that breaks it gives a line "error ...".
class hearing
{
public:
    explicit hearing(memory_transport& from) : from_(from) {}

    // Has agreed on compressed messages, from a server that keeps its context or does not.
    void expect_compressed(context_takeover of_server)
    {
        inflater_.emplace(inflated_, of_server);
        parser_.emplace(role::client, parser_limits{.max_message = 0}, &*inflater_);
    }

    // Everything that has come since the last call.
    lines heard()
    {
        lines told;
        while (take_some(told)) {
        }
        return told;
    }

    // Takes at most so many bytes; false when there are none.
    bool take_some(lines& told, std::size_t most = 4096)
    {
        std::array<char, 4096> buffer;
        const auto count = from_.read_some(std::span{buffer}.first(most), error_);
        std::span<char> in{buffer.data(), count};
        for (auto event = parser_->next(in); event.what != parser::kind::need_more; event = parser_->next(in)) {
            told.push_back(event.what == parser::kind::message ? line_of_text(event.payload) : describe(event));
            if (event.what == parser::kind::error || event.what == parser::kind::close) break;
        }
        after_close_ += in.size();
        return count > 0;
    }

    error_code error() const { return error_; }              // what the last read came to
    std::size_t after_close() const { return after_close_; } // bytes behind a Close: there must be none

private:
    memory_transport& from_;
    scratch_buffer inflated_;
    std::optional<inflater> inflater_;
    std::optional<parser> parser_{std::in_place, role::client, parser_limits{.max_message = 0}};
    error_code error_;
    std::size_t after_close_ = 0;
};

} // namespace chorus::test
