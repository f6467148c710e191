// counters.hpp — What is counted of a server's connections: for one shard, by its thread, for any to read.
#pragma once

#include <chorus/core/latency_histogram.hpp>
#include <chorus/core/tally.hpp>

#include <array>

namespace chorus {

// The answers we give, and the codes with which sessions end. A service may give others, and clients say what they like
// from 3000 to 4999: those are counted together.
inline constexpr std::array http_statuses{101u, 200u, 400u, 401u, 403u, 404u, 405u, 408u, 426u, 429u, 431u, 500u, 503u};
inline constexpr std::array session_end_codes{1000u, 1001u, 1002u, 1003u, 1005u, 1006u, 1007u,
                                              1008u, 1009u, 1011u, 1013u, 4001u, 4002u};

struct server_counters
{
    counter accepted, cut;            // connections; those over a limit that were not even told so
    tally<http_statuses> handshakes;  // requests at /ws; 101: a session began
    tally<http_statuses> requests;    // all others, those that could not be read included
    latency_histogram handshake_time; // of those that became sessions: from accept, or the request's first byte, on
    tally<session_end_codes> ended;   // sessions
};

} // namespace chorus
