// promise.cpp — Names the promises.
#include "simulation/promise.hpp"

namespace chorus::simulation {

std::string_view to_string(promise which)
{
    switch (which) {
    case promise::protocol: return "the protocol";
    case promise::every_message_once: return "guarantee 1 (every message once, in the room's order)";
    case promise::atomic_join: return "guarantee 2 (history, then live, no gap and no duplicate)";
    case promise::exact_resume: return "guarantee 3 (exactly what was missed, or not recovered; rooms end as told)";
    case promise::bounded_queues: return "guarantee 4 (each queue has a bound)";
    case promise::nothing_left_running: return "guarantee 5 (nothing is left running)";
    case promise::orderly_drain: return "guarantee 6 (draining)";
    }
    return "nothing";
}

} // namespace chorus::simulation
