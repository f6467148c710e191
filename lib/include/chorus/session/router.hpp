// router.hpp — Sends each message to the handler of its type, with its payload already the struct that it wants.
#pragma once

#include <chorus/session/session.hpp>
#include <chorus/wire/envelope_frame.hpp>

#include <concepts>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace chorus {

// The id of a message that wants an answer; the answer carries it.
using message_id = std::optional<json>;

namespace detail {

template <class T> inline constexpr bool is_task = false;
template <class T> inline constexpr bool is_task<task<T>> = true;
template <class T> struct task_value
{
    using type = T;
};
template <class T> struct task_value<task<T>>
{
    using type = T;
};

// What a handler is called with: (session&, Payload), and the id if it asks for it.
template <class Handler, class Payload>
decltype(auto) call(Handler& handler, session& from, Payload payload, message_id& id)
{
    if constexpr (std::invocable<Handler&, session&, Payload, message_id>)
        return std::invoke(handler, from, std::move(payload), std::move(id));
    else
        return std::invoke(handler, from, std::move(payload));
}

template <class Handler, class Payload>
using call_result = decltype(call(std::declval<Handler&>(), std::declval<session&>(), std::declval<Payload>(),
                                  std::declval<message_id&>()));

} // namespace detail

// Answers a message: {"type", "payload"} with the id of what it answers. The type is the struct's own `type`, or "ok"
// where it has none.
template <class Reply> send_result reply(session& to, const Reply& payload, const message_id& id)
{
    std::string_view type = "ok";
    if constexpr (requires { Reply::type; }) type = Reply::type;
    return to.answer(make_envelope_frame(type, payload, id ? &*id : nullptr));
}

// Refuses a message: `error {"code","message"}`.
send_result refuse(session& to, const fault& why, const message_id& id);

// The handlers of a service, by type. Fixed before the server runs, so every shard may read it.
//
// A handler is a function `R (session&, Payload)` or `R (session&, Payload, message_id)`, plain or a coroutine
// (`task<R>`), with Payload a described struct. What it returns, if anything, is the reply. A message that does not
// fit is answered by `error` and never reaches it; an exception that escapes it is answered by `error` too, logged, and
// ends nothing.
class router
{
public:
    template <class Payload, class Handler> void on(std::string type, Handler handler)
    {
        routes_[std::move(type)] = [handler = std::move(handler)](session& from, envelope& what) mutable -> work {
            auto payload = what.payload.as<Payload>();
            if (!payload) return refuse(from, payload.error(), what.id), work{};
            using returned = detail::call_result<Handler, Payload>;
            if constexpr (detail::is_task<returned>)
                return finish<Payload>(handler, from, std::move(*payload), std::move(what.id));
            else
                return answer<Payload>(handler, from, std::move(*payload), std::move(what.id)), work{};
        };
    }

    bool knows(std::string_view type) const { return routes_.contains(type); }

    // Messages of this type take from the bucket for joins.
    void counts_as_join(std::string type) { join_type_ = std::move(type); }

    // Messages of this type take from a bucket of their own: the one with this number among the limits' `by_type`.
    void limit(std::string type, std::size_t number) { limited_[std::move(type)] = number; }

    // One message of a client: the message_handler of a session.
    work route(session& from, const message& what) const;

private:
    template <class Payload, class Handler>
    static void answer(Handler& handler, session& from, Payload payload, message_id id)
    {
        const auto asked = id;
        if constexpr (std::is_void_v<detail::call_result<Handler, Payload>>)
            detail::call(handler, from, std::move(payload), id);
        else
            reply(from, detail::call(handler, from, std::move(payload), id), asked);
    }

    // A coroutine lives on after the call: it owns its payload, and a copy of the handler.
    template <class Payload, class Handler>
    static task<> finish(Handler handler, session& from, Payload payload, message_id id)
    {
        const auto asked = id;
        try {
            using value = typename detail::task_value<detail::call_result<Handler, Payload>>::type;
            if constexpr (std::is_void_v<value>)
                co_await detail::call(handler, from, std::move(payload), id);
            else {
                const auto answer = co_await detail::call(handler, from, std::move(payload), id);
                reply(from, answer, asked);
            }
        } catch (...) {
            failed(from, asked);
        }
    }

    static result<envelope> read(const session& from, const message& what);
    bool may(session& from, std::string_view type, std::size_t bytes) const;
    work handle(session& from, envelope& what) const;
    static void failed(session& from, const message_id& id); // called while an exception is handled

    using handling = std::function<work(session&, envelope&)>;
    std::map<std::string, handling, std::less<>> routes_;
    std::optional<std::string> join_type_;
    std::map<std::string, std::size_t, std::less<>> limited_;
};

} // namespace chorus
