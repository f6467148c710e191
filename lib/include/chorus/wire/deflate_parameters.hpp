// deflate_parameters.hpp — What two sides can agree on about permessage-deflate (RFC 7692, 7.1).
#pragma once
#include <cstdint>
#include <optional>

namespace chorus {

// What a server is willing to do.
enum class deflate_mode : std::uint8_t {
    off,
    shared,         // no context on either side: a message is compressed once for all, and an idle client costs nothing
    per_connection, // each connection keeps its contexts, unless the client wishes otherwise
};

// As the exponent of two. 8 would be legal, but zlib cannot compress with it.
inline constexpr int smallest_window = 9;
inline constexpr int largest_window = 15;

// Whether a message may refer to those before it: the memory for them is kept for each connection and direction.
enum class context_takeover : std::uint8_t { no, yes };

// What was agreed on. What is not said about a window means the largest one.
struct deflate_parameters
{
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    std::optional<int> server_max_window_bits = {};
    std::optional<int> client_max_window_bits = {};

    context_takeover server_takeover() const
    {
        return server_no_context_takeover ? context_takeover::no : context_takeover::yes;
    }
    context_takeover client_takeover() const
    {
        return client_no_context_takeover ? context_takeover::no : context_takeover::yes;
    }
    int server_window() const { return server_max_window_bits.value_or(largest_window); }
    int client_window() const { return client_max_window_bits.value_or(largest_window); }

    bool operator==(const deflate_parameters&) const = default;
};

} // namespace chorus
