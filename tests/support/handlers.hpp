// handlers.hpp — what the tests of a session do with its messages.
#pragma once

#include <chorus/session/session.hpp>

#include <algorithm>
#include <string>

namespace chorus::test {

inline work echo(session& from, const message& what)
{
    from.send(make_frame(what.op, what.payload));
    return {};
}

// A handler that waits before it answers, and counts how many of it are at work at one time.
struct slow_echo
{
    bell go;
    int at_work = 0, most_at_work = 0;

    task<> handle(session& from, message what)
    {
        const std::string payload(what.payload); // lives no longer than until the first await
        most_at_work = std::max(most_at_work, ++at_work);
        co_await go.wait();
        from.send(make_frame(what.op, payload));
        --at_work;
    }

    message_handler handler()
    {
        return [this](session& from, const message& what) { return handle(from, what); };
    }
};

inline task<> echo_after_a_yield(session& from, message what)
{
    const std::string payload(what.payload);
    co_await yield();
    from.send(make_frame(what.op, payload));
}

} // namespace chorus::test
