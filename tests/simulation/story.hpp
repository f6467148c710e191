// story.hpp — What happens in the world of one seed: told line by line to who wants to read it, and counted.
#pragma once

#include <boost/describe/enum.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace chorus::simulation {

// What a simulation must not miss. What clients do...
BOOST_DEFINE_ENUM_CLASS(deed, connects, speaks_before_the_answer, asks_for_health, asks_while_draining,
                        sends_half_a_request, has_a_foreign_origin, joins, joins_again, resumes, resumes_wrongly,
                        leaves, says, says_to_everyone, sends_nonsense, breaks_the_protocol, dribbles, pings, floods,
                        sends_fragments, stops_reading, reads_on, ignores_pings, says_goodbye, ignores_a_goodbye,
                        hangs_up, vanishes, is_cut_at_a_byte)

// ...what they hear...
BOOST_DEFINE_ENUM_CLASS(news, message, to_everyone, history, recovered, not_recovered, new_epoch, presence, gap, ok,
                        error, rate_limited, no_place_for_a_room, note, ping, pong, pong_for_several, refused_entry,
                        request_timeout, going_away, protocol_error, policy_violation, too_big, too_slow)

// ...and what becomes of the rest.
BOOST_DEFINE_ENUM_CLASS(event, cut_for_silence, cut_for_stalling, cut_for_not_answering, cut_at_the_end, leap_in_time,
                        calm, server_publishes, full_outbox, full_commands, drain, hurry, all_left, had_to_cut)

struct counts
{
    using by_value = std::array<std::uint64_t, 52>;

    by_value deeds{}, heard{}, events{};
    std::uint64_t seeds = 0, steps = 0;

    std::uint64_t& of(deed what) { return deeds[static_cast<std::size_t>(what)]; }
    std::uint64_t& of(news what) { return heard[static_cast<std::size_t>(what)]; }
    std::uint64_t& of(event what) { return events[static_cast<std::size_t>(what)]; }
};

// All of them with their numbers, in lines.
std::string statistics(const counts& all);
// Those that never were, as words; empty when each was.
std::string missing(const counts& all);

class story
{
public:
    using teller = std::function<void(const std::string& line)>;

    explicit story(counts& all, teller tell = {}) : counts_(all), tell_(std::move(tell)) {}

    void count(auto what) { ++counts_.of(what); }

    // A line of text, its pieces one behind the other; costs nothing while nobody listens.
    template <class... Pieces> void tell(const Pieces&... pieces)
    {
        if (!tell_) return;
        auto line = start_of_line();
        (append(line, pieces), ...);
        tell_(line);
    }

    void begin_step(std::chrono::milliseconds now)
    {
        ++step_;
        now_ = now;
        ++counts_.steps;
    }
    unsigned step() const { return step_; }

private:
    std::string start_of_line() const;
    static void append(std::string& line, std::string_view text) { line += text; }
    static void append(std::string& line, std::integral auto number) { line += std::to_string(number); }

    counts& counts_;
    teller tell_;
    unsigned step_ = 0;
    std::chrono::milliseconds now_{0};
};

} // namespace chorus::simulation
