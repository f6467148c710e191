// promise.hpp — What a server promises: the guarantees by their numbers, and how one that does not hold is told.
#pragma once

#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace chorus::simulation {

// The guarantees by their numbers in docs/protocol.md; 0 is what that page says besides them.
enum class promise {
    protocol = 0,
    every_message_once = 1,
    atomic_join = 2,
    exact_resume = 3,
    bounded_queues = 4,
    nothing_left_running = 5,
    orderly_drain = 6,
};

std::string_view to_string(promise which);

struct broken_promise : std::runtime_error
{
    broken_promise(promise broken, const std::string& sentence) : std::runtime_error(sentence), which(broken) {}

    promise which;
};

// Ends the story of a seed when a promise does not hold. The sentence, text or a function that makes it, says why.
template <class Sentence> void hold(bool holds, promise which, const Sentence& sentence)
{
    if (holds) return;
    if constexpr (std::invocable<const Sentence&>)
        throw broken_promise(which, sentence());
    else
        throw broken_promise(which, sentence);
}

// Sees what is thrown where the server calls us: it must not go through the server, which would take it for a failure
// of a handler.
class referee
{
public:
    template <class Function> void watch(const Function& what) noexcept
    {
        try {
            what();
        } catch (const broken_promise& broken) {
            if (!seen_) seen_ = broken;
        }
    }

    // Outside the server: throws what was seen.
    void speak() const
    {
        if (seen_) throw broken_promise(*seen_);
    }

private:
    std::optional<broken_promise> seen_;
};

} // namespace chorus::simulation
