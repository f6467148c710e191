// replies.hpp — Who waits for the answer to which message.
#pragma once

#include <chorus/core/bell.hpp>
#include <chorus/core/clock.hpp>
#include <chorus/wire/message.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace chorus {

// The envelope that carries the id of the question. (An `error` is a fault instead.)
struct answered
{
    std::string type;
    json payload;

    template <class T> result<T> as() const { return from_json<T>(payload); }
};

// One shard. Each question is one coroutine that waits, and is answered once.
class replies
{
public:
    // The answer, or the fault it was failed with; `too_late` at the deadline.
    task<result<answered>> wait(std::uint64_t id, clock& clock, time_point deadline);

    // False: nobody waits for it.
    bool settle(std::uint64_t id, result<answered> answer);
    void settle_up_to(std::uint64_t id); // with nothing but that they are answered
    void fail_if(const std::function<bool(std::uint64_t id)>& concerned, const fault& why);
    void fail_all(const fault& why);

    std::size_t size() const { return waiting_.size(); }

private:
    struct question
    {
        bell ready;
        std::optional<result<answered>> answer;
    };

    std::map<std::uint64_t, question*> waiting_; // each lies in the frame of its coroutine
};

} // namespace chorus
