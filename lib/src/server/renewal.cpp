// renewal.cpp — How a client whose token expires stays: it sends a fresh one as a message.
#include <chorus/server/renewal.hpp>

namespace chorus {
namespace {

struct fresh_token
{
    bounded_text<1, 8192> token; // as long as the head of a request may be
};
BOOST_DESCRIBE_STRUCT(fresh_token, (), (token))

struct renewed
{
    static constexpr std::string_view type = "ok";
    std::optional<std::int64_t> expires; // seconds since 1970
};
BOOST_DESCRIBE_STRUCT(renewed, (), (expires))

struct token_expired
{
    double grace; // seconds
};
BOOST_DESCRIBE_STRUCT(token_expired, (), (grace))

// Whoever decides may have to ask elsewhere. When that takes too long, or the client goes, it is asked to end as well.
task<verdict> judge(service& all, session& from, fresh_token shown)
{
    cancellable decision;
    const session::judgement lasting(from, decision, all.settings.handshake_wait);
    credentials again{std::move(shown.token.value), {}, from.peer(), from.clock().unix_ms() / 1000};
    trace called{from.request_id(), std::string(from.traceparent())};
    auto question = all.identify(std::move(again), std::move(called));
    auto found = co_await decision.run(std::move(question));
    if (lasting.was_too_long()) co_return refusal{503, "too_slow", "it took too long to find out who this is", {}};
    co_return found;
}

// It must be the same user's: rooms, name and limits go on as they were.
task<> renew(service& all, session& from, fresh_token shown, message_id id)
{
    const auto found = co_await judge(all, from, std::move(shown));
    if (const auto* no = std::get_if<refusal>(&found)) {
        refuse(from, fault{no->reason, no->detail}, id);
        co_return;
    }
    const auto& who = std::get<identity>(found);
    const auto is_same = who.user.empty() ? from.is_guest() : !from.is_guest() && who.user == from.user();
    if (!is_same) {
        refuse(from, fault{"wrong_user", "the token is of another user"}, id);
        co_return;
    }
    from.renew(who.expires);
    reply(from, renewed{who.expires}, id);
}

void say_expired(session& to)
{
    const std::chrono::duration<double> grace = to.limits().token_grace;
    to.answer(make_envelope_frame("token_expired", token_expired{grace.count()}));
}

} // namespace

void teach_renewal(router& routes, service& all)
{
    if (!routes.knows("token"))
        routes.on<fresh_token>("token", [&all](session& from, fresh_token shown, message_id id) {
            return renew(all, from, std::move(shown), std::move(id));
        });
    all.handlers.on_expiry = say_expired;
}

} // namespace chorus
