// feed.hpp — A page without an end: an event each second, in the format of server-sent events, for a few who watch.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace chorus {

// Every shard may ask it. Nothing is queued: who watches is told the next event when it has taken the last.
class feed
{
public:
    static constexpr std::chrono::milliseconds period{1000};
    // Whoever watches on asks again: a place is never held for longer by one that has vanished without a word.
    static constexpr std::chrono::minutes longest{10};
    static constexpr unsigned most_watchers = 16; // tabs of those who operate the server; each costs a line a second

    // `tell` gives the data of an event, in one line; it is called from any shard.
    explicit feed(std::function<std::string()> tell) : tell_(std::move(tell)) {}

    struct leave
    {
        void operator()(feed* from) const { --from->watchers_; }
    };
    // A place for one who watches, given back with it; null when there is none left.
    using place = std::unique_ptr<feed, leave>;
    place watch()
    {
        if (++watchers_ <= most_watchers) return place(this);
        --watchers_;
        return {};
    }

    std::string next_event() const { return "data: " + tell_() + "\n\n"; }

private:
    std::function<std::string()> tell_;
    std::atomic<unsigned> watchers_ = 0;
};

} // namespace chorus
