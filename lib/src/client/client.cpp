// client.cpp — The life of a client: one connection after the other, with pauses between them.
#include <chorus/client/client.hpp>

#include <chorus/client/coming_back.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <utility>

namespace chorus {

// What became of one attempt or connection.
struct client::setback
{
    disconnection why;
    reconnect rule = reconnect::with_backoff;
    std::chrono::milliseconds asked{0}; // by Retry-After
    duration lived{0};
};

namespace {

disconnection described(const refusal& no) { return {.reason = no.reason, .detail = no.detail, .status = no.status}; }

disconnection described(const connection_end& end)
{
    return {.reason = std::string(to_string(end.why)), .detail = end.detail, .code = end.code, .clean = end.clean};
}

} // namespace

client::client(shard& where, client_options options)
    : client(where, options, std::make_unique<tcp_dialler>(where, options.dialling), nullptr)
{
}

client::client(shard& where, client_options options, dialler& by) : client(where, std::move(options), nullptr, &by) {}

client::client(shard& where, client_options options, std::unique_ptr<dialler> own, dialler* by)
    : shard_(where), options_(std::move(options)), own_dialler_(std::move(own)),
      opener_(where, own_dialler_ ? *own_dialler_ : *by, options_.opening), backoff_(options_.backoff),
      queue_(options_.queue), inbox_(options_.inbox), next_join_(where.clock(), [this] { on_next_join(); })
{
    queue_.on_drop([this](std::uint64_t tag) {
        if (tag == 0) all_left_ = false;
        replies_.settle(tag, fault{"queue_full", "more waited to be sent than may"});
    });
}

client::~client() = default;

task<disconnection> client::run(task<> work)
{
    using namespace asio::experimental::awaitable_operators;
    co_await (carry_out(std::move(work)) && live());
    if (escaped_) std::rethrow_exception(escaped_);
    co_return *end_;
}

task<> client::carry_out(task<> work)
{
    try {
        co_await std::move(work);
    } catch (...) {
        escaped_ = std::current_exception();
    }
    if (escaped_) stop();
    close();
    inbox_.abandon();
}

// One connection after the other. An application that takes no events gets no further connection either.
task<> client::live()
{
    while (going()) {
        co_await inbox_.room();
        if (!going()) break; // that may have taken long
        auto came_to = co_await connect_and_converse();
        connection_lost();
        const auto pause = pause_after(came_to);
        if (!pause) co_return end(std::move(came_to.why));
        inbox_.put(event::disconnected{std::move(came_to.why), *pause});
        co_await wake_.wait_until(shard_.clock(), shard_.clock().now() + *pause);
    }
    if (!end_) end({.reason = "given_up", .detail = "asked to close while there was no connection"});
}

task<client::setback> client::connect_and_converse()
{
    auto how = next_approach();
    if (!how) co_return refused(how.error());
    auto came_to = co_await opener_.open(std::move(*how));
    if (const auto* const no = std::get_if<refusal>(&came_to)) co_return refused(*no);
    websocket socket(shard_, std::get<opened>(std::move(came_to)), queue_, options_.connection);
    const auto began = shard_.clock().now();
    socket_ = &socket;
    socket.on_pong([this](std::string_view payload) { hear_pong(payload); });
    greet(socket.agreed());
    const auto ended = co_await socket.run(read_loop());
    socket_ = nullptr;
    if (socket.holds_some()) all_left_ = false; // what is in the queue, the next connection may take
    co_return setback{described(ended), reconnect_rule(ended.code), {}, shard_.clock().now() - began};
}

client::setback client::refused(const refusal& no)
{
    return {described(no), reconnect_rule(no), retry_after(no).value_or(std::chrono::seconds{0})};
}

boost::system::result<approach, refusal> client::next_approach()
{
    const auto wrong = [](const fault& why) { return refusal{0, why.code, why.message, {}}; };
    approach how;
    how.fields = options_.fields;
    how.subprotocols = options_.subprotocols;
    how.trust = options_.trust;
    const auto to = read_url(options_.url);
    if (!to) return wrong(to.error());
    how.to = *to;
    if (!options_.proxy.empty()) {
        auto through = read_proxy(options_.proxy);
        if (!through) return wrong(through.error());
        how.through = std::move(*through);
    }
    if (!ask_for_token()) return wrong({"no_token", "the application could not say its token"});
    if (!going()) return wrong({"given_up", "asked to close when it was asked for its token"});
    if (next_token_) token_ = *std::exchange(next_token_, {});
    if (!token_.empty()) how.fields.emplace_back("Authorization", "Bearer " + token_);
    if (options_.deflate) how.deflate = {deflate_offer{}};
    return how;
}

// Says first what this connection must know, ahead of what waits.
void client::greet(const upgrade& agreed)
{
    join_again();
    inbox_.put(event::connected{std::exchange(connected_before_, true), agreed.subprotocol});
}

// Nothing: there will be no further attempt.
std::optional<std::chrono::milliseconds> client::pause_after(const setback& what)
{
    const bool wanted = options_.reconnect && (connected_before_ || options_.insist);
    if (!going() || !wanted || what.rule == reconnect::never) return {};
    if (what.rule == reconnect::as_it_likes && !options_.after_normal) return {};
    if (what.rule == reconnect::with_a_new_token && !has_a_new_token()) return {};
    if (!going()) return {}; // when it was asked for a token
    if (what.lived >= options_.stable_after) backoff_.reset();
    return what.asked + backoff_.next();
}

// What is asked for once is kept for the next attempt. False: it threw.
bool client::ask_for_token()
try {
    if (options_.token && !next_token_) next_token_ = options_.token();
    return true;
} catch (...) {
    return false;
}

bool client::has_a_new_token()
{
    if (ask_for_token() && next_token_ == token_) next_token_.reset(); // there may be another one later
    return next_token_.has_value();
}

// What was on its way is lost, or is not: nobody knows. What still waits is there for the next connection, but for
// commands about rooms: those are said anew.
void client::connection_lost()
{
    replies_.fail_if([this](std::uint64_t id) { return !queue_.has(id); },
                     {"connection_lost", "the connection ended before the answer came"});
    pings_.fail_all({"connection_lost", "the connection ended before the answer came"});
    queue_.clear_ahead();
    queue_.take_back(room_command);
    joins_.clear();
    postponed_.clear();
    next_join_.clear();
    resting_ = false;
}

void client::end(disconnection why)
{
    end_ = std::move(why);
    if (queue_.has(0)) all_left_ = false;
    replies_.fail_all({"closed", "the client has ended"});
    inbox_.finish();
    queue_.moved().ring();
}

void client::close(close_code code, std::string_view reason)
{
    if (!going()) return;
    closing_ = true;
    if (socket_) return socket_->close(code, reason);
    opener_.give_up();
    wake_.ring();
}

void client::stop()
{
    closing_ = true;
    inbox_.abandon();
    if (socket_) socket_->cut();
    opener_.give_up();
    wake_.ring();
}

} // namespace chorus
